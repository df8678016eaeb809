"""Offers that publish themselves: when they should, once, and only where somebody may sell."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from catalog_service.services.publish_schedules import publish_schedules
from shared.database import Database
from tests.catalog_service.kit import Answer, Catalog, Person, settings_for

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
  day pickupStart pickupEnd onSaleAt isSkipped offer { id status }
} } }"""
OFFERS = """query($id: UUID!) { place(id: $id) { offers(orderBy: PICKUP_START) { edges { node {
  title quantityAvailable pickupStart pickupEnd status tags allergens diets price { amount }
} } } } }"""
WEEK = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


STARTED = datetime.now(UTC).replace(second=0, microsecond=0)
"""Taken once: a test must not notice that a minute passes."""


def local(zone: str = "Europe/Berlin", hours: float = 0) -> datetime:
    """Now, or in so many hours, on the clock of that zone, to the minute."""
    return (STARTED + timedelta(hours=hours)).astimezone(ZoneInfo(zone))


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


@pytest.fixture
async def desk(catalog: Catalog, owner: Person, database_url: str) -> Any:
    database = Database.from_settings(settings_for(database_url))
    yield Desk(catalog, owner, await catalog.open_place(owner), database)
    await database.dispose()


async def test_a_day_that_is_due_becomes_an_offer_once(desk: Desk) -> None:
    schedule = await desk.create()
    assert await desk.offers() == []
    assert await desk.tick() == 1
    assert await desk.tick() == 0
    (offer,) = await desk.offers()
    start, end = local(hours=1).astimezone(UTC), local(hours=2).astimezone(UTC)
    assert offer == {
        "title": "Evening bag",
        "quantityAvailable": 6,
        "pickupStart": start.strftime("%Y-%m-%dT%H:%M:00Z"),
        "pickupEnd": end.strftime("%Y-%m-%dT%H:%M:00Z"),
        "status": "ACTIVE",
        "tags": ["surprise"],
        "allergens": ["GLUTEN"],
        "diets": ["VEGAN"],
        "price": {"amount": "4.00"},
    }
    today, *later = await desk.dates(schedule)
    assert today["offer"]["status"] == "ACTIVE"
    assert [each["offer"] for each in later] == [None] * 6


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "America/Los_Angeles", "Asia/Kolkata"])
async def test_times_are_those_of_the_place(desk: Desk, zone: str) -> None:
    place = await desk.catalog.open_place(desk.owner, timeZone=zone)
    made = await desk.catalog.ask(desk.owner, CREATE, input=schedule_input(place, zone))
    assert made.codes == []
    await desk.tick()
    desk.place = place
    (offer,) = await desk.offers()
    assert offer["pickupStart"] == local(zone, 1).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")
    days = [each["day"] for each in await desk.dates(made.data["createSchedule"]["id"])]
    assert days[0] == local(zone, 1).date().isoformat()


async def test_the_nights_when_clocks_change_are_shown_as_they_will_be(desk: Desk) -> None:
    night = {"pickupStart": "02:30", "pickupEnd": "03:30"}
    spring = await desk.create(firstDay="2027-03-27", lastDay="2027-03-29", **night)
    windows = [(each["pickupStart"], each["pickupEnd"]) for each in await desk.dates(spring)]
    assert windows == [
        ("2027-03-27T01:30:00Z", "2027-03-27T02:30:00Z"),
        ("2027-03-28T01:30:00Z", "2027-03-28T02:30:00Z"),  # 02:30 is skipped: 03:30 to 04:30
        ("2027-03-29T00:30:00Z", "2027-03-29T01:30:00Z"),
    ]
    autumn = await desk.create(firstDay="2027-10-30", lastDay="2027-11-01", **night)
    windows = [(each["pickupStart"], each["pickupEnd"]) for each in await desk.dates(autumn)]
    assert windows == [
        ("2027-10-30T00:30:00Z", "2027-10-30T01:30:00Z"),
        ("2027-10-31T00:30:00Z", "2027-10-31T02:30:00Z"),  # 02:30 comes twice: the first counts
        ("2027-11-01T01:30:00Z", "2027-11-01T02:30:00Z"),
    ]


