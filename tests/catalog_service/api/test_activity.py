"""What is logged of customers, and the figures partners read from it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from catalog_service.api.types import data_export
from catalog_service.services.expire_reservations import expire_reservations
from catalog_service.services.log_views import ViewLog
from gateway.subgraphs.config import SubgraphConfig
from shared.database import Database
from tests.catalog_service.kit import (
    CANCEL,
    CONFIRM,
    HOUR,
    OFFER,
    Catalog,
    Person,
    running_catalog,
    settings_for,
)

STATS = """query($id: UUID!, $from: Date, $to: Date) {
place(id: $id) { stats(from: $from, to: $to) {
  views reservations cancellations pickups revenue { amount currency } saved { amount }
  days { day views }
} } }"""


LAST_MOMENTS = """UPDATE reservations SET pickup_start = now() - interval '3 hours',
  pickup_end = clock_timestamp() - interval '1 hour' + random() * interval '0.2 seconds'
WHERE offer_id = $1"""
TOLD_ENDS = """SELECT sum(pickups) AS pickups, sum(no_shows) AS no_shows, sum(cancellations)
FROM offer_stats_daily WHERE offer_id = $1"""


async def actions(catalog: Catalog, person: Person) -> list[str]:
    """What the person did, the latest first."""
    rows = await catalog.sql(
        "SELECT action FROM user_history WHERE user_id = $1 ORDER BY created_at DESC", person.id
    )
    return [row["action"] for row in rows]


async def test_a_day_in_figures(database_url: str, owner: Person, customer: Person) -> None:
    async with running_catalog(database_url) as catalog:
        place = await catalog.open_place(owner)
        offer = await catalog.publish_offer(owner, place)
        for person in (customer, customer, Person(), None, owner):
            assert (await catalog.ask(person, OFFER, id=str(offer))).codes == []
        held = await catalog.hold(customer, offer, 2)
        cancelled = await catalog.hold(customer, offer, 1)
        await catalog.ask(customer, CANCEL, id=str(cancelled.id))
        await catalog.shift(timedelta(minutes=-90), offer)
        await catalog.ask(owner, CONFIRM, placeId=str(place), code=held.code)
    async with running_catalog(database_url) as catalog:  # the first wrote its views at the end
        figures = (await catalog.ask(owner, STATS, id=str(place))).data["place"]["stats"]
        assert figures.pop("days")[0]["views"] == 3
        assert figures == {
            "views": 3,  # two customers, and somebody who is not signed in
            "reservations": 2,
            "cancellations": 1,
            "pickups": 1,
            "revenue": {"amount": "5.00", "currency": "EUR"},
            "saved": {"amount": "5.00"},
        }
        assert await actions(catalog, customer) == [
            *("OFFER_VIEWED", "OFFER_PICKED_UP", "RESERVATION_CANCELLED"),
            *("OFFER_RESERVED", "OFFER_RESERVED"),
        ]
        past = (await catalog.ask(owner, STATS, id=str(place), to="2020-01-31")).data
        assert past["place"]["stats"]["views"] == 0
        backwards = await catalog.ask(
            owner, STATS, id=str(place), **{"from": "2020-02-01", "to": "2020-01-01"}
        )
        assert backwards.violations == [("to", "BEFORE_FROM")]


async def test_a_day_is_the_places_own(catalog: Catalog, owner: Person, customer: Person) -> None:
    """Kiritimati is 14 hours ahead of UTC, Pago Pago 11 behind: never the same date."""
    days = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        place = await catalog.open_place(owner, timeZone=zone)
        await catalog.hold(customer, await catalog.publish_offer(owner, place))
        rows = await catalog.sql("SELECT day FROM offer_stats_daily WHERE place_id = $1", place)
        days.add(rows[0]["day"])
    assert len(days) == 2


@pytest.mark.parametrize("who", ["customer", "stranger", "nobody"])
async def test_figures_are_the_partners(
    catalog: Catalog, owner: Person, who: str, request: pytest.FixtureRequest
) -> None:
    place = await catalog.open_place(owner)
    person = None if who == "nobody" else request.getfixturevalue(who)
    codes = {"customer": "FORBIDDEN", "stranger": "NOT_FOUND", "nobody": "UNAUTHENTICATED"}
    answer = await catalog.ask(person, STATS, id=str(place))
    assert answer.codes == [codes[who]]
    assert answer.body["data"] == {"place": {"stats": None}}


async def test_an_hour_after_the_window_a_reservation_expires(
    catalog: Catalog, database_url: str, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    due, not_yet = [await catalog.publish_offer(owner, place) for _ in range(2)]
    for offer in (due, not_yet):
        await catalog.hold(customer, offer)
    await catalog.shift(-4 * HOUR - timedelta(seconds=1), due)
    await catalog.shift(-4 * HOUR + timedelta(minutes=5), not_yet)
    database = Database.from_settings(settings_for(database_url))
    assert await expire_reservations(database) == 1
    assert await expire_reservations(database) == 0
    await database.dispose()
    assert await catalog.statuses(due) == ["EXPIRED"]
    assert await catalog.statuses(not_yet) == ["RESERVED"]
    assert await catalog.stock(due) == (9, 10)
    assert (await actions(catalog, customer))[0] == "RESERVATION_EXPIRED"


async def test_several_sweepers_share_the_work(
    catalog: Catalog, database_url: str, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place, quantityTotal=50)
    for _ in range(30):
        await catalog.hold(customer, offer)
    await catalog.shift(-5 * HOUR, offer)
    database = Database.from_settings(settings_for(database_url))
    counts = await asyncio.gather(*(expire_reservations(database) for _ in range(4)))
    await database.dispose()
    assert sum(counts) == 30
    assert (await actions(catalog, customer)).count("RESERVATION_EXPIRED") == 30
    assert await catalog.stock(offer) == (20, 50)


async def test_cancelled_while_it_expires_a_reservation_ends_once(
    catalog: Catalog, database_url: str, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    offers = [await catalog.publish_offer(owner, place, quantityTotal=20) for _ in range(8)]
    for offer in offers:
        for _ in range(3):
            await catalog.hold(customer, offer)
    await catalog.shift(-5 * HOUR, *offers)
    database = Database.from_settings(settings_for(database_url))
    await asyncio.gather(
        expire_reservations(database),
        *(catalog.set_status(owner, offer, "CANCELLED") for offer in offers),
        expire_reservations(database),
    )
    await database.dispose()
    for offer in offers:
        ends = await catalog.statuses(offer)
        assert set(ends) <= {"EXPIRED", "CANCELLED_BY_PARTNER"}
        assert await catalog.stock(offer) == (20 - ends.count("EXPIRED"), 20)
    done = await actions(catalog, customer)
    ended = done.count("RESERVATION_EXPIRED") + done.count("RESERVATION_CANCELLED")
    assert ended == 24


async def test_whatever_ends_it_at_its_last_moment_a_reservation_ends_once(
    catalog: Catalog, database_url: str, owner: Person
) -> None:
    """Handed over, cancelled by both sides, expired, and its customer deleted, all at once."""
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place, quantityTotal=20)
    customers = [Person() for _ in range(5)]
    held = [(each, str((await catalog.hold(each, offer)).id)) for each in customers * 3]
    await catalog.sql(LAST_MOMENTS, offer)
    database = Database.from_settings(settings_for(database_url))

    async def sweep(after: float) -> None:
        await asyncio.sleep(after)
        await expire_reservations(database)

    await asyncio.gather(
        *(catalog.ask(owner, CONFIRM, placeId=str(place), id=id_) for _, id_ in held[::2]),
        *(catalog.ask(each, CANCEL, id=id_) for each, id_ in held[::3]),
        *(catalog.ask(owner, CANCEL, id=id_, reason="Sorry.") for _, id_ in held[1::2]),
        *(sweep(after / 40) for after in range(9)),
        catalog.deliver(customers[0].id),
    )
    await expire_reservations(database)  # what somebody held is passed over
    await database.dispose()
    ends = await catalog.statuses(offer)
    kept = ends.count("PICKED_UP") + ends.count("EXPIRED")
    assert "RESERVED" not in ends
    assert await catalog.stock(offer) == (20 - kept, 20)
    [told] = await catalog.sql(TOLD_ENDS, offer)
    assert sum(told) == len(held)
    assert (told["pickups"], told["no_shows"]) == (ends.count("PICKED_UP"), ends.count("EXPIRED"))


async def test_the_sweeper_runs_by_itself(
    database_url: str, owner: Person, customer: Person
) -> None:
    async with running_catalog(database_url) as catalog:
        offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
        await catalog.hold(customer, offer)
        await catalog.shift(-5 * HOUR, offer)
    async with running_catalog(database_url, expire_every_seconds=0.05) as catalog:
        async with asyncio.timeout(60):
            while await catalog.statuses(offer) != ["EXPIRED"]:
                await asyncio.sleep(0.02)


def view_of(number: int) -> tuple[UUID, UUID]:
    """A view."""
    return UUID(int=number), UUID(int=1)


def test_views_are_noted_once_in_half_an_hour_and_never_without_bounds() -> None:
    now = 0.0
    views = ViewLog(capacity=3, clock=lambda: now)
    for number in (1, 2, 1, 2):
        views.note(*view_of(number))
    assert (len(views), views.dropped) == (2, 0)
    for number in (3, 4, 5):
        views.note(*view_of(number))
    assert (len(views), views.dropped) == (3, 2)
    now = 1801.0
    views.note(*view_of(1))
    assert (len(views), views.dropped) == (3, 3)


async def test_several_instances_write_a_view_once(
    catalog: Catalog, database_url: str, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    database = Database.from_settings(settings_for(database_url))
    instances = [ViewLog(10) for _ in range(4)]
    for views in instances:
        views.note(customer.id, offer)
        views.note(owner.id, offer)
    await asyncio.gather(*(views.flush(database) for views in instances))
    await database.dispose()
    assert await actions(catalog, customer) == ["OFFER_VIEWED"]
    assert await actions(catalog, owner) == []
    rows = await catalog.sql("SELECT views FROM offer_stats_daily")
    assert [row["views"] for row in rows] == [1]


async def test_views_wait_while_the_database_is_away(database_url: str) -> None:
    views = ViewLog(10)
    views.note(*view_of(1))
    nowhere = Database.from_settings(settings_for("postgresql://u:p@127.0.0.1:1/none"))
    with pytest.raises(Exception, match="unavailable"):
        await views.flush(nowhere)
    await nowhere.dispose()
    assert len(views) == 1
    database = Database.from_settings(settings_for(database_url))
    assert await views.flush(database) == 1
    await database.dispose()


async def test_the_history_of_oneself(catalog: Catalog, owner: Person, customer: Person) -> None:
    place = await catalog.open_place(owner)
    for number in range(3):
        await catalog.hold(customer, await catalog.publish_offer(owner, place, title=str(number)))
    document = """query($r: [_Any!]!, $after: String) { _entities(representations: $r) {
      ... on User { activity(first: 2, after: $after) {
        edges { node { action details offer { title } } }
        pageInfo { hasNextPage endCursor } } } } }"""

    async def page(after: str | None) -> Any:
        user = {"__typename": "User", "id": str(customer.id)}
        answer = await catalog.ask(customer, document, r=[user], after=after)
        return answer.data["_entities"][0]["activity"]

    first = await page(None)
    second = await page(first["pageInfo"]["endCursor"])
    entries = [edge["node"] for edge in first["edges"] + second["edges"]]
    assert [entry["offer"]["title"] for entry in entries] == ["2", "1", "0"]
    assert {entry["action"] for entry in entries} == {"OFFER_RESERVED"}
    assert entries[0]["details"] == "quantity=1"
    assert second["pageInfo"]["hasNextPage"] is False


async def test_an_export_is_no_longer_than_a_reply_may_be(
    catalog: Catalog, owner: Person, customer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the gateway would take none of it, whenever it is asked for. What is newest stays."""
    assert SubgraphConfig("").max_reply_bytes > data_export.MOST_BYTES
    monkeypatch.setattr(data_export, "MOST_BYTES", 25_000)
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place, description='"' * 1000)
    held = [str((await catalog.hold(customer, offer)).id) for _ in range(9)]
    mine = [{"__typename": "DataExport", "userId": str(customer.id)}]
    query = """query($r: [_Any!]!) { _entities(representations: $r) {
      ... on DataExport { catalog } } }"""
    text = (await catalog.ask(customer, query, r=mine)).data["_entities"][0]["catalog"]
    assert len(json.dumps(text)) <= 25_000
    found = json.loads(text)
    assert [each["id"] for each in found["reservations"]] == held[::-1][:4]
    assert len(found["activity"]) == 9
