"""What ends a reservation: each end is one statement that only a live one passes.

``UPDATE … WHERE status = 'RESERVED' RETURNING`` carries everything that follows from it: stock,
history and figures. So of two ends at once one happens, and its consequences happen once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Numeric,
    String,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from catalog_service.domain.activity import Action
from catalog_service.domain.reservations import Reservation, ReservationStatus
from catalog_service.models import tables
from catalog_service.repository.rows import (
    RESERVATION_COLUMNS,
    offer,
    place,
    reservation,
    to_reservation,
)
from shared.database import Connection

IS_LIVE = reservation.status == text("'RESERVED'")
_COUNTS = ("cancellations", "pickups", "no_shows")
_FIGURES = (*_COUNTS, "revenue", "saved")


@dataclass(frozen=True, slots=True)
class End:
    """A way to end: the status, the entry in history, the figure it counts in, whether stock
    returns."""

    status: ReservationStatus
    action: Action
    figure: str
    returns_stock: bool


async def settle(
    connection: Connection,
    end: End,
    *which: ColumnElement[bool],
    by: UUID | None = None,
    reason: str | None = None,
) -> list[Reservation]:
    """End the live reservations for which ``which`` holds; those ended.

    ``by``: who ends them. Where stock returns, the offers must be locked before.
    """
    ended, consequences = _ended(end, which, by, reason)
    statement = select(ended).add_cte(*consequences)
    return [to_reservation(row) for row in (await connection.execute(statement)).all()]


async def settle_all(
    connection: Connection, end: End, *which: ColumnElement[bool], reason: str | None = None
) -> list[UUID]:
    """``settle`` for any number, of which the ids alone are wanted."""
    ended, consequences = _ended(end, which, None, reason)
    statement = select(ended.c.id).add_cte(*consequences)
    return list((await connection.execute(statement)).scalars())


def _ended(
    end: End, which: Sequence[ColumnElement[bool]], by: UUID | None, reason: str | None
) -> tuple[CTE, list[CTE]]:
    """What ends, and what follows from it."""
    ended = (
        update(tables.reservation)
        .where(IS_LIVE, *which)
        .values(
            status=end.status.value,
            ended_at=func.clock_timestamp(),
            ended_by=by,
            cancel_reason=reason,
        )
        .returning(*RESERVATION_COLUMNS)
        .cte("ended")
    )
    consequences = [_remembered(ended, end), _counted(ended, end)]
    if end.returns_stock:
        consequences.append(_restocked(ended))
    return ended, consequences


def _remembered(ended: CTE, end: End) -> CTE:
    details = literal(f"{end.status.value} quantity=") + cast(ended.c.quantity, String)
    entries = select(ended.c.user_id, ended.c.offer_id, literal(end.action.value), details).where(
        ended.c.user_id.is_not(None)
    )
    columns = ["user_id", "offer_id", "action", "details"]
    return insert(tables.history).from_select(columns, entries).cte("remembered")


def _restocked(ended: CTE) -> CTE:
    returned = (
        select(ended.c.offer_id, func.sum(ended.c.quantity).label("quantity"))
        .group_by(ended.c.offer_id)
        .subquery("returned")
    )
    return (
        update(tables.offer)
        .where(offer.id == returned.c.offer_id)
        .values(quantity_available=offer.quantity_available + returned.c.quantity)
        .cte("restocked")
    )


def _counted(ended: CTE, end: End) -> CTE:
    is_pickup = end.status is ReservationStatus.PICKED_UP
    paid = ended.c.unit_price * ended.c.quantity
    spared = (ended.c.original_unit_price - ended.c.unit_price) * ended.c.quantity
    nothing: Any = literal(0, Numeric(20, 3))
    day = cast(func.timezone(place.time_zone, func.clock_timestamp()), Date)
    figures = (
        select(
            ended.c.offer_id,
            ended.c.place_id,
            day.label("day"),
            *((func.count() if name == end.figure else literal(0)).label(name) for name in _COUNTS),
            (func.sum(paid) if is_pickup else nothing).label("revenue"),
            (func.sum(spared) if is_pickup else nothing).label("saved"),
        )
        .join(tables.place, place.id == ended.c.place_id)
        .group_by(ended.c.offer_id, ended.c.place_id, day)
        .order_by(ended.c.offer_id, day)
    )
    # other figures begin at the table's own 0
    added = upsert(tables.stats).from_select(
        ["offer_id", "place_id", "day", *_FIGURES], figures, include_defaults=False
    )
    return added.on_conflict_do_update(
        index_elements=["offer_id", "day"],
        set_={name: tables.stats.c[name] + added.excluded[name] for name in _FIGURES},
    ).cte("counted")
