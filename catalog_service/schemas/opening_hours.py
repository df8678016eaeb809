"""Opening hours on the wire: fields and inputs."""

from datetime import date, time
from typing import ClassVar

import strawberry

import catalog_service.schemas.enums  # noqa: F401  the enums below are exposed there
from catalog_service.domain import opening_hours as domain
from catalog_service.domain.opening_hours import Weekday
from shared.graphql.fields import list_of

_CLOSES = "When it closes; not after `opens`: on the day after."


@strawberry.type(description="Open on each such weekday, in the place's time zone.")
class OpeningHours:
    """One interval of a week."""

    source: ClassVar[type] = domain.OpeningHours

    weekday: Weekday = strawberry.field(description="On which day it opens.")
    opens: time = strawberry.field(description="When it opens.")
    closes: time = strawberry.field(description=_CLOSES)


@strawberry.type(description="Open from one time of a day to another, in the place's time zone.")
class OpenSpan:
    """One interval of a day."""

    source: ClassVar[type] = domain.OpenSpan

    opens: time = strawberry.field(description="When it opens.")
    closes: time = strawberry.field(description=_CLOSES)


@strawberry.type(description="A date on which other hours hold than on its weekday.")
class SpecialDay:
    """One date."""

    source: ClassVar[type] = domain.SpecialDay

    day: date = strawberry.field(description="The date.")
    hours: list[OpenSpan] = strawberry.field(
        description="When it is open on that date; empty: closed.", directives=[list_of(2)]
    )


@strawberry.input(description="Open on each such weekday, in the place's time zone.")
class OpeningHoursInput:
    """One interval of a week."""

    weekday: Weekday = strawberry.field(description="On which day it opens.")
    opens: time = strawberry.field(description="When it opens.")
    closes: time = strawberry.field(description=_CLOSES)

    def hours(self) -> domain.OpeningHours:
        """As the domain takes it."""
        return domain.OpeningHours(self.weekday, self.opens, self.closes)


@strawberry.input(description="Open from one time of a day to another, in the place's time zone.")
class OpenSpanInput:
    """One interval of a day."""

    opens: time = strawberry.field(description="When it opens.")
    closes: time = strawberry.field(description=_CLOSES)


@strawberry.input(description="A date on which other hours hold than on its weekday.")
class SpecialDayInput:
    """One date."""

    day: date = strawberry.field(description="The date.")
    hours: list[OpenSpanInput] = strawberry.field(
        default_factory=list, description="When it is open on that date; empty: closed."
    )

    def special_day(self) -> domain.SpecialDay:
        """As the domain takes it."""
        spans = tuple(domain.OpenSpan(each.opens, each.closes) for each in self.hours)
        return domain.SpecialDay(self.day, spans)
