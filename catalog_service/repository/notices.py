"""What is written to customers about their reservations, as facts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from catalog_service.models import tables
from catalog_service.repository.conditions import among
from catalog_service.repository.rows import place, reservation
from catalog_service.repository.settling import IS_LIVE
from shared.database import Connection


@dataclass(frozen=True, slots=True)
class Notice:
    """Whom to write to, and what stands in it."""

    user_id: UUID
    reservation_id: UUID
    pickup_code: str
    pickup_start: datetime
    pickup_end: datetime
    time_zone: str
    facts: dict[str, str | int | None]


async def notices_of_holders(connection: Connection, place_ids: Collection[UUID]) -> list[Notice]:
    """One for each live reservation at the places."""
    return await _notices(connection, IS_LIVE, among(reservation.place_id, place_ids))


async def notices_of_offer(connection: Connection, offer_id: UUID) -> list[Notice]:
    """One for each live reservation of the offer."""
    return await _notices(connection, IS_LIVE, reservation.offer_id == offer_id)


async def notices_of(connection: Connection, reservation_ids: Sequence[UUID]) -> list[Notice]:
    """One for each of the reservations whose customer is still known."""
    return await _notices(connection, among(reservation.id, reservation_ids))


async def _notices(connection: Connection, *which: ColumnElement[bool]) -> list[Notice]:
    query = (
        select(
            reservation.id,
            reservation.user_id,
            reservation.quantity,
            reservation.pickup_start,
            reservation.pickup_end,
            reservation.title,
            reservation.pickup_code,
            place.name,
            place.address,
            place.time_zone,
        )
        .select_from(tables.reservation)
        .join(tables.place, place.id == reservation.place_id)
        .where(*which, reservation.user_id.is_not(None))
        .order_by(reservation.id)
    )
    return [to_notice(row) for row in await connection.execute(query)]


def to_notice(row: Any) -> Notice:
    """Of a reservation whose row also has its place's name, address and time zone."""
    return Notice(
        row.user_id,
        row.id,
        row.pickup_code,
        row.pickup_start,
        row.pickup_end,
        row.time_zone,
        _facts(row),
    )


def _facts(row: Any) -> dict[str, str | int | None]:
    return {
        "reservationId": str(row.id),
        "quantity": row.quantity,
        "offer": row.title,
        "place": row.name,
        "address": row.address,
        "pickupStart": row.pickup_start.isoformat(),
        "pickupEnd": row.pickup_end.isoformat(),
        "timeZone": row.time_zone,
    }
