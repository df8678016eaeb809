"""Schedules on the wire: fields and inputs."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import strawberry
from strawberry import UNSET

import catalog_service.schemas.enums  # noqa: F401  the enums below are exposed there
from catalog_service.domain import schedules as domain
from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.local_times import LocalSpan
from catalog_service.domain.opening_hours import WEEK, Weekday
from catalog_service.domain.schedules import OfferTemplate, ScheduleDetails
from catalog_service.schemas.changes import changes_of
from shared.graphql.fields import list_of

_MINUTE = timedelta(minutes=1)
_TEMPLATE = (
    *("title", "description", "price", "original_price"),
    *("tags", "allergens", "diets", "image_urls"),
)
_ENDS = "When it ends; before the start: on the day after."
_LEAD = "Minutes before its window at which an offer goes on sale: 0 to 20160 (14 days)."
_LAST_DAY = "The last day on which a window begins; null: without end."


@strawberry.type
class ScheduleFields:
    """What a schedule tells by itself."""

    id: UUID = strawberry.field(description="The schedule's id.")
    title: str = strawberry.field(description="What its offers are called.")
    description: str = strawberry.field(description="What its offers say.")
    tags: list[str] = strawberry.field(
        description="Words to find its offers by.", directives=[list_of(5)]
    )
    allergens: list[Allergen] | None = strawberry.field(
        description="Declared allergens; empty when there are none, null when undeclared."
    )
    diets: list[Diet] = strawberry.field(
        description="Diets that its offers fit, as declared.", directives=[list_of(2)]
    )
    max_per_customer: int | None = strawberry.field(
        description="Portions of one offer that one customer may have; null: as many as are left."
    )
    quantity_total: int = strawberry.field(description="Portions that each offer has.")
    weekdays: list[Weekday] = strawberry.field(
        description="On which days of the week, in their order.", directives=[list_of(5)]
    )
    pickup_start: time = strawberry.field(
        description="When the pickup window begins, in the place's time zone."
    )
    pickup_end: time = strawberry.field(description=_ENDS)
    on_sale_minutes_before: int = strawberry.field(description=_LEAD)
    first_day: date | None = strawberry.field(
        description="The first day on which a window may begin; null: at once."
    )
    last_day: date | None = strawberry.field(description=_LAST_DAY)
    is_paused: bool = strawberry.field(description="Whether it publishes nothing at present.")
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    place_id: strawberry.Private[UUID]
    details: strawberry.Private[ScheduleDetails]

    @classmethod
    def of(cls, schedule: domain.Schedule) -> Self:
        """From the domain's schedule."""
        details = schedule.details
        template = details.template
        return cls(
            id=schedule.id,
            title=template.title,
            description=template.description,
            tags=template.tags,
            allergens=template.allergens,
            diets=template.diets,
            max_per_customer=template.max_per_customer,
            quantity_total=details.quantity_total,
            weekdays=list(details.weekdays),
            pickup_start=details.pickup.start,
            pickup_end=details.pickup.end,
            on_sale_minutes_before=details.lead // _MINUTE,
            first_day=details.first_day,
            last_day=details.last_day,
            is_paused=schedule.is_paused,
            created_at=schedule.created_at,
            updated_at=schedule.updated_at,
            place_id=schedule.place_id,
            details=details,
        )


@strawberry.type
class ScheduledDateFields:
    """What a day of a schedule tells by itself."""

    day: date = strawberry.field(description="The day, in the place's time zone.")
    pickup_start: datetime = strawberry.field(description="When its pickup window begins.")
    pickup_end: datetime = strawberry.field(description="When it ends.")
    on_sale_at: datetime = strawberry.field(description="When its offer is published.")
    is_skipped: bool = strawberry.field(description="Whether the day was left out.")
    is_shut: bool = strawberry.field(
        description="Whether the place's special days shut it then: nothing is published."
    )
    offer_id: strawberry.Private[UUID | None]


