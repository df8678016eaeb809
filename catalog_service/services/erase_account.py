"""An account was deleted: what the catalog does about it, once."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.repository import accounts
from catalog_service.repository.reservation_writes import cancel_all_of_user
from catalog_service.services.end_partner import end_partner, stop_selling


async def erase_account(session: AsyncSession, event_id: UUID, user_id: UUID) -> bool:
    """Cancel what is live, unlink what is past, forget the history, end the partnerships.

    Offers of places left without an owner are paused. The id is remembered, so that an access
    token still alive writes nothing. False when the event was applied before.
    """
    await accounts.lock_account(session, user_id)
    if not await accounts.note_event(session, event_id, "account.deleted"):
        return False
    await accounts.note_erased(session, user_id)
    abandoned = await end_partner(session, user_id)
    await accounts.lock_offers_touched(session, user_id, abandoned)
    await cancel_all_of_user(session, user_id)
    await stop_selling(session, abandoned)
    await accounts.unlink(session, user_id)
    return True
