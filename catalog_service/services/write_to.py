"""Have people written to. The catalog knows no addresses: the auth service does, and sends."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.reservations import Reservation
from catalog_service.models.outbox import EVENT
from catalog_service.repository.notices import Notice, notices_of, notices_of_holders
from catalog_service.repository.outbox import OUTBOX

MAIL_REQUESTED = "mail.requested"


async def write_to(
    session: AsyncSession, user_id: UUID, letter: str, facts: Mapping[str, str | int | None]
) -> None:
    """Put the wish for a mail into the outbox; it leaves when the transaction commits."""
    event_id = uuid4()
    event = {
        "id": str(event_id),
        "type": MAIL_REQUESTED,
        "userId": str(user_id),
        "letter": letter,
        "facts": dict(facts),
        "occurredAt": datetime.now(UTC).isoformat(),
    }
    await OUTBOX.add(session, EVENT, event, item_id=event_id, subject=user_id)


async def tell_holders(session: AsyncSession, place_ids: Sequence[UUID]) -> None:
    """Tell who holds a live reservation at places that nobody runs any more."""
    await _send(session, "reservation_unattended", await notices_of_holders(session, place_ids))


async def tell_cancelled(
    session: AsyncSession, cancelled: Iterable[Reservation], reason: str | None = None
) -> None:
    """Tell whose reservations the partner cancelled."""
    notices = await notices_of(session, [each.id for each in cancelled])
    await _send(session, "reservation_cancelled", notices, reason=reason)


async def _send(
    session: AsyncSession, letter: str, notices: Iterable[Notice], **more: str | None
) -> None:
    for notice in notices:
        await write_to(session, notice.user_id, letter, notice.facts | more)
