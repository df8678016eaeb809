"""What the demo's places say of themselves, and what publishes itself there every day."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from catalog_service.domain.local_times import LocalSpan
from catalog_service.domain.opening_hours import WEEK, OpeningHours
from catalog_service.domain.schedules import OfferTemplate, ScheduleDetails, next_day
from catalog_service.repository.schedules import schedule_columns
from catalog_service.repository.stored_hours import stored_hours
from catalog_service.services.demo.places import DemoPlace, Kind

Row: TypeAlias = dict[str, Any]

_DAYS: Final = {
    Kind.BAKERY: (WEEK, (("06:30", "18:30"),)),
    Kind.GROCERY: (WEEK[:6], (("08:00", "20:00"),)),
    Kind.RESTAURANT: (WEEK[1:], (("11:30", "15:00"), ("17:30", "23:00"))),
}
_PHONES: Final = {
    # numbers that are kept for stories, so that nobody is called
    "Bäckerei Morgenrot": "+493023125011",
    "Grünkern Markt": "+493023125012",
    "Elbkantine": "+494066969013",
    "Backstube Isar": "+498999998014",
    "Broadway Larder": "+442079460015",
}
_BEGINS_IN: Final = timedelta(days=2)
_LEAD: Final = timedelta(hours=24)


def profile_of(place: DemoPlace) -> Row:
    """How to reach the place, and when."""
    days, spans = _DAYS[place.kind]
    hours = [
        OpeningHours(day, time.fromisoformat(opens), time.fromisoformat(closes))
        for day in days
        for opens, closes in spans
    ]
    return {
        "category": place.kind.value,
        "phone": _PHONES.get(place.name),
        "website": None,
        "opening_hours": stored_hours(hours),
        "special_days": [],
    }


def evening_schedule(place_id: UUID, place: DemoPlace, now: datetime) -> Row:
    """Six bags every day from the day after tomorrow.

    Each goes on sale before the last is over: whoever starts the demo again, on whatever day and at
    whatever hour, finds something to reserve.
    """
    zone = ZoneInfo(place.time_zone)
    details = ScheduleDetails(
        template=OfferTemplate(
            title="Evening bag",
            description="What is left at five, a surprise.",
            price=Decimal("4.00"),
            original_price=Decimal("12.00"),
            tags=["surprise"],
            allergens=None,
            image_urls=[],
        ),
        quantity_total=6,
        weekdays=WEEK,
        pickup=LocalSpan(time(17), time(18)),
        lead=_LEAD,
        first_day=(now + _BEGINS_IN).astimezone(zone).date(),
        last_day=None,
    )
    first = next_day(details, zone, set(), now)
    return {
        "id": uuid5(place_id, "evening"),
        "place_id": place_id,
        **schedule_columns(details),
        "is_paused": False,
        "next_publish_at": None if first is None else first.on_sale_at,
    }
