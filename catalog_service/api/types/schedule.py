"""Schedule: offers that publish themselves, and the days on which they will."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

import strawberry

from catalog_service.api.context import Info
from catalog_service.api.types import offer as offers
from catalog_service.api.types import place as places
from catalog_service.api.types.references import OfferRef, PlaceRef
from catalog_service.domain.errors import InvalidInput
from catalog_service.domain.money import scaled
from catalog_service.domain.opening_hours import shut_days
from catalog_service.domain.schedules import (
    MOST_DATES_SHOWN,
    HandledDay,
    ScheduledDay,
    upcoming,
)
from catalog_service.repository.offers import read_offers
from catalog_service.repository.schedules import read_handled_days
from catalog_service.schemas.money import Money
from catalog_service.schemas.schedules import ScheduledDateFields, ScheduleFields
from shared.graphql.fields import field

Count: TypeAlias = Annotated[
    int, strawberry.argument(description=f"How many: 0 to {MOST_DATES_SHOWN}.")
]


@strawberry.type(description="A day on which a schedule publishes an offer, or was told not to.")
class ScheduledDate(ScheduledDateFields):
    """A day of a schedule in the graph."""

    @field("The offer that was published for it; null before that.")
    async def offer(self, info: Info) -> OfferRef | None:
        if self.offer_id is None:
            return None
        found = await info.context.shown(read_offers, self.offer_id)
        return None if found is None else offers.Offer.of(found)


@strawberry.type(description="Offers that publish themselves on days of the week.")
class Schedule(ScheduleFields):
    """A schedule in the graph; reached by those who work at its place."""

    @field("The price of one portion.")
    async def price(self, info: Info) -> Money:
        return await self._money(info, self.details.template.price)

    @field("What one portion costs otherwise.")
    async def original_price(self, info: Info) -> Money:
        return await self._money(info, self.details.template.original_price)

    async def _money(self, info: Info, amount: Decimal) -> Money:
        place = await info.context.loaders.place(self.place_id)
        return Money(amount=scaled(amount, place.currency), currency=place.currency)

    @field("Addresses of pictures.", about=3)
    def image_urls(self, info: Info) -> list[str]:
        return info.context.images.absolute(self.details.template.image_urls)

    @field("The place.")
    async def place(self, info: Info) -> PlaceRef:
        return places.Place.of(await info.context.loaders.place(self.place_id))

    @field(
        "Its next days, today's too until its window is over; skipped ones, and those on which "
        "the place is shut, are told as such. "
        "While it is paused, the days that it would have; none once its place was closed. Errors: "
        "BAD_USER_INPUT.",
        about=7,
    )
    async def next_dates(self, info: Info, first: Count = 7) -> list[ScheduledDate] | None:
        if not 0 <= first <= MOST_DATES_SHOWN:
            message = f"Between 0 and {MOST_DATES_SHOWN}."
            raise InvalidInput.at("first", code="OUT_OF_RANGE", message=message)
        loaders = info.context.loaders
        place = await loaders.place(self.place_id)
        if place.closed_at is not None:
            return []
        zone = ZoneInfo(place.time_zone)
        shut = shut_days(place.opening_hours, place.special_days, self.details.pickup)
        handled = {each.day: each for each in await loaders.load(read_handled_days, self.id) or ()}
        days = upcoming(self.details, zone, datetime.now(UTC), first)
        return [_date(each, handled.get(each.day), is_shut=each.day in shut) for each in days]


def _date(planned: ScheduledDay, handled: HandledDay | None, *, is_shut: bool) -> ScheduledDate:
    """A day as its schedule has it now, or as its offer was published."""
    window = planned.window if handled is None else handled.window or planned.window
    return ScheduledDate(
        day=planned.day,
        pickup_start=window.start,
        pickup_end=window.end,
        on_sale_at=planned.on_sale_at,
        is_skipped=handled is not None and handled.is_skipped,
        is_shut=is_shut and handled is None,
        offer_id=None if handled is None else handled.offer_id,
    )
