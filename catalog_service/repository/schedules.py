"""Schedules: reading them, and writing them under their place's lock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from catalog_service.domain.actors import Actor
from catalog_service.domain.local_times import LocalSpan
from catalog_service.domain.opening_hours import Weekday
from catalog_service.domain.pickup import PickupWindow
from catalog_service.domain.places import OFFER_KEEPERS, Place
from catalog_service.domain.schedules import (
    HandledDay,
    OfferTemplate,
    Schedule,
    ScheduleDetails,
)
from catalog_service.models import tables
from catalog_service.repository.conditions import among, is_open_place, manages
from catalog_service.repository.paging import Order, Page, read_pages_by_parent
from catalog_service.repository.rows import PLACE_COLUMNS, offer, place, to_place
from shared.database import Connection
from shared.pagination.cursors import PageRequest
from shared.text import in_one_form

schedule = tables.schedule.c
schedule_day = tables.schedule_day.c
SCHEDULE_COLUMNS = tuple(each for each in schedule if each.name != "next_publish_at")
KEPT_DAYS: Final = 3
"""How far back the days that are dealt with still matter: a window lasts two days at most."""
_TEMPLATE: Final = TypeAdapter(OfferTemplate)
_MINUTE: Final = timedelta(minutes=1)


def to_schedule(row: Row[Any]) -> Schedule:
    """A schedule of ``SCHEDULE_COLUMNS``."""
    details = ScheduleDetails(
        template=_TEMPLATE.validate_python(row.template),
        quantity_total=row.quantity_total,
        weekdays=tuple(Weekday(each) for each in row.weekdays),
        pickup=LocalSpan(row.pickup_start, row.pickup_end),
        lead=row.lead_minutes * _MINUTE,
        first_day=row.first_day,
        last_day=row.last_day,
    )
    return Schedule(row.id, row.place_id, details, row.is_paused, row.created_at, row.updated_at)


def schedule_columns(details: ScheduleDetails) -> dict[str, Any]:
    """What a partner says about a schedule, by column."""
    template = replace(details.template, title=in_one_form(details.template.title))
    return {
        "template": _TEMPLATE.dump_python(template, mode="json"),
        "quantity_total": details.quantity_total,
        "weekdays": [each.value for each in details.weekdays],
        "pickup_start": details.pickup.start,
        "pickup_end": details.pickup.end,
        "lead_minutes": details.lead // _MINUTE,
        "first_day": details.first_day,
        "last_day": details.last_day,
    }


async def read_schedules(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, Schedule]:
    """Those of the schedules that are of places where the actor works."""
    query = select(*SCHEDULE_COLUMNS).where(
        among(schedule.id, ids), manages(schedule.place_id, actor)
    )
    return {row.id: to_schedule(row) for row in (await connection.execute(query)).all()}


async def find_schedules_of_places(
    connection: Connection, place_ids: Sequence[UUID], page: PageRequest, actor: Actor
) -> Mapping[UUID, Page[Schedule]]:
    """Each place's schedules, the newest first, if the actor works there."""
    managed = manages(schedule.place_id, actor)

    def at_place(place_id: ColumnElement[UUID]) -> Select[Any]:
        return select(*SCHEDULE_COLUMNS).where(schedule.place_id == place_id, managed)

    order = Order(schedule.created_at, descending=True)
    return await read_pages_by_parent(
        connection, place_ids, at_place, order, schedule.id, page, to_schedule
    )


async def read_handled_days(
    connection: Connection, schedule_ids: Sequence[UUID]
) -> Mapping[UUID, list[HandledDay]]:
    """Of each schedule the days that were published or skipped, but for those long over."""
    recent = func.current_date() - KEPT_DAYS
    query = (
        select(*schedule_day, offer.pickup_start, offer.pickup_end)
        .select_from(tables.schedule_day)
        .outerjoin(tables.offer, offer.id == schedule_day.offer_id)
        .where(among(schedule_day.schedule_id, schedule_ids), schedule_day.day >= recent)
    )
    found: dict[UUID, list[HandledDay]] = {each: [] for each in schedule_ids}
    for row in (await connection.execute(query)).all():
        window = None if row.offer_id is None else PickupWindow(row.pickup_start, row.pickup_end)
        found[row.schedule_id].append(HandledDay(row.day, row.is_skipped, row.offer_id, window))
    return found


