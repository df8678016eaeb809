"""A partner's desk: a place with schedules, and what its instances publish."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from catalog_service.services.publish_schedules import publish_schedules
from shared.database import Database
from tests.catalog_service.kit import Answer, Catalog, Person

FIELDS = "id isPaused title quantityTotal weekdays pickupStart pickupEnd"
CREATE = f"""mutation($input: CreateScheduleInput!) {{
  createSchedule(input: $input) {{ {FIELDS} firstDay lastDay onSaleMinutesBefore
    price {{ amount currency }} nextDates {{ day }} }}
}}"""
CHANGE = f"""mutation($id: UUID!, $input: UpdateScheduleInput!) {{
  updateSchedule(id: $id, input: $input) {{ {FIELDS} }}
}}"""
PAUSE = "mutation($id: UUID!) { pauseSchedule(id: $id) { isPaused } }"
RESUME = "mutation($id: UUID!) { resumeSchedule(id: $id) { isPaused } }"
DELETE = "mutation($id: UUID!) { deleteSchedule(id: $id) }"
SKIP = "mutation($id: UUID!, $day: Date!) { skipDay(id: $id, day: $day) { id } }"
UNSKIP = "mutation($id: UUID!, $day: Date!) { unskipDay(id: $id, day: $day) { id } }"
DATES = """query($id: UUID!, $first: Int! = 7) { schedule(id: $id) { nextDates(first: $first) {
  day pickupStart pickupEnd onSaleAt isSkipped isShut offer { id status }
} } }"""
OFFERS = """query($id: UUID!) { place(id: $id) { offers(orderBy: PICKUP_START) { edges { node {
  id title quantityAvailable pickupStart pickupEnd status tags allergens diets price { amount }
} } } } }"""
WEEK = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


def to_the_minute() -> datetime:
    """Now."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


class Began:
    """When the test at hand began: it must not notice that a minute passes."""

    at = to_the_minute()


def local(zone: str = "Europe/Berlin", hours: float = 0) -> datetime:
    """Now, or in so many hours, on the clock of that zone, to the minute."""
    return (Began.at + timedelta(hours=hours)).astimezone(ZoneInfo(zone))


def schedule_input(place: UUID, zone: str = "Europe/Berlin", **changes: Any) -> dict[str, Any]:
    """Six bags a day, from one to two hours from now, on sale at once."""
    start, end = local(zone, 1), local(zone, 2)
    return {
        "placeId": str(place),
        "title": "Evening bag",
        "price": "4.00",
        "originalPrice": "12.00",
        "quantityTotal": 6,
        "tags": ["surprise"],
        "allergens": ["GLUTEN"],
        "diets": ["VEGAN"],
        "weekdays": WEEK,
        "pickupStart": start.strftime("%H:%M"),
        "pickupEnd": end.strftime("%H:%M"),
    } | changes


class Desk:
    """A partner's desk: a place, and what happens there when instances look for what is due."""

    def __init__(self, catalog: Catalog, owner: Person, place: UUID, database: Database) -> None:
        self.catalog = catalog
        self.owner = owner
        self.place = place
        self.database = database

    async def create(self, **changes: Any) -> str:
        made = await self.catalog.ask(
            self.owner, CREATE, input=schedule_input(self.place, **changes)
        )
        return str(made.data["createSchedule"]["id"])

    async def ask(self, document: str, schedule: str, **more: Any) -> Answer:
        return await self.catalog.ask(self.owner, document, id=schedule, **more)

    async def tick(self) -> int:
        return await publish_schedules(self.database)

    async def offers(self) -> list[dict[str, Any]]:
        found = await self.catalog.ask(None, OFFERS, id=str(self.place))
        return [edge["node"] for edge in found.data["place"]["offers"]["edges"]]

    async def dates(self, schedule: str, first: int = 7) -> list[dict[str, Any]]:
        found = await self.ask(DATES, schedule, first=first)
        dates: list[dict[str, Any]] = found.data["schedule"]["nextDates"]
        return dates
