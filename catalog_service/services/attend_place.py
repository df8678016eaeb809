"""Places whose only owners are suspended sell nothing, until one may act again."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.repository import accounts
from catalog_service.repository.reservation_writes import cancel_all_at_place, cancel_all_of_user
from catalog_service.repository.withholding import (
    note_unattended,
    places_owned_by,
    unattended_among,
)
from catalog_service.services.write_to import tell_cancelled


async def suspend_in_catalog(session: AsyncSession, user_id: UUID) -> None:
    """What an account holds is given back; places without another owner sell nothing.

    Whose reservations there are cancelled is told. Note the standing first.
    """
    await accounts.lock_places_of(session, user_id)
    owned = await places_owned_by(session, user_id)
    unattended = await accounts.without_owner(session, owned)
    await accounts.lock_offers_touched(session, user_id, unattended)
    await cancel_all_of_user(session, user_id)
    for place_id in unattended:
        await tell_cancelled(session, await cancel_all_at_place(session, place_id))
    if unattended:
        await note_unattended(session, unattended, unattended=True)


async def attend_again(session: AsyncSession, place_ids: Collection[UUID]) -> None:
    """Sell again at those of the places that were unattended and have an owner by now.

    Lock the places first.
    """
    waiting = await unattended_among(session, place_ids)
    attended = sorted(set(waiting) - set(await accounts.without_owner(session, waiting)))
    if attended:
        await accounts.lock_offers_of(session, attended)
        await note_unattended(session, attended, unattended=False)


async def restore_in_catalog(session: AsyncSession, user_id: UUID) -> None:
    """Places that the account owns sell again what they sold. Note the standing first."""
    await accounts.lock_places_of(session, user_id)
    await attend_again(session, await places_owned_by(session, user_id))
