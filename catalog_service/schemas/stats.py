"""Figures on the wire."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import strawberry

from catalog_service.domain.activity import DayStats, Period
from catalog_service.schemas.money import Money
from shared.graphql.fields import list_of


@strawberry.type(description="The figures of one day.")
class DailyStats:
    """One local day of the place."""

    day: date = strawberry.field(description="The day, in the place's time zone.")
    views: int = strawberry.field(description="Customers who looked, each once in 30 minutes.")
    reservations: int = strawberry.field(description="Reservations made.")
    cancellations: int = strawberry.field(description="Reservations cancelled, by whomever.")
    pickups: int = strawberry.field(description="Reservations picked up.")
    no_shows: int = strawberry.field(description="Reservations that nobody came for.")
    revenue: Money = strawberry.field(description="What was picked up and paid.")
    saved: Money = strawberry.field(description="What customers saved on it.")


@strawberry.type(description="The figures of a period.")
class Stats:
    """Sums over days, and the days."""

    first_day: date = strawberry.field(description="The first day, in the place's time zone.")
    last_day: date = strawberry.field(description="The last day.")
    views: int = strawberry.field(description="Customers who looked, each once in 30 minutes.")
    reservations: int = strawberry.field(description="Reservations made.")
    cancellations: int = strawberry.field(description="Reservations cancelled, by whomever.")
    pickups: int = strawberry.field(description="Reservations picked up.")
    no_shows: int = strawberry.field(description="Reservations that nobody came for.")
    revenue: Money = strawberry.field(description="What was picked up and paid.")
    saved: Money = strawberry.field(description="What customers saved on it.")
    days: list[DailyStats] = strawberry.field(
        description="Day by day; days on which nothing happened are left out.",
        directives=[list_of(31)],  # the default period; a year is the longest
    )

    @classmethod
    def of(cls, period: Period, days: Sequence[DayStats], currency: str) -> "Stats":
        """The sums over ``days``."""
        return cls(
            first_day=period.first,
            last_day=period.last,
            views=sum(day.views for day in days),
            reservations=sum(day.reservations for day in days),
            cancellations=sum(day.cancellations for day in days),
            pickups=sum(day.pickups for day in days),
            no_shows=sum(day.no_shows for day in days),
            revenue=Money(
                amount=sum((d.revenue.amount for d in days), Decimal(0)), currency=currency
            ),
            saved=Money(amount=sum((d.saved.amount for d in days), Decimal(0)), currency=currency),
            days=[_day(day) for day in days],
        )


def _day(day: DayStats) -> DailyStats:
    return DailyStats(
        day=day.day,
        views=day.views,
        reservations=day.reservations,
        cancellations=day.cancellations,
        pickups=day.pickups,
        no_shows=day.no_shows,
        revenue=Money.of(day.revenue),
        saved=Money.of(day.saved),
    )
