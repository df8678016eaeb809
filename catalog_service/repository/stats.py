"""Reading figures: sums over offer_stats_daily, never over raw history."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, Row, cast, func, select, true

from catalog_service.domain.activity import DayStats, HourStats, Impact, Period, ProductStats
from catalog_service.domain.actors import Actor
from catalog_service.domain.money import Money
from catalog_service.domain.reservations import ReservationStatus
from catalog_service.models import tables
from catalog_service.repository.conditions import among, manages
from catalog_service.repository.rows import offer, place, reservation
from shared.database import Connection

stats = tables.stats.c
_FIGURES = tuple(
    func.sum(stats[name]).label(name)
    for name in (
        "views",
        "reservations",
        "cancellations",
        "pickups",
        "no_shows",
        "counter_sales",
        "revenue",
        "saved",
    )
)


async def read_stats_of_offers(
    connection: Connection, offer_ids: Sequence[UUID], period: Period, actor: Actor
) -> Mapping[UUID, list[DayStats]]:
    """The days of each offer with anything to tell, for those whom it concerns."""
    return await _read(connection, stats.offer_id, offer_ids, period, actor)


async def read_stats_of_places(
    connection: Connection, place_ids: Sequence[UUID], period: Period, actor: Actor
) -> Mapping[UUID, list[DayStats]]:
    """The days of each place with anything to tell, for those whom it concerns."""
    return await _read(connection, stats.place_id, place_ids, period, actor)


async def _read(
    connection: Connection,
    key: ColumnElement[UUID],
    ids: Sequence[UUID],
    period: Period,
    actor: Actor,
) -> Mapping[UUID, list[DayStats]]:
    query = (
        select(key.label("key"), stats.day, place.currency, *_FIGURES)
        .join(tables.place, place.id == stats.place_id)
        .where(*_concerns(key, ids, period, actor))
        .group_by(key, stats.day, place.currency)
        .order_by(stats.day)
    )
    found: dict[UUID, list[DayStats]] = {each: [] for each in ids}
    for row in (await connection.execute(query)).all():
        found[row.key].append(_to_day(row))
    return found


def _concerns(
    key: ColumnElement[UUID], ids: Sequence[UUID], period: Period, actor: Actor
) -> tuple[ColumnElement[bool], ...]:
    """The rows of these offers or places in this time, for those whom they concern."""
    return (
        among(key, ids),
        stats.day.between(period.first, period.last),
        manages(stats.place_id, actor),
    )


async def read_products_of_offers(
    connection: Connection, offer_ids: Sequence[UUID], period: Period, actor: Actor
) -> Mapping[UUID, list[ProductStats]]:
    """The figures of each offer, by what it is called."""
    return await _products(connection, stats.offer_id, offer_ids, period, actor)


async def read_products_of_places(
    connection: Connection, place_ids: Sequence[UUID], period: Period, actor: Actor
) -> Mapping[UUID, list[ProductStats]]:
    """The figures of each place by what its offers are called, the most picked up first."""
    return await _products(connection, stats.place_id, place_ids, period, actor)


async def _products(
    connection: Connection,
    key: ColumnElement[UUID],
    ids: Sequence[UUID],
    period: Period,
    actor: Actor,
) -> Mapping[UUID, list[ProductStats]]:
    query = (
        select(key.label("key"), offer.title, place.currency, *_FIGURES)
        .join(tables.place, place.id == stats.place_id)
        .join(tables.offer, offer.id == stats.offer_id)
        .where(*_concerns(key, ids, period, actor))
        .group_by(key, offer.title, place.currency)
        .order_by(func.sum(stats.pickups).desc(), offer.title)
    )
    found: dict[UUID, list[ProductStats]] = {each: [] for each in ids}
    for row in (await connection.execute(query)).all():
        found[row.key].append(
            ProductStats(
                title=row.title,
                reservations=row.reservations,
                cancellations=row.cancellations,
                pickups=row.pickups,
                no_shows=row.no_shows,
                sold_at_counter=row.counter_sales,
                revenue=Money.of(row.revenue, row.currency),
                saved=Money.of(row.saved, row.currency),
            )
        )
    return found


async def read_hours_of_offers(
    connection: Connection, offer_ids: Sequence[UUID], period: Period, actor: Actor
) -> Mapping[UUID, list[HourStats]]:
    """At which hours each offer was reserved and picked up."""
    return await _hours(connection, reservation.offer_id, offer_ids, period, actor)


async def read_hours_of_places(
    connection: Connection, place_ids: Sequence[UUID], period: Period, actor: Actor
) -> Mapping[UUID, list[HourStats]]:
    """At which hours at each place was reserved and picked up."""
    return await _hours(connection, reservation.place_id, place_ids, period, actor)


async def _hours(
    connection: Connection,
    key: ColumnElement[UUID],
    ids: Sequence[UUID],
    period: Period,
    actor: Actor,
) -> Mapping[UUID, list[HourStats]]:
    """Read from reservations, which have the times: at most a year of one place."""
    found: dict[UUID, dict[int, list[int]]] = {each: {} for each in ids}
    picked_up = reservation.status == ReservationStatus.PICKED_UP.value
    moments = ((reservation.created_at, true()), (reservation.ended_at, picked_up))
    for position, (moment, counted) in enumerate(moments):
        local = func.timezone(place.time_zone, moment)
        hour = cast(func.extract("hour", local), Integer).label("hour")
        query = (
            select(key.label("key"), hour, func.count().label("amount"))
            .join(tables.place, place.id == reservation.place_id)
            .where(
                among(key, ids),
                counted,
                cast(local, Date).between(period.first, period.last),
                manages(reservation.place_id, actor),
            )
            .group_by(key, hour)
        )
        for row in (await connection.execute(query)).all():
            found[row.key].setdefault(row.hour, [0, 0])[position] = row.amount
    return {
        each: [HourStats(hour, *amounts) for hour, amounts in sorted(hours.items())]
        for each, hours in found.items()
    }


async def read_impact(connection: Connection, user_ids: Sequence[UUID]) -> Mapping[UUID, Impact]:
    """What each customer picked up: portions, and money saved in each currency."""
    spared = (reservation.original_unit_price - reservation.unit_price) * reservation.quantity
    query = (
        select(
            reservation.user_id,
            reservation.currency,
            func.sum(reservation.quantity).label("portions"),
            func.sum(spared).label("saved"),
        )
        .where(
            among(reservation.user_id, user_ids),
            reservation.status == ReservationStatus.PICKED_UP.value,
        )
        .group_by(reservation.user_id, reservation.currency)
        .order_by(reservation.currency)
    )
    portions: dict[UUID, int] = dict.fromkeys(user_ids, 0)
    saved: dict[UUID, list[Money]] = {each: [] for each in user_ids}
    for row in (await connection.execute(query)).all():
        portions[row.user_id] += row.portions
        saved[row.user_id].append(Money.of(row.saved, row.currency))
    return {each: Impact(portions[each], saved[each]) for each in user_ids}


def _to_day(row: Row[Any]) -> DayStats:
    return DayStats(
        day=row.day,
        views=row.views,
        reservations=row.reservations,
        cancellations=row.cancellations,
        pickups=row.pickups,
        no_shows=row.no_shows,
        sold_at_counter=row.counter_sales,
        revenue=Money.of(row.revenue, row.currency),
        saved=Money.of(row.saved, row.currency),
    )
