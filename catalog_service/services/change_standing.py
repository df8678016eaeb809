"""The auth service tells how an account stands: what the catalog does about it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Role, Standing
from catalog_service.repository import accounts
from catalog_service.repository.standings import read_standings, store_standing
from catalog_service.services.attend_place import restore_in_catalog, suspend_in_catalog
from catalog_service.services.end_partner import end_partner, stop_selling


async def change_standing(session: AsyncSession, told: Standing) -> bool:
    """Note the standing; False when it or a newer one was known.

    Who is no partner any more loses every partnership made before that for good, however late it
    is told: given the role again meanwhile, they keep what they were given with it. Places left
    without an owner sell nothing. Who is suspended holds nothing, and what they sell is withheld
    unless another owner is there; of this only the newest standing counts.
    """
    await accounts.lock_account(session, told.user_id)
    before = (await read_standings(session, [told.user_id])).get(told.user_id)
    is_news = await store_standing(session, told)
    if is_news:
        await _suspend_or_restore(session, told, before)
    if told.role is Role.USER:
        await _no_partner_any_more(session, told.user_id, told.version)
    return is_news


async def _suspend_or_restore(
    session: AsyncSession, told: Standing, before: Standing | None
) -> None:
    was_suspended = before is not None and before.is_suspended
    if told.is_suspended and not was_suspended:
        await suspend_in_catalog(session, told.user_id)
    if was_suspended and not told.is_suspended:
        await restore_in_catalog(session, told.user_id)


async def forget_partner(session: AsyncSession, user_id: UUID) -> None:
    """The auth service knows no such account: end what partnerships it was given."""
    await accounts.lock_account(session, user_id)
    await _no_partner_any_more(session, user_id)


async def _no_partner_any_more(
    session: AsyncSession, user_id: UUID, before_version: int | None = None
) -> None:
    abandoned = await end_partner(session, user_id, before_version)
    await accounts.lock_offers_of(session, abandoned)
    await stop_selling(session, abandoned)
