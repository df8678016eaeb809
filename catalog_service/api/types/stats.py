"""Stats: figures, and what they are made of by product and by hour."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeAlias, TypeVar
from uuid import UUID

import strawberry

from catalog_service.api.context import Info
from catalog_service.core.export_links import StatsExport
from catalog_service.domain import activity
from catalog_service.domain.activity import DayStats, Period
from catalog_service.domain.actors import NOBODY, Actor
from catalog_service.domain.money import Money
from catalog_service.domain.places import OFFER_KEEPERS, Place
from catalog_service.repository.places import read_managed
from catalog_service.repository.stats import (
    read_hours_of_offers,
    read_hours_of_places,
    read_products_of_offers,
    read_products_of_places,
    read_stats_of_offers,
    read_stats_of_places,
)
from catalog_service.schemas.stats import Export, HourStats, ProductStats, StatsFields
from shared.database import Connection
from shared.graphql.fields import field

Row = TypeVar("Row")
Reading: TypeAlias = Callable[
    [Connection, Sequence[UUID], Period, Actor], Awaitable[Mapping[UUID, list[Row]]]
]


@strawberry.type(description="The figures of a period.")
class Stats(StatsFields):
    """``ids``: the offer, or the places, whose figures these are, for ``reader``."""

    ids: strawberry.Private[tuple[UUID, ...]] = ()
    reader: strawberry.Private[Actor] = NOBODY
    of_offer: strawberry.Private[bool] = False

    @field(
        "By what the offers are called, the most picked up first; at most 100.",
        about=20,
        weight=10,
    )
    async def by_product(self, info: Info) -> list[ProductStats] | None:
        read = read_products_of_offers if self.of_offer else read_products_of_places
        found = await self._read(info, read)
        shown = sorted(merged(found), key=lambda each: (-each.pickups, each.title))[:100]
        return [ProductStats.of(each, sees_money=self.sees_money) for each in shown]

    @field("A link to these figures as a CSV file, one row an offer and day; for places only.")
    def export(self, info: Info) -> Export | None:
        actor = self.reader
        if self.of_offer or actor.user_id is None:
            return None
        wanted = StatsExport(
            user_id=actor.user_id,
            is_admin=actor.is_admin,
            place_ids=self.ids,
            first=self.period.first,
            last=self.period.last,
            token_version=actor.token_version,
        )
        url, expires = info.context.exports.make(wanted, datetime.now(UTC))
        return Export(url=url, expires_at=expires)

    @field("By the hour of the day; hours without any are left out.", about=24, weight=10)
    async def by_hour(self, info: Info) -> list[HourStats] | None:
        read = read_hours_of_offers if self.of_offer else read_hours_of_places
        amounts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for each in await self._read(info, read):
            amounts[each.hour][0] += each.reservations
            amounts[each.hour][1] += each.pickups
        hours = [activity.HourStats(hour, *both) for hour, both in sorted(amounts.items())]
        return [HourStats.of(each) for each in hours]

    async def _read(self, info: Info, read: Reading[Row]) -> list[Row]:
        load = info.context.loaders.load
        found = [await load(read, each, self.period, self.reader) for each in self.ids]
        return [row for rows in found for row in rows or ()]


async def stats_of_offer(
    info: Info, offer_id: UUID, place: Place, period: Period, actor: Actor
) -> Stats:
    """The figures of an offer, for who works at its place."""
    days = await info.context.loaders.load(read_stats_of_offers, offer_id, period, actor)
    shown = await sees_money(info, place, actor)
    made = Stats.of(period, days or (), place.currency, sees_money=shown)
    made.ids, made.reader, made.of_offer = (offer_id,), actor, True
    return made


async def stats_of_places(
    info: Info, places: Sequence[Place], period: Period, actor: Actor
) -> Stats:
    """The figures of places with one currency, for who works at all of them.

    Amounts are shown where those of each place are.
    """
    load = info.context.loaders.load
    days = [await load(read_stats_of_places, place.id, period, actor) or () for place in places]
    shown = all([await sees_money(info, place, actor) for place in places])
    together = _days_of(places[0].currency, [day for each in days for day in each])
    made = Stats.of(period, together, places[0].currency, sees_money=shown)
    made.ids, made.reader = tuple(place.id for place in places), actor
    return made


async def sees_money(info: Info, place: Place, actor: Actor) -> bool:
    """Whether the actor, who works at the place, sees what it takes."""
    if place.staff_see_revenue:
        return True
    return bool(await info.context.loaders.load(read_managed, place.id, actor, OFFER_KEEPERS))


def merged(rows: Sequence[activity.ProductStats]) -> list[activity.ProductStats]:
    """One row a title."""
    by_title: dict[str, activity.ProductStats] = {}
    for row in rows:
        earlier = by_title.get(row.title)
        by_title[row.title] = row if earlier is None else _sum(earlier, row)
    return list(by_title.values())


def _sum(one: activity.ProductStats, other: activity.ProductStats) -> activity.ProductStats:
    return replace(
        one,
        reservations=one.reservations + other.reservations,
        cancellations=one.cancellations + other.cancellations,
        pickups=one.pickups + other.pickups,
        no_shows=one.no_shows + other.no_shows,
        sold_at_counter=one.sold_at_counter + other.sold_at_counter,
        revenue=Money(one.revenue.amount + other.revenue.amount, one.revenue.currency),
        saved=Money(one.saved.amount + other.saved.amount, one.saved.currency),
    )


def _days_of(currency: str, days: Sequence[DayStats]) -> list[DayStats]:
    """One entry a day, in order."""
    by_day: dict[object, list[DayStats]] = defaultdict(list)
    for day in days:
        by_day[day.day].append(day)
    return [
        DayStats(
            day=same[0].day,
            views=sum(each.views for each in same),
            reservations=sum(each.reservations for each in same),
            cancellations=sum(each.cancellations for each in same),
            pickups=sum(each.pickups for each in same),
            no_shows=sum(each.no_shows for each in same),
            sold_at_counter=sum(each.sold_at_counter for each in same),
            revenue=Money.of(sum((each.revenue.amount for each in same), Decimal(0)), currency),
            saved=Money.of(sum((each.saved.amount for each in same), Decimal(0)), currency),
        )
        for _, same in sorted(by_day.items(), key=lambda entry: entry[1][0].day)
    ]
