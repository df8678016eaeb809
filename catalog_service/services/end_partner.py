"""Somebody is no partner any more: what that means for the places."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.repository import accounts
from catalog_service.repository.notices import notices_of_holders
from catalog_service.repository.standings import end_partnerships
from catalog_service.services.write_to import tell


async def end_partner(
    session: AsyncSession, user_id: UUID, before_version: int | None = None
) -> Sequence[UUID]:
    """End the account's partnerships; the places that it leaves without an owner.

    ``before_version``: only those made while an older standing held. The places' offers are for
    the caller to pause (``stop_selling``) once it has locked them.
    """
    await accounts.lock_places_of(session, user_id)
    left = await end_partnerships(session, user_id, before_version)
    return await accounts.without_owner(session, left)


async def stop_selling(session: AsyncSession, place_ids: Sequence[UUID]) -> None:
    """Pause the places' offers and tell who holds reservations there. Lock the offers first.

    The reservations stay: whoever works there may still hand over, and who reserved may cancel.
    """
    if place_ids:
        await accounts.pause_offers(session, place_ids)
        notices = await notices_of_holders(session, place_ids)
        await tell(session, "reservation_unattended", notices)
