"""Figures on the wire."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Self

import strawberry

from catalog_service.domain import activity
from catalog_service.domain.activity import (
    KILOGRAMS_CO2E_A_PORTION,
    DayStats,
    Period,
)
from catalog_service.domain.money import Money as Amount
from catalog_service.schemas.money import Money
from shared.graphql.fields import list_of

_VIEWS = "Those who looked, signed in or not, each once in 30 minutes."
_COUNTER = "Portions sold at the counter, without a reservation."
_REVENUE = (
    "What was picked up or sold at the counter, and paid. Null for staff, unless the owner lets "
    "them see it."
)
_SAVED = "What customers saved on it. Null where `revenue` is."


@strawberry.type(description="The figures of one day.")
class DailyStats:
    """One local day of the place."""

    day: date = strawberry.field(description="The day, in the place's time zone.")
    views: int = strawberry.field(description=_VIEWS)
    reservations: int = strawberry.field(description="Reservations made.")
    cancellations: int = strawberry.field(description="Reservations cancelled, by whomever.")
    pickups: int = strawberry.field(description="Reservations picked up.")
    no_shows: int = strawberry.field(description="Reservations that nobody came for.")
    sold_at_counter: int = strawberry.field(description=_COUNTER)
    revenue: Money | None = strawberry.field(description=_REVENUE)
    saved: Money | None = strawberry.field(description=_SAVED)

    @classmethod
    def of(cls, day: DayStats, *, sees_money: bool) -> "DailyStats":
        """From the domain's day."""
        return cls(
            day=day.day,
            views=day.views,
            reservations=day.reservations,
            cancellations=day.cancellations,
            pickups=day.pickups,
            no_shows=day.no_shows,
            sold_at_counter=day.sold_at_counter,
            revenue=_shown(day.revenue, sees_money=sees_money),
            saved=_shown(day.saved, sees_money=sees_money),
        )


@strawberry.type(description="The figures of what goes by one title.")
class ProductStats:
    """One title."""

    title: str = strawberry.field(description="What the offers are called.")
    reservations: int = strawberry.field(description="Reservations made.")
    cancellations: int = strawberry.field(description="Reservations cancelled, by whomever.")
    pickups: int = strawberry.field(description="Reservations picked up.")
    no_shows: int = strawberry.field(description="Reservations that nobody came for.")
    sold_at_counter: int = strawberry.field(description=_COUNTER)
    revenue: Money | None = strawberry.field(description=_REVENUE)
    saved: Money | None = strawberry.field(description=_SAVED)

    @classmethod
    def of(cls, product: activity.ProductStats, *, sees_money: bool) -> "ProductStats":
        """From the domain's product."""
        return cls(
            title=product.title,
            reservations=product.reservations,
            cancellations=product.cancellations,
            pickups=product.pickups,
            no_shows=product.no_shows,
            sold_at_counter=product.sold_at_counter,
            revenue=_shown(product.revenue, sees_money=sees_money),
            saved=_shown(product.saved, sees_money=sees_money),
        )


@strawberry.type(description="What happened in one hour of the day, over all days of a period.")
class HourStats:
    """One hour."""

    hour: int = strawberry.field(description="The hour, 0 to 23, in the place's time zone.")
    reservations: int = strawberry.field(description="Reservations made.")
    pickups: int = strawberry.field(description="Reservations picked up.")

    @classmethod
    def of(cls, hour: activity.HourStats) -> "HourStats":
        """From the domain's hour."""
        return cls(hour=hour.hour, reservations=hour.reservations, pickups=hour.pickups)


@strawberry.type
class StatsFields:
    """Sums over days, and the days."""

    first_day: date = strawberry.field(description="The first day, in the place's time zone.")
    last_day: date = strawberry.field(description="The last day.")
    currency: str = strawberry.field(description="The currency of the amounts, ISO 4217.")
    views: int = strawberry.field(description=_VIEWS)
    reservations: int = strawberry.field(description="Reservations made.")
    cancellations: int = strawberry.field(description="Reservations cancelled, by whomever.")
    pickups: int = strawberry.field(description="Reservations picked up.")
    no_shows: int = strawberry.field(description="Reservations that nobody came for.")
    sold_at_counter: int = strawberry.field(description=_COUNTER)
    no_show_rate: float | None = strawberry.field(
        description="No-shows among what was picked up or not; 0 to 1, null without any."
    )
    revenue: Money | None = strawberry.field(description=_REVENUE)
    saved: Money | None = strawberry.field(description=_SAVED)
    days: list[DailyStats] = strawberry.field(
        description="Day by day; days on which nothing happened are left out.",
        directives=[list_of(30)],
    )
    period: strawberry.Private[Period]
    sees_money: strawberry.Private[bool]

    @classmethod
    def of(
        cls, period: Period, days: Sequence[DayStats], currency: str, *, sees_money: bool
    ) -> Self:
        """The sums over ``days``."""
        pickups = sum(day.pickups for day in days)
        no_shows = sum(day.no_shows for day in days)
        ended = pickups + no_shows
        revenue = Amount.of(sum((each.revenue.amount for each in days), Decimal(0)), currency)
        saved = Amount.of(sum((each.saved.amount for each in days), Decimal(0)), currency)
        return cls(
            first_day=period.first,
            last_day=period.last,
            currency=currency,
            views=sum(day.views for day in days),
            reservations=sum(day.reservations for day in days),
            cancellations=sum(day.cancellations for day in days),
            pickups=pickups,
            no_shows=no_shows,
            sold_at_counter=sum(day.sold_at_counter for day in days),
            no_show_rate=round(no_shows / ended, 4) if ended else None,
            revenue=_shown(revenue, sees_money=sees_money),
            saved=_shown(saved, sees_money=sees_money),
            days=[DailyStats.of(day, sees_money=sees_money) for day in days],
            period=period,
            sees_money=sees_money,
        )


@strawberry.type(description="A file to download. Whoever has the link gets the file.")
class Export:
    """A signed link."""

    url: str = strawberry.field(description="Where it is; no access token is needed.")
    expires_at: datetime = strawberry.field(description="Until when the link works.")


@strawberry.type(description="What a customer's pickups came to.")
class Impact:
    """All of them, since the account was made."""

    portions: int = strawberry.field(description="Portions picked up.")
    saved: list[Money] = strawberry.field(
        description="What was saved against the original prices, in each currency.",
        directives=[list_of(2)],
    )
    co2e_kilograms: float = strawberry.field(
        name="co2eKilograms",
        description="What wasting them would have emitted, by a rule of thumb: 2.5 kg of CO2 "
        "equivalent a portion (a kilogram of food; FAO 2013).",
    )

    @classmethod
    def of(cls, impact: activity.Impact) -> "Impact":
        """From the domain's impact."""
        return cls(
            portions=impact.portions,
            saved=[Money.of(each) for each in impact.saved],
            co2e_kilograms=round(impact.portions * KILOGRAMS_CO2E_A_PORTION, 1),
        )


def _shown(amount: Amount, *, sees_money: bool) -> Money | None:
    return Money.of(amount) if sees_money else None
