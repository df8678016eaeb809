"""What a partner does to a schedule: pauses and changes, days left out, days that are shut."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.catalog_service.api.test_letters import MOVE
from tests.catalog_service.desk import (
    CHANGE,
    CREATE,
    DATES,
    DELETE,
    PAUSE,
    RESUME,
    SKIP,
    UNSKIP,
    WEEK,
    Desk,
    local,
    schedule_input,
)
from tests.catalog_service.kit import CLOSE_PLACE, Person


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
    weekend = await desk.create(weekdays=["SATURDAY", "SUNDAY"], firstDay="2083-01-02")
    for day in ("2083-01-04", "2083-01-01", "2126-01-05"):
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


async def test_a_closed_place_has_no_days_to_come(desk: Desk) -> None:
    schedule = await desk.create()
    assert len(await desk.dates(schedule, 3)) == 3
    assert (await desk.catalog.ask(desk.owner, CLOSE_PLACE, id=str(desk.place))).codes == []
    assert await desk.dates(schedule, 3) == []
    assert await desk.tick() == 0


async def test_an_ended_one_leaves_its_offers(desk: Desk) -> None:
    schedule = await desk.create()
    await desk.tick()
    for _ in range(2):
        assert (await desk.ask(DELETE, schedule)).data["deleteSchedule"] == schedule
    stranger = Person("partner")
    assert (await desk.catalog.ask(stranger, DELETE, id=schedule)).codes == ["NOT_FOUND"]
    assert len(await desk.offers()) == 1


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"weekdays": []}, {("input.weekdays", "EMPTY")}),
        (
            {"pickupStart": "17:00", "pickupEnd": "17:00"},
            {("input.pickupEnd", "NOT_AFTER_START")},
        ),
        ({"onSaleMinutesBefore": 20161}, {("input.onSaleMinutesBefore", "OUT_OF_RANGE")}),
        ({"onSaleMinutesBefore": 2**31 - 1}, {("input.onSaleMinutesBefore", "OUT_OF_RANGE")}),
        ({"onSaleMinutesBefore": -(2**31)}, {("input.onSaleMinutesBefore", "OUT_OF_RANGE")}),
        ({"onSaleMinutesBefore": -1}, {("input.onSaleMinutesBefore", "OUT_OF_RANGE")}),
        (
            {"firstDay": "2083-01-02", "lastDay": "2083-01-01"},
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


async def test_a_special_day_that_shuts_the_place_is_passed_over(desk: Desk) -> None:
    schedule = await desk.create(firstDay="2083-12-23", pickupStart="17:00", pickupEnd="18:00")
    until = [
        {"day": "2083-12-24", "hours": [{"opens": "07:00", "closes": "12:00"}]},
        {"day": "2083-12-25", "hours": []},
        {"day": "2083-12-26", "hours": [{"opens": "07:00", "closes": "17:00"}]},
    ]
    told = {"input": {"specialDays": until}, "why": None}
    assert (await desk.catalog.ask(desk.owner, MOVE, id=str(desk.place), **told)).codes == []
    assert [each["isShut"] for each in await desk.dates(schedule, 4)] == [False, True, True, False]


NIGHTS = [{"weekday": day, "opens": "18:00", "closes": "03:00"} for day in WEEK]


@pytest.mark.parametrize(
    ("special", "shut"),
    [
        ({"25": []}, "26"),
        ({"25": [{"opens": "18:00", "closes": "00:00"}]}, "26"),
        ({"24": [{"opens": "20:00", "closes": "05:00"}], "25": [], "26": []}, "26 27"),
        ({"26": [{"opens": "00:00", "closes": "02:00"}], "25": []}, "27"),
    ],
)
async def test_past_midnight_it_is_the_evenings_hours_that_count(
    desk: Desk, special: dict[str, Any], shut: str
) -> None:
    schedule = await desk.create(firstDay="2083-12-24", pickupStart="00:30", pickupEnd="01:30")
    days = [{"day": f"2083-12-{day}", "hours": hours} for day, hours in special.items()]
    told = {"input": {"openingHours": NIGHTS, "specialDays": days}, "why": None}
    assert (await desk.catalog.ask(desk.owner, MOVE, id=str(desk.place), **told)).codes == []
    planned = await desk.dates(schedule, 5)
    assert [each["day"][-2:] for each in planned if each["isShut"]] == shut.split()
    is_open = "query($id: UUID!, $at: DateTime!) { place(id: $id) { isOpen(at: $at) } }"
    for each in planned:
        there = await desk.catalog.ask(None, is_open, id=str(desk.place), at=each["pickupStart"])
        assert there.data["place"]["isOpen"] is not each["isShut"]


async def test_who_would_come_in_a_night_that_is_left_out_is_told(desk: Desk) -> None:
    night = local(hours=72).replace(hour=0, minute=30)
    window = {
        "pickupStart": night.isoformat(),
        "pickupEnd": night.replace(hour=1).isoformat(),
    }
    offer = await desk.catalog.publish_offer(desk.owner, desk.place, **window)
    customer = Person()
    await desk.catalog.hold(customer, offer)
    that_day, eve = night.date(), night.date() - timedelta(days=1)
    written = ["reservation_made"]
    for shut, letters in ((that_day, written), (eve, [*written, "place_shut"])):
        days = [{"day": shut.isoformat(), "hours": []}]
        told = {"input": {"openingHours": NIGHTS, "specialDays": days}, "why": None}
        assert (await desk.catalog.ask(desk.owner, MOVE, id=str(desk.place), **told)).codes == []
        assert [name for name, _ in await desk.catalog.letters(customer)] == letters


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_a_special_day_where_the_calendar_ends_shuts_nothing(desk: Desk, day: str) -> None:
    schedule = await desk.create()
    told = {"input": {"specialDays": [{"day": day, "hours": []}]}, "why": None}
    assert (await desk.catalog.ask(desk.owner, MOVE, id=str(desk.place), **told)).codes == []
    assert not any(each["isShut"] for each in await desk.dates(schedule))


async def test_a_shut_day_is_not_published_until_it_is_open_again(desk: Desk) -> None:
    schedule = await desk.create()
    today = local(hours=1).date().isoformat()
    place = {"id": str(desk.place), "why": None}
    shut = {"specialDays": [{"day": today, "hours": []}]}
    await desk.catalog.ask(desk.owner, MOVE, input=shut, **place)
    assert await desk.tick() == 0
    (first, *_) = await desk.dates(schedule)
    assert (first["day"], first["isShut"], first["isSkipped"]) == (today, True, False)
    await desk.catalog.ask(desk.owner, MOVE, input={"specialDays": []}, **place)
    assert await desk.tick() == 1
    assert (await desk.dates(schedule))[0]["isShut"] is False


async def test_who_would_come_while_it_is_shut_is_told(desk: Desk) -> None:
    await desk.create(onSaleMinutesBefore=30 * 60)
    await desk.tick()
    today, tomorrow = await desk.offers()
    first, second = Person(), Person()
    await desk.catalog.hold(first, today["id"])
    await desk.catalog.hold(second, tomorrow["id"])
    day = {"day": local(hours=25).date().isoformat(), "hours": []}
    place = {"id": str(desk.place), "why": "We are ill."}
    for _ in range(2):  # once is enough
        shut = {"specialDays": [day]}
        assert (await desk.catalog.ask(desk.owner, MOVE, input=shut, **place)).codes == []
    assert [name for name, _ in await desk.catalog.letters(first)] == ["reservation_made"]
    (_, (name, facts)) = await desk.catalog.letters(second)
    assert (name, facts["reason"], facts["hours"]) == ("place_shut", "We are ill.", None)


async def test_a_published_day_keeps_the_window_of_its_offer(desk: Desk) -> None:
    schedule = await desk.create()
    await desk.tick()
    (offer,) = await desk.offers()
    longer = {"pickupEnd": local(hours=3).strftime("%H:%M")}
    assert (await desk.ask(CHANGE, schedule, input=longer)).codes == []
    published, planned, *_ = await desk.dates(schedule)
    assert published["pickupEnd"] == offer["pickupEnd"]
    ends = datetime.fromisoformat(planned["pickupEnd"]).astimezone(local().tzinfo)
    assert ends.strftime("%H:%M") == longer["pickupEnd"]