async def test_many_instances_publish_each_day_once(desk: Desk, database_url: str) -> None:
    for _ in range(10):
        await desk.create(onSaleMinutesBefore=3 * 24 * 60)
    others = [Database.from_settings(settings_for(database_url)) for _ in range(4)]
    counts = await asyncio.gather(
        *(publish_schedules(each) for each in (desk.database, *others) for _ in range(3))
    )
    counts += await asyncio.gather(*(publish_schedules(each) for each in others))
    for each in others:
        await each.dispose()
    assert sum(counts) == 30
    rows = await desk.catalog.sql(
        "SELECT count(*), count(DISTINCT (title, pickup_start)) FROM offers"
    )
    assert tuple(rows[0]) == (30, 3)


async def test_two_running_instances_need_nobody_to_start_them(
    desk: Desk, database_url: str
) -> None:
    from tests.catalog_service.kit import running_catalog

    await desk.create()
    quick = {"schedules_every_seconds": 0.05}
    async with running_catalog(database_url, **quick), running_catalog(database_url, **quick):
        for _ in range(100):
            if await desk.offers():
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
    assert len(await desk.offers()) == 1


async def test_what_was_missed_is_made_up_for_while_it_is_of_use(desk: Desk) -> None:
    """Due days ago, seen only now: the window that still runs is published, the past is not."""
    running = {"pickupStart": local(hours=-1).strftime("%H:%M")}
    schedule = await desk.create(**running)
    await desk.catalog.sql("UPDATE schedules SET next_publish_at = now() - interval '9 days'")
    assert await desk.tick() == 1
    (offer,) = await desk.offers()
    assert offer["pickupStart"] < datetime.now(UTC).isoformat()
    assert (await desk.dates(schedule))[0]["offer"] is not None


async def test_a_window_that_is_over_is_not_published(desk: Desk) -> None:
    over = {
        "pickupStart": local(hours=-2).strftime("%H:%M"),
        "pickupEnd": local(hours=-1).strftime("%H:%M"),
    }
    schedule = await desk.create(onSaleMinutesBefore=0, **over)
    await desk.catalog.sql("UPDATE schedules SET next_publish_at = now() - interval '9 days'")
    assert await desk.tick() == 0
    assert await desk.offers() == []
    (next_one, *_) = await desk.dates(schedule)
    assert next_one["pickupStart"] > datetime.now(UTC).isoformat()


async def test_a_paused_one_publishes_nothing_and_makes_up_when_resumed(desk: Desk) -> None:
    schedule = await desk.create()
    for _ in range(2):
        paused = await desk.ask(PAUSE, schedule)
        assert paused.data["pauseSchedule"]["isPaused"] is True
    assert await desk.tick() == 0
    for _ in range(2):
        resumed = await desk.ask(RESUME, schedule)
        assert resumed.data["resumeSchedule"]["isPaused"] is False
    assert await desk.tick() == 1
    await desk.ask(PAUSE, schedule)
    await desk.ask(RESUME, schedule)
    assert await desk.tick() == 0  # once is once


async def test_a_day_is_left_out_and_taken_in_again(desk: Desk) -> None:
    schedule = await desk.create(onSaleMinutesBefore=30 * 60)
    days = [each["day"] for each in await desk.dates(schedule)]
    for _ in range(2):
        assert (await desk.ask(SKIP, schedule, day=days[0])).codes == []
    assert await desk.tick() == 1  # tomorrow's, which is due as well
    first, second, *_ = await desk.dates(schedule)
    assert (first["isSkipped"], first["offer"]) == (True, None)
    assert second["offer"]["status"] == "ACTIVE"
    refused = await desk.ask(SKIP, schedule, day=days[1])
    assert refused.codes == ["CONFLICT"]
    assert refused.errors[0]["extensions"]["offerId"] == second["offer"]["id"]
    for _ in range(2):
        assert (await desk.ask(UNSKIP, schedule, day=days[0])).codes == []
    assert await desk.tick() == 1
    assert (await desk.ask(UNSKIP, schedule, day=days[1])).codes == []
    assert await desk.tick() == 0  # what was published is not skipped, so nothing is forgotten


