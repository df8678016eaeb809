"""Offers that publish themselves: when they should, once, and only where somebody may sell."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from catalog_service.services import publish_schedules as services
from catalog_service.services.publish_schedules import publish_schedules
from shared.database import Database
from tests.catalog_service.desk import CREATE, RESUME, Desk, local, schedule_input
from tests.catalog_service.kit import CLOSE_PLACE, Person, settings_for


async def test_a_day_that_is_due_becomes_an_offer_once(desk: Desk) -> None:
    schedule = await desk.create()
    assert await desk.offers() == []
    assert await desk.tick() == 1
    assert await desk.tick() == 0
    (offer,) = await desk.offers()
    start, end = local(hours=1).astimezone(UTC), local(hours=2).astimezone(UTC)
    assert offer == {
        "id": offer["id"],
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
    spring = await desk.create(firstDay="2083-03-27", lastDay="2083-03-29", **night)
    windows = [(each["pickupStart"], each["pickupEnd"]) for each in await desk.dates(spring)]
    assert windows == [
        ("2083-03-27T01:30:00Z", "2083-03-27T02:30:00Z"),
        ("2083-03-28T01:30:00Z", "2083-03-28T02:30:00Z"),  # 02:30 is skipped: 03:30 to 04:30
        ("2083-03-29T00:30:00Z", "2083-03-29T01:30:00Z"),
    ]
    autumn = await desk.create(firstDay="2083-10-30", lastDay="2083-11-01", **night)
    windows = [(each["pickupStart"], each["pickupEnd"]) for each in await desk.dates(autumn)]
    assert windows == [
        ("2083-10-30T00:30:00Z", "2083-10-30T01:30:00Z"),
        ("2083-10-31T00:30:00Z", "2083-10-31T02:30:00Z"),  # 02:30 comes twice: the first counts
        ("2083-11-01T01:30:00Z", "2083-11-01T02:30:00Z"),
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


async def test_however_many_are_due_or_fail_all_others_are_published(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand may go on sale at six in the morning, and what fails waited longest."""
    monkeypatch.setattr(services, "BATCH", 2)
    broken = [UUID(await desk.create()) for _ in range(3)]
    await desk.catalog.sql(
        "UPDATE schedules SET template = '{}', next_publish_at = now() - interval '1 day'"
        " WHERE id = ANY($1)",
        broken,
    )
    for _ in range(5):
        await desk.create()
    assert await desk.tick() == 5
    assert len(await desk.offers()) == 5
    assert await desk.tick() == 0


async def test_two_running_instances_need_nobody_to_start_them(
    desk: Desk, database_url: str
) -> None:
    from tests.catalog_service.kit import running_catalog

    await desk.create()
    quick = {"schedules_every_seconds": 0.05}
    async with running_catalog(database_url, **quick), running_catalog(database_url, **quick):
        async with asyncio.timeout(60):
            while not await desk.offers():
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)
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


async def test_a_closed_place_publishes_nothing(desk: Desk) -> None:
    schedule = await desk.create()
    await desk.catalog.ask(desk.owner, CLOSE_PLACE, id=str(desk.place))
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
    schedule = await desk.create(firstDay="2083-02-01", pickupStart="17:00", pickupEnd="18:00")
    assert (await desk.dates(schedule))[0]["pickupStart"] == "2083-02-01T16:00:00Z"
    move = """mutation($id: UUID!) {
      updatePlace(id: $id, input: {timeZone: "America/New_York"}) { id } }"""
    await desk.catalog.ask(desk.owner, move, id=str(desk.place))
    assert (await desk.dates(schedule))[0]["pickupStart"] == "2083-02-01T22:00:00Z"
    rows = await desk.catalog.sql("SELECT next_publish_at FROM schedules")
    assert rows[0][0] == datetime(2083, 2, 1, 10, tzinfo=UTC)
