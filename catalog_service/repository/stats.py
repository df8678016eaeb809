"""Reading figures: sums over offer_stats_daily, never over raw history."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select

from catalog_service.domain.activity import DayStats, Period
from catalog_service.domain.actors import Actor
from catalog_service.domain.money import Money
from catalog_service.models import tables
from catalog_service.repository.conditions import among, manages
from catalog_service.repository.rows import place
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
        .where(
            among(key, ids),
            stats.day.between(period.first, period.last),
            manages(stats.place_id, actor),
        )
        .group_by(key, stats.day, place.currency)
        .order_by(stats.day)
    )
    found: dict[UUID, list[DayStats]] = {each: [] for each in ids}
    for row in (await connection.execute(query)).all():
        found[row.key].append(_to_day(row))
    return found


def _to_day(row: Row[Any]) -> DayStats:
    return DayStats(
        day=row.day,
        views=row.views,
        reservations=row.reservations,
        cancellations=row.cancellations,
        pickups=row.pickups,
        no_shows=row.no_shows,
        revenue=Money(row.revenue, row.currency),
        saved=Money(row.saved, row.currency),
    )