async def test_days_that_cannot_be_left_out(desk: Desk) -> None:
    weekend = await desk.create(weekdays=["SATURDAY", "SUNDAY"], firstDay="2027-01-02")
    for day in ("2027-01-04", "2027-01-01", "2126-01-05"):
        assert (await desk.ask(SKIP, weekend, day=day)).violations == [("day", "NOT_SCHEDULED")]
    daily = await desk.create()
    past = (date.today() - timedelta(days=3)).isoformat()  # noqa: DTZ011  any day that is over
    assert (await desk.ask(SKIP, daily, day=past)).violations == [("day", "IN_THE_PAST")]


async def test_changes_are_for_days_to_come(desk: Desk) -> None:
    schedule = await desk.create()
    await desk.tick()
    changed = await desk.ask(
        CHANGE, schedule, input={"title": "Late bag", "quantityTotal": 2, "weekdays": ["MONDAY"]}
    )
    assert changed.data["updateSchedule"]["weekdays"] == ["MONDAY"]
    assert [each["title"] for each in await desk.offers()] == ["Evening bag"]
    assert await desk.tick() == 0
    days = [date.fromisoformat(each["day"]) for each in await desk.dates(schedule, 3)]
    assert {day.weekday() for day in days} == {0}


async def test_an_ended_one_leaves_its_offers(desk: Desk) -> None:
    schedule = await desk.create()
    await desk.tick()
    assert (await desk.ask(DELETE, schedule)).data["deleteSchedule"] == schedule
    assert (await desk.ask(DELETE, schedule)).codes == ["NOT_FOUND"]
    assert len(await desk.offers()) == 1


async def test_a_closed_place_publishes_nothing(desk: Desk) -> None:
    schedule = await desk.create()
    close = "mutation($id: UUID!) { closePlace(id: $id) { id } }"
    await desk.catalog.ask(desk.owner, close, id=str(desk.place))
    assert await desk.tick() == 0
    assert (await desk.ask(RESUME, schedule)).codes == ["NOT_FOUND"]
    rows = await desk.catalog.sql("SELECT next_publish_at FROM schedules")
    assert rows[0][0] is None


async def test_a_place_without_an_owner_waits_for_one(desk: Desk) -> None:
    await desk.create()
    manager = Person("partner")
    await desk.catalog.link(desk.owner, desk.place, manager, "MANAGER")
    await desk.catalog.tell(desk.owner, version=9, role="user")
    assert await desk.tick() == 0
    await desk.catalog.sql("UPDATE partnerships SET role = 'OWNER' WHERE is_active")
    assert await desk.tick() == 0  # looked at again in a minute
    await desk.catalog.sql("UPDATE schedules SET next_publish_at = now()")
    assert await desk.tick() == 1


async def test_a_suspended_owners_place_publishes_nothing(desk: Desk) -> None:
    await desk.create()
    assert await desk.catalog.tell(desk.owner, version=9, isSuspended=True) == 204
    assert await desk.tick() == 0
    assert await desk.catalog.tell(desk.owner, version=10, isSuspended=False) == 204
    await desk.catalog.sql("UPDATE schedules SET next_publish_at = now()")
    assert await desk.tick() == 1


async def test_a_place_that_was_taken_down_publishes_nothing(desk: Desk) -> None:
    await desk.create()
    await desk.catalog.sql("UPDATE places SET taken_down_at = now(), taken_down_reason = 'x'")
    assert await desk.tick() == 0
    await desk.catalog.sql("UPDATE places SET taken_down_at = NULL, taken_down_reason = NULL")
    await desk.catalog.sql("UPDATE schedules SET next_publish_at = now()")
    assert await desk.tick() == 1


