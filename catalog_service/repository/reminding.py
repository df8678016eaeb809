"""Claiming reminders: a row each, so that of all instances one asks for it, once."""

from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Interval, Time, bindparam, select, text

from catalog_service.domain.reminders import EVENING, MIDNIGHT, SOON, ReminderKind
from catalog_service.models import tables
from catalog_service.repository.rows import reservation
from catalog_service.repository.settling import IS_LIVE
from shared.database import Connection

# What was reserved after its reminder was due needs none. Days are the place's own: the evening
# before is counted back by the calendar, not by hours, also in the nights when clocks change.
_CLAIM = text(
    """
    WITH moments AS (
        SELECT clock_timestamp() AS now
    ), due AS (
        SELECT live.id, 'pickup_soon' AS kind
        FROM moments, reservations AS live
        WHERE live.status = 'RESERVED' AND live.user_id IS NOT NULL
            AND live.pickup_start > now AND live.pickup_start <= now + :soon
            AND live.created_at <= live.pickup_start - :soon
        UNION ALL
        SELECT live.id, 'pickup_tomorrow'
        FROM moments, reservations AS live JOIN places ON places.id = live.place_id
            CROSS JOIN LATERAL (SELECT
                catalog_local_moment(live.pickup_start, time_zone, -1, :evening) AS due,
                catalog_local_moment(live.pickup_start, time_zone, 0, :midnight) AS midnight) AS at
        WHERE live.status = 'RESERVED' AND live.user_id IS NOT NULL
            AND live.pickup_start > now AND live.pickup_start < now + interval '32 hours'
            AND at.due <= now AND now < at.midnight AND live.created_at <= at.due
    )
    INSERT INTO reminders (reservation_id, kind)
    SELECT id, kind FROM due
    WHERE NOT EXISTS (SELECT FROM reminders
        WHERE reminders.reservation_id = due.id AND reminders.kind = due.kind)
    ORDER BY id, kind LIMIT :most
    ON CONFLICT DO NOTHING
    RETURNING id, reservation_id, kind
    """
).bindparams(
    bindparam("soon", SOON, Interval()),
    bindparam("evening", EVENING, Time()),
    bindparam("midnight", MIDNIGHT, Time()),
    bindparam("most", type_=Integer()),
)


async def claim_reminders(
    connection: Connection, most: int
) -> list[tuple[UUID, UUID, ReminderKind]]:
    """Up to ``most`` reminders that are due and nobody asked for: (id, reservation, kind)."""
    rows = (await connection.execute(_CLAIM, {"most": most})).all()
    return [(row.id, row.reservation_id, ReminderKind(row.kind)) for row in rows]


async def is_still_live(connection: Connection, reminder_id: UUID) -> bool:
    """Whether the reservation that a reminder is about is neither cancelled nor picked up."""
    query: Any = (
        select(reservation.id)
        .join(tables.reminder, tables.reminder.c.reservation_id == reservation.id)
        .where(tables.reminder.c.id == reminder_id, IS_LIVE)
    )
    return (await connection.execute(query)).first() is not None
