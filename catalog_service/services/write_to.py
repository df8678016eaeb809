"""Have people written to. The catalog knows no addresses: the auth service does, and sends.

Facts only: moments with an offset, amounts with the decimals of their currency. The auth service
puts them into the reader's language, and knows who declined which letters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.reservations import Reservation
from catalog_service.models.outbox import EVENT
from catalog_service.repository.notices import Notice, notices_of
from catalog_service.repository.outbox import OUTBOX
from shared.database import Connection
from shared.outbox import NewItem

MAIL_REQUESTED = "mail.requested"
MAIL_WITHDRAWN = "mail.withdrawn"
Facts = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Wish:
    """A letter wanted. ``not_after``: when nobody needs it any more. ``event_id``: if it has one
    already, by which the letter is sent once."""

    user_id: UUID
    letter: str
    facts: Facts
    not_after: datetime | None = None
    event_id: UUID | None = None


async def write_to(connection: Connection, user_id: UUID, letter: str, facts: Facts) -> None:
    """Put the wish for a letter into the outbox; it leaves when the transaction commits."""
    item = _item(Wish(user_id, letter, facts))
    await OUTBOX.add(connection, EVENT, item.payload, item_id=item.id, subject=item.subject)


async def wish_for(session: AsyncSession, wishes: Iterable[Wish]) -> None:
    """``write_to`` for many at once: an offer may be cancelled that thousands reserved."""
    await OUTBOX.add_all(session, EVENT, map(_item, wishes))


def _item(wish: Wish) -> NewItem:
    event_id = wish.event_id or uuid4()
    event: dict[str, Any] = {
        "id": str(event_id),
        "type": MAIL_REQUESTED,
        "userId": str(wish.user_id),
        "letter": wish.letter,
        "facts": dict(wish.facts),
        "occurredAt": datetime.now(UTC).isoformat(),
    }
    if wish.not_after is not None:
        event["notAfter"] = wish.not_after.isoformat()
    return NewItem(event_id, event, wish.user_id)


async def have_not_sent(session: AsyncSession, mail_ids: Iterable[UUID]) -> None:
    """Have mails not sent if they still wait, for a mail server or for us. The ids: the events'."""
    await OUTBOX.add_all(session, EVENT, map(_withdrawal, mail_ids))


def _withdrawal(mail_id: UUID) -> NewItem:
    event_id = uuid4()
    event = {
        "id": str(event_id),
        "type": MAIL_WITHDRAWN,
        "mailId": str(mail_id),
        "occurredAt": datetime.now(UTC).isoformat(),
    }
    return NewItem(event_id, event)


async def tell_reserved(connection: Connection, made: Reservation, notice: Notice) -> None:
    """Confirm a reservation to whoever made it."""
    total = made.unit_price.times(made.quantity)
    more = {
        "pickupCode": made.pickup_code,
        "total": f"{total.amount:f}",
        "currency": total.currency,
    }
    await write_to(connection, notice.user_id, "reservation_made", notice.facts | more)


async def tell_cancelled(
    session: AsyncSession,
    cancelled: Sequence[UUID],
    reason: str | None = None,
    letter: str = "reservation_cancelled",
) -> None:
    """Tell whose reservations were cancelled."""
    await tell(session, letter, await notices_of(session, cancelled), reason)


async def tell(
    session: AsyncSession,
    letter: str,
    notices: Iterable[Notice],
    reason: str | None = None,
    **more: str | None,
) -> None:
    """The same letter to everybody whom the notices are for."""
    told = {"reason": reason, **more}
    await wish_for(session, (Wish(each.user_id, letter, each.facts | told) for each in notices))
