"""Reminders of pickups: which, when, for whom, and each once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from catalog_service.services.remind import remind
from shared.database import Database
from tests.catalog_service.kit import CANCEL, CONFIRM, HOUR, Catalog, Person, settings_for
from tests.catalog_service.processes import served

DAY = timedelta(days=1)


async def reminded(catalog: Catalog) -> list[dict[str, Any]]:
    """What the catalog does every half minute, now: the events of reminders so far."""
    database = Database.from_settings(settings_for(catalog.database_url))
    try:
        await asyncio.gather(*(remind(database) for _ in range(5)))
    finally:
        await database.dispose()
    return await asked_for(catalog)


async def asked_for(catalog: Catalog) -> list[dict[str, Any]]:
    rows = await catalog.sql("SELECT payload FROM outbox ORDER BY created_at")
    events = [json.loads(row["payload"]) for row in rows]
    return [each for each in events if each.get("letter", "").startswith("pickup_")]


async def held_for(catalog: Catalog, owner: Person, starts_in: timedelta, **place: Any) -> Any:
    """A reservation made five days ago, of what is picked up ``starts_in`` from now.

    Where nothing else is said it is noon: no pickup is tomorrow's.
    """
    noon = {"timeZone": zone_in_which_it_is(12)}
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner, **(noon | place)))
    held = await catalog.hold(Person(), offer)
    await catalog.shift(starts_in - HOUR, offer)
    await catalog.age(5 * DAY, held.id)
    return held


@pytest.mark.parametrize(
    ("starts_in", "expected"),
    [
        (timedelta(hours=2, minutes=5), []),
        (timedelta(hours=1, minutes=55), ["pickup_soon"]),
        (timedelta(minutes=1), ["pickup_soon"]),
        (timedelta(minutes=-1), []),
    ],
)
async def test_two_hours_before(
    catalog: Catalog, owner: Person, starts_in: timedelta, expected: list[str]
) -> None:
    held = await held_for(catalog, owner, starts_in)
    events = await reminded(catalog)
    assert [event["letter"] for event in events] == expected
    for event in events:
        assert event["facts"]["pickupCode"] == held.code
        assert event["facts"]["pickupStart"] == event["notAfter"]


def zone_in_which_it_is(hour: int) -> str:
    """A zone where the local hour is ``hour``: minutes pass, so not at the edge of a day."""
    shift = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-shift:+}" if shift else "Etc/UTC"


@pytest.mark.parametrize(
    ("hour", "hours_ahead", "expected"),
    [
        (20, 16, ["pickup_tomorrow"]),  # tomorrow at noon
        (20, 26, ["pickup_tomorrow"]),
        (20, 29, []),  # the day after tomorrow
        (20, 2.6, []),  # this evening
        (12, 24, []),  # tomorrow, and no evening yet
        (2, 10, []),  # today: the evening is over
    ],
)
async def test_on_the_evening_before_by_the_clock_of_the_place(
    catalog: Catalog, owner: Person, hour: int, hours_ahead: float, expected: list[str]
) -> None:
    zone = zone_in_which_it_is(hour)
    await held_for(catalog, owner, timedelta(hours=hours_ahead), timeZone=zone)
    events = await reminded(catalog)
    assert [event["letter"] for event in events] == expected
    for event in events:  # "tomorrow" must not be read on the day itself
        pickup = datetime.fromisoformat(event["facts"]["pickupStart"]).astimezone(ZoneInfo(zone))
        midnight = pickup.replace(hour=0, minute=0, second=0, microsecond=0)
        assert datetime.fromisoformat(event["notAfter"]) == midnight


@pytest.mark.parametrize(
    ("pickup", "zone", "evening"),
    [
        ("2026-03-29T10:00Z", "Europe/Berlin", "2026-03-28T17:00Z"),  # clocks go forward that day
        ("2026-03-30T10:00Z", "Europe/Berlin", "2026-03-29T16:00Z"),
        ("2026-10-25T10:00Z", "Europe/Berlin", "2026-10-24T16:00Z"),  # and back
        ("2026-10-26T10:00Z", "Europe/Berlin", "2026-10-25T17:00Z"),
        ("2026-10-04T10:00Z", "Australia/Lord_Howe", "2026-10-03T07:30Z"),  # by half an hour
        ("2026-11-29T10:30Z", "Pacific/Pago_Pago", "2026-11-28T05:00Z"),
    ],
)
async def test_the_evening_before_in_the_nights_when_clocks_change(
    catalog: Catalog, pickup: str, zone: str, evening: str
) -> None:
    (row,) = await catalog.sql(
        "SELECT catalog_local_moment($1, $2, -1, '18:00')", datetime.fromisoformat(pickup), zone
    )
    assert row[0] == datetime.fromisoformat(evening)


async def test_each_once_and_never_of_what_was_just_made_or_is_over(
    catalog: Catalog, owner: Person
) -> None:
    soon = timedelta(hours=1)
    held = await held_for(catalog, owner, soon)
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    await catalog.hold(Person(), offer)  # an hour before its window: it was just confirmed
    cancelled = await held_for(catalog, owner, soon)
    await catalog.ask(owner, CANCEL, id=str(cancelled.id), reason="Sorry.")
    gone = await held_for(catalog, owner, soon)
    (row,) = await catalog.sql("SELECT user_id FROM reservations WHERE id = $1", gone.id)
    await catalog.deliver(row["user_id"])
    for _ in range(3):
        events = await reminded(catalog)
        assert [each["facts"]["reservationId"] for each in events] == [str(held.id)]


async def test_what_is_cancelled_after_its_reminder_was_asked_for_withdraws_it(
    catalog: Catalog, owner: Person
) -> None:
    held = await held_for(catalog, owner, HOUR)
    (event,) = await reminded(catalog)
    await catalog.ask(owner, CANCEL, id=str(held.id), reason="Sorry.")
    rows = await catalog.sql("SELECT payload FROM outbox")
    withdrawn = [json.loads(row["payload"]) for row in rows]
    assert [each["mailId"] for each in withdrawn if each.get("type") == "mail.withdrawn"] == [
        event["id"]
    ]


async def test_what_is_picked_up_withdraws_nothing(catalog: Catalog, owner: Person) -> None:
    held = await held_for(catalog, owner, HOUR)
    await reminded(catalog)
    (row,) = await catalog.sql("SELECT place_id, offer_id FROM reservations")
    await catalog.shift(-2 * HOUR, row["offer_id"])
    place = str(row["place_id"])
    assert (await catalog.ask(owner, CONFIRM, placeId=place, code=held.code)).codes == []
    rows = await catalog.sql("SELECT 1 FROM outbox WHERE payload->>'type' = 'mail.withdrawn'")
    assert rows == []


async def test_two_instances_and_killed_again_and_again_each_is_asked_for_once(
    catalog: Catalog, database_url: str, owner: Person, tmp_path: Path
) -> None:
    place = await catalog.open_place(owner, timeZone=zone_in_which_it_is(12))
    offer = await catalog.publish_offer(owner, place, quantityTotal=500)
    held = [(await catalog.hold(Person(), offer)).id for _ in range(300)]
    await catalog.age(5 * DAY, *held)
    often = {"REMIND_EVERY_SECONDS": "0.02", "DATABASE_TIMEOUT_SECONDS": "30"}
    for _ in range(2):
        async with AsyncExitStack() as stack:
            started = [
                await stack.enter_async_context(served(database_url, tmp_path, **often))
                for _ in range(2)
            ]
            for pid, _port in started:
                os.kill(pid, signal.SIGKILL)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(served(database_url, tmp_path, **often))
        async with asyncio.timeout(60):
            while len(await asked_for(catalog)) < len(held):
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
    events = await asked_for(catalog)
    assert sorted(UUID(each["facts"]["reservationId"]) for each in events) == sorted(held)
    claimed = await catalog.sql("SELECT id FROM reminders")
    assert {str(row["id"]) for row in claimed} == {each["id"] for each in events}