@strawberry.input(description="A new schedule: what its offers say, and when they are published.")
class CreateScheduleInput:
    """What a partner says about a new schedule."""

    place_id: UUID = strawberry.field(description="The place that offers it.")
    title: str = strawberry.field(description="What its offers are called: 1 to 120 characters.")
    description: str = strawberry.field(default="", description="At most 4000 characters.")
    price: Decimal = strawberry.field(
        description="The price of one portion, in the place's currency."
    )
    original_price: Decimal = strawberry.field(
        description="What one portion costs otherwise; not less than the price."
    )
    tags: list[str] = strawberry.field(
        default_factory=list, description="At most 20 words to find them by, each of 1 to 40."
    )
    allergens: list[Allergen] | None = strawberry.field(
        default=None, description="Declared allergens; empty: there are none; null: undeclared."
    )
    diets: list[Diet] = strawberry.field(
        default_factory=list, description="Diets that they fit; empty: none is declared."
    )
    image_urls: list[str] = strawberry.field(
        default_factory=list, description="At most 10 addresses of pictures."
    )
    max_per_customer: int | None = strawberry.field(
        default=None, description="Portions of one offer that one customer may have."
    )
    quantity_total: int = strawberry.field(description="Portions of each offer: 1 to 100000.")
    weekdays: list[Weekday] = strawberry.field(description="On which days of the week.")
    pickup_start: time = strawberry.field(
        description="When the pickup window begins, in the place's time zone."
    )
    pickup_end: time = strawberry.field(description=_ENDS)
    on_sale_minutes_before: int = strawberry.field(default=720, description=_LEAD)
    first_day: date | None = strawberry.field(
        default=None, description="The first day on which a window may begin; default: at once."
    )
    last_day: date | None = strawberry.field(default=None, description=_LAST_DAY)

    def details(self) -> ScheduleDetails:
        """As the domain takes it."""
        return ScheduleDetails(
            template=OfferTemplate(
                **{name: getattr(self, name) for name in _TEMPLATE},
                max_per_customer=self.max_per_customer,
            ),
            quantity_total=self.quantity_total,
            weekdays=_ordered(self.weekdays),
            pickup=LocalSpan(self.pickup_start, self.pickup_end),
            lead=self.on_sale_minutes_before * _MINUTE,
            first_day=self.first_day,
            last_day=self.last_day,
        )


@strawberry.input(description="Changes to a schedule; what is absent stays as it is.")
class UpdateScheduleInput:
    """What a partner changes; days that were published stay as they are."""

    title: str | None = strawberry.field(default=UNSET, description="1 to 120 characters.")
    description: str | None = strawberry.field(
        default=UNSET, description="At most 4000 characters."
    )
    price: Decimal | None = strawberry.field(default=UNSET, description="The price of one portion.")
    original_price: Decimal | None = strawberry.field(
        default=UNSET, description="What one portion costs otherwise; not less than the price."
    )
    tags: list[str] | None = strawberry.field(default=UNSET, description="All tags from now on.")
    allergens: list[Allergen] | None = strawberry.field(
        default=UNSET, description="All allergens from now on; null: undeclared."
    )
    diets: list[Diet] | None = strawberry.field(default=UNSET, description="All diets from now on.")
    image_urls: list[str] | None = strawberry.field(
        default=UNSET, description="All pictures from now on."
    )
    max_per_customer: int | None = strawberry.field(
        default=UNSET, description="Portions that one customer may have; null: as many as are left."
    )
    quantity_total: int | None = strawberry.field(
        default=UNSET, description="Portions of each offer: 1 to 100000."
    )
    weekdays: list[Weekday] | None = strawberry.field(
        default=UNSET, description="All of its days of the week from now on."
    )
    pickup_start: time | None = strawberry.field(
        default=UNSET, description="When the pickup window begins, in the place's time zone."
    )
    pickup_end: time | None = strawberry.field(default=UNSET, description=_ENDS)
    on_sale_minutes_before: int | None = strawberry.field(default=UNSET, description=_LEAD)
    first_day: date | None = strawberry.field(
        default=UNSET, description="The first day on which a window may begin; null: at once."
    )
    last_day: date | None = strawberry.field(default=UNSET, description=_LAST_DAY)

    def revise(self, before: ScheduleDetails) -> ScheduleDetails:
        """The details after the changes. Raises ``InvalidInput`` for a null that means nothing."""
        given = changes_of(
            self, nullable={"allergens", "max_per_customer", "first_day", "last_day"}
        )
        start = given.pop("pickup_start", before.pickup.start)
        end = given.pop("pickup_end", before.pickup.end)
        said = {name: given.pop(name) for name in (*_TEMPLATE, "max_per_customer") if name in given}
        changes: dict[str, Any] = {
            "template": replace(before.template, **said),
            "pickup": LocalSpan(start, end),
        }
        if "on_sale_minutes_before" in given:
            changes["lead"] = given.pop("on_sale_minutes_before") * _MINUTE
        if "weekdays" in given:
            changes["weekdays"] = _ordered(given.pop("weekdays"))
        return replace(before, **changes, **given)


def _ordered(weekdays: list[Weekday]) -> tuple[Weekday, ...]:
    """Each once, in the order of the week."""
    return tuple(day for day in WEEK if day in weekdays)
