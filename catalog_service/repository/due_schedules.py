"""What is due of schedules, for the instances that publish them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID, uuid4

from sqlalchemy import func, insert, or_, select

from catalog_service.domain.offers import OfferDetails, OfferStatus
from catalog_service.domain.opening_hours import OpeningHours, SpecialDay
from catalog_service.domain.schedules import Schedule
from catalog_service.models import tables
from catalog_service.repository.conditions import is_open_place
from catalog_service.repository.offer_writes import offer_columns
from catalog_service.repository.place_writes import has_owner
from catalog_service.repository.rows import place
from catalog_service.repository.schedules import SCHEDULE_COLUMNS, schedule, to_schedule
from catalog_service.repository.stored_hours import read_hours, read_special_days
from shared.database import Connection
from shared.pagination.cursors import keyset_after

Due: TypeAlias = tuple[datetime, UUID]
"""A schedule, and since when it has been due."""
_DUE = (schedule.next_publish_at, schedule.id)


async def due_schedules(connection: Connection, limit: int, after: Due | None = None) -> list[Due]:
    """Schedules that are to be looked at now, those that waited longest first, behind ``after``."""
    query = (
        select(*_DUE)
        .where(schedule.next_publish_at <= func.clock_timestamp())
        .order_by(*_DUE)
        .limit(limit)
    )
    if after is not None:
        query = query.where(keyset_after(_DUE, after))
    return [(moment, schedule_id) for moment, schedule_id in await connection.execute(query)]


@dataclass(frozen=True, slots=True)
class DuePlace:
    """Where a schedule publishes. ``sells``: it is open, not taken down, and an owner may act."""

    time_zone: str
    opening_hours: tuple[OpeningHours, ...]
    special_days: tuple[SpecialDay, ...]
    is_open: bool
    sells: bool


async def hold_due(connection: Connection, schedule_id: UUID) -> tuple[Schedule, DuePlace] | None:
    """A due schedule and its place, held; None when another instance has it, or had it.

    The place is held shared: it cannot be closed past an offer that it does not see yet.
    """
    withheld = or_(place.taken_down_at.is_not(None), place.is_unattended)
    of_it = select(schedule.place_id).where(schedule.id == schedule_id).scalar_subquery()
    at = (
        select(
            place.id,
            place.time_zone,
            place.opening_hours,
            place.special_days,
            is_open_place().label("is_open"),
            withheld.label("is_withheld"),
        )
        .where(place.id == of_it)
        .with_for_update(read=True, of=tables.place)
    )
    where = (await connection.execute(at)).one_or_none()
    query = (
        select(*SCHEDULE_COLUMNS)
        .where(schedule.id == schedule_id, schedule.next_publish_at <= func.clock_timestamp())
        .with_for_update(key_share=True, skip_locked=True)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None or where is None:
        return None
    # A statement of its own: it sees who ended or suspended the last owner before the lock.
    sells = where.is_open and not where.is_withheld and await has_owner(connection, where.id)
    weekly, days = read_hours(where.opening_hours), read_special_days(where.special_days)
    return to_schedule(row), DuePlace(where.time_zone, weekly, days, where.is_open, sells)


async def note_published(
    connection: Connection, schedule_id: UUID, day: date, offer_id: UUID
) -> None:
    """Note that the day became an offer: it never becomes another one."""
    await connection.execute(
        insert(tables.schedule_day).values(schedule_id=schedule_id, day=day, offer_id=offer_id)
    )


async def insert_published(connection: Connection, place_id: UUID, details: OfferDetails) -> UUID:
    """A new active offer at a place that is held, by nobody but the schedule; its id."""
    offer_id = uuid4()
    currency = select(place.currency).where(place.id == place_id).scalar_subquery()
    await connection.execute(
        insert(tables.offer).values(
            id=offer_id,
            place_id=place_id,
            currency=currency,
            **offer_columns(details),
            quantity_total=details.quantity_total,
            quantity_available=details.quantity_total,
            status=OfferStatus.ACTIVE.value,
        )
    )
    return offer_id