async def test_a_moved_clock_moves_what_is_to_come(desk: Desk) -> None:
    schedule = await desk.create(firstDay="2027-02-01", pickupStart="17:00", pickupEnd="18:00")
    assert (await desk.dates(schedule))[0]["pickupStart"] == "2027-02-01T16:00:00Z"
    move = """mutation($id: UUID!) {
      updatePlace(id: $id, input: {timeZone: "America/New_York"}) { id } }"""
    await desk.catalog.ask(desk.owner, move, id=str(desk.place))
    assert (await desk.dates(schedule))[0]["pickupStart"] == "2027-02-01T22:00:00Z"
    rows = await desk.catalog.sql("SELECT next_publish_at FROM schedules")
    assert rows[0][0] == datetime(2027, 2, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"weekdays": []}, {("input.weekdays", "EMPTY")}),
        (
            {"pickupStart": "17:00", "pickupEnd": "17:00"},
            {("input.pickupEnd", "NOT_AFTER_START")},
        ),
        ({"onSaleMinutesBefore": 20161}, {("input.onSaleMinutesBefore", "OUT_OF_RANGE")}),
        ({"onSaleMinutesBefore": -1}, {("input.onSaleMinutesBefore", "OUT_OF_RANGE")}),
        (
            {"firstDay": "2027-01-02", "lastDay": "2027-01-01"},
            {("input.lastDay", "BEFORE_FIRST_DAY")},
        ),
        ({"lastDay": "2025-01-01"}, {("input.lastDay", "IN_THE_PAST")}),
        ({"firstDay": "9999-12-31"}, {("input.firstDay", "OUT_OF_RANGE")}),
        (
            {"title": "", "quantityTotal": 0, "price": "20.00", "weekdays": []},
            {
                ("input.title", "TOO_SHORT"),
                ("input.quantityTotal", "OUT_OF_RANGE"),
                ("input.price", "ABOVE_ORIGINAL"),
                ("input.weekdays", "EMPTY"),
            },
        ),
    ],
)
async def test_faults_are_named(
    desk: Desk, given: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    refused = await desk.catalog.ask(desk.owner, CREATE, input=schedule_input(desk.place, **given))
    assert set(refused.violations) == faults
    schedule = await desk.create()
    changed = await desk.ask(CHANGE, schedule, input=given)
    assert set(changed.violations) == faults


async def test_a_place_has_so_many_at_most(desk: Desk) -> None:
    given = schedule_input(desk.place)
    answers = await asyncio.gather(
        *(desk.catalog.ask(desk.owner, CREATE, input=given) for _ in range(53))
    )
    assert sorted(code for answer in answers for code in answer.codes) == ["LIMIT_REACHED"] * 3


async def test_lists_are_for_the_places_partners(desk: Desk, stranger: Person) -> None:
    schedules = [await desk.create() for _ in range(3)]
    document = """query($id: UUID!, $after: String) { place(id: $id) {
      schedules(first: 2, after: $after) {
        edges { node { id } } pageInfo { hasNextPage endCursor } } } }"""
    page = await desk.catalog.ask(desk.owner, document, id=str(desk.place))
    listed = page.data["place"]["schedules"]
    cursor = listed["pageInfo"]["endCursor"]
    rest = await desk.catalog.ask(desk.owner, document, id=str(desk.place), after=cursor)
    edges = [*listed["edges"], *rest.data["place"]["schedules"]["edges"]]
    assert [edge["node"]["id"] for edge in edges] == schedules[::-1]
    assert (await desk.catalog.ask(stranger, document, id=str(desk.place))).codes == ["NOT_FOUND"]
    assert (await desk.catalog.ask(stranger, DATES, id=schedules[0])).codes == ["NOT_FOUND"]
    too_many = await desk.ask(DATES, schedules[0], first=32)
    assert too_many.violations == [("first", "OUT_OF_RANGE")]