async def lock_kept_place(connection: Connection, place_id: UUID, actor: Actor) -> Place | None:
    """The open place, held, if the actor keeps its offers."""
    query = (
        select(*PLACE_COLUMNS)
        .where(place.id == place_id, is_open_place(), manages(place.id, actor, OFFER_KEEPERS))
        .with_for_update(key_share=True)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_place(row)


async def lock_schedule(
    connection: Connection, schedule_id: UUID, actor: Actor
) -> tuple[Schedule, Place] | None:
    """A schedule and its open place, both held, if the actor keeps the place's offers."""
    of_it = select(schedule.place_id).where(schedule.id == schedule_id)
    place_id = (await connection.execute(of_it)).scalar_one_or_none()
    held = None if place_id is None else await lock_kept_place(connection, place_id, actor)
    query = (
        select(*SCHEDULE_COLUMNS).where(schedule.id == schedule_id).with_for_update(key_share=True)
    )
    row = None if held is None else (await connection.execute(query)).one_or_none()
    return None if row is None or held is None else (to_schedule(row), held)


async def count_schedules(connection: Connection, place_id: UUID) -> int:
    """How many the place has. Exact while it is locked."""
    query = select(func.count()).where(schedule.place_id == place_id)
    count: int = (await connection.execute(query)).scalar_one()
    return count


async def insert_schedule(
    connection: Connection, place_id: UUID, details: ScheduleDetails
) -> Schedule:
    """A new schedule. When it publishes, ``set_next`` says."""
    statement = (
        insert(tables.schedule)
        .values(id=uuid4(), place_id=place_id, **schedule_columns(details))
        .returning(*SCHEDULE_COLUMNS)
    )
    return to_schedule((await connection.execute(statement)).one())


async def update_schedule(
    connection: Connection, schedule_id: UUID, details: ScheduleDetails
) -> Schedule:
    """The schedule with its new details. Lock it first."""
    return await _update(connection, schedule_id, schedule_columns(details))


async def set_paused(connection: Connection, schedule_id: UUID, *, is_paused: bool) -> Schedule:
    """The schedule, paused or not. Lock it first."""
    return await _update(connection, schedule_id, {"is_paused": is_paused})


async def _update(connection: Connection, schedule_id: UUID, values: dict[str, Any]) -> Schedule:
    statement = (
        update(tables.schedule)
        .where(schedule.id == schedule_id)
        .values(values)
        .returning(*SCHEDULE_COLUMNS)
    )
    return to_schedule((await connection.execute(statement)).one())


async def set_next(connection: Connection, schedule_id: UUID, moment: datetime | None) -> None:
    """When the schedule is to be looked at again; None: never."""
    await connection.execute(
        update(tables.schedule).where(schedule.id == schedule_id).values(next_publish_at=moment)
    )


async def delete_schedule(connection: Connection, schedule_id: UUID) -> None:
    """Take the schedule away; offers that it published stay. Lock it first."""
    await connection.execute(delete(tables.schedule).where(schedule.id == schedule_id))


async def skip_day(connection: Connection, schedule_id: UUID, day: date) -> tuple[HandledDay, bool]:
    """How the day stands then, skipped or published already, and whether that is new."""
    made = await connection.execute(
        upsert(tables.schedule_day)
        .values(schedule_id=schedule_id, day=day, is_skipped=True)
        .on_conflict_do_nothing()
        .returning(schedule_day.day)
    )
    is_new = made.first() is not None
    query = select(*schedule_day).where(
        schedule_day.schedule_id == schedule_id, schedule_day.day == day
    )
    row = (await connection.execute(query)).one()
    return HandledDay(row.day, row.is_skipped, row.offer_id), is_new


async def unskip_day(connection: Connection, schedule_id: UUID, day: date) -> bool:
    """Forget that the day was skipped, if it was; what was published stays so."""
    gone = await connection.execute(
        delete(tables.schedule_day)
        .where(
            schedule_day.schedule_id == schedule_id,
            schedule_day.day == day,
            schedule_day.is_skipped,
        )
        .returning(schedule_day.day)
    )
    return gone.first() is not None


async def schedules_of(connection: Connection, place_id: UUID) -> list[Schedule]:
    """All schedules of a place, held, by id. Lock the place first."""
    query = (
        select(*SCHEDULE_COLUMNS)
        .where(schedule.place_id == place_id)
        .order_by(schedule.id)
        .with_for_update(key_share=True)
    )
    return [to_schedule(row) for row in (await connection.execute(query)).all()]
