"""The demo data: plausible, the same every time, and only where nothing is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from catalog_service.domain.offers import OfferDetails, OfferStatus, check_offer
from catalog_service.domain.opening_hours import weekday_of
from catalog_service.domain.pickup import PickupWindow
from catalog_service.services.demo.build import build_demo
from catalog_service.services.demo.rows import DemoRows
from catalog_service.services.load_demo import load_demo
from shared.database import Database
from tests.catalog_service.kit import Catalog, Person, settings_for

PARTNERS = [UUID(int=number) for number in range(1, 5)]
CUSTOMERS = [UUID(int=number) for number in range(11, 14)]
AVAILABLE = """{ offers(first: 100, filter: {onlyAvailable: true}) {
  edges { node { id quantityAvailable } } } }"""
NOW = datetime(2026, 11, 23, 12, 34, 56, tzinfo=UTC)


async def test_loaded_once_and_ready_to_use(catalog: Catalog, database_url: str) -> None:
    database = Database.from_settings(settings_for(database_url))
    assert await load_demo(database, PARTNERS, CUSTOMERS) == 300
    assert await load_demo(database, PARTNERS, CUSTOMERS) == 0
    await database.dispose()
    found = await catalog.ask(
        None,
        """{ offers(first: 100, filter: {onlyAvailable: true}) {
          edges { node { title price { amount currency } originalPrice { amount }
            place { name partnerships { partner { id } } } } } pageInfo { hasNextPage } }
          soldOut: offers(filter: {availability: [SOLD_OUT]}) { edges { cursor } } }""",
    )
    assert len(found.data["offers"]["edges"]) == 100
    assert found.data["offers"]["pageInfo"]["hasNextPage"]
    assert len(found.data["soldOut"]["edges"]) == 12
    for edge in found.data["offers"]["edges"]:
        assert edge["node"]["place"]["partnerships"]
        assert float(edge["node"]["price"]["amount"]) <= float(
            edge["node"]["originalPrice"]["amount"]
        )
    partner = Person("partner", id=PARTNERS[0])
    figures = await catalog.ask(
        partner,
        "{ myPlaces { edges { node { stats { views reservations revenue { amount } } } } } }",
    )
    places = [edge["node"]["stats"] for edge in figures.data["myPlaces"]["edges"]]
    assert len(places) >= 3
    assert sum(place["views"] for place in places) > 0


def test_the_same_every_time() -> None:
    assert build_demo(NOW, PARTNERS, CUSTOMERS) == build_demo(NOW, PARTNERS, CUSTOMERS)


def for_sale(rows: DemoRows, moment: datetime) -> Iterator[str]:
    for row in rows.offers:
        if (
            row["status"] == OfferStatus.ACTIVE.value
            and row["quantity_available"]
            and row["pickup_end"] > moment
        ):
            yield row["title"]
    zones = {place["id"]: ZoneInfo(place["time_zone"]) for place in rows.places}
    for row in rows.schedules:
        today = moment.astimezone(zones[row["place_id"]]).date()
        for day in (today, today + timedelta(days=1)):
            start, end = (
                datetime.combine(day, row[edge], zones[row["place_id"]])
                for edge in ("pickup_start", "pickup_end")
            )
            lead = timedelta(minutes=row["lead_minutes"])
            on_it = day >= row["first_day"] and weekday_of(day) in row["weekdays"]
            if on_it and start - lead <= moment < end:
                yield row["template"]["title"]


@pytest.mark.parametrize("begins", [NOW + timedelta(hours=7 * hours) for hours in range(24)])
def test_at_whatever_hour_it_is_started_again_something_is_for_sale(begins: datetime) -> None:
    rows = build_demo(begins, PARTNERS, CUSTOMERS)
    for hours in range(15 * 24):
        assert any(for_sale(rows, begins + timedelta(hours=hours))), hours


def test_nobody_need_be_there() -> None:
    rows = build_demo(NOW, [], [])
    assert len(rows.offers) == 300
    assert rows.partnerships == rows.reservations == []


def test_what_is_offered_could_be_offered() -> None:
    rows = build_demo(NOW, PARTNERS, CUSTOMERS)
    for row in rows.offers:
        check_offer(
            OfferDetails(
                title=row["title"],
                description=row["description"],
                price=row["price_amount"],
                original_price=row["original_price_amount"],
                quantity_total=row["quantity_total"],
                window=PickupWindow(row["pickup_start"], row["pickup_end"]),
                tags=row["tags"],
                allergens=row["allergens"],
                image_urls=row["image_urls"],
                diets=row["diets"],
            ),
            row["currency"],
        )
    taken = {row["id"]: row["quantity_total"] - row["quantity_available"] for row in rows.offers}
    for row in rows.reservations:
        if row["status"] != "CANCELLED_BY_CUSTOMER":
            taken[row["offer_id"]] -= row["quantity"]
    for row in rows.counter_sales:
        taken[row["offer_id"]] -= row["quantity"]
    assert set(taken.values()) == {0}


async def test_a_customer_s_days_have_room(catalog: Catalog, database_url: str) -> None:
    """A few live reservations each, and enough that is over to look at."""
    database = Database.from_settings(settings_for(database_url))
    await load_demo(database, PARTNERS, CUSTOMERS)
    await database.dispose()
    mine = """query($user: [_Any!]!) { _entities(representations: $user) {
      ... on User { reservations(first: 100) { edges { node { status } } } } } }"""
    for customer in CUSTOMERS:
        person = Person(id=customer)
        answer = await catalog.ask(person, mine, user=[{"__typename": "User", "id": str(customer)}])
        edges = answer.data["_entities"][0]["reservations"]["edges"]
        kept = Counter(edge["node"]["status"] for edge in edges)
        assert 1 <= kept["RESERVED"] <= 5
        assert kept["PICKED_UP"] >= 10
        assert kept["EXPIRED"] >= 1
        assert kept["CANCELLED_BY_CUSTOMER"] >= 1
        found = await catalog.ask(person, AVAILABLE)
        plenty = [
            UUID(edge["node"]["id"])
            for edge in found.data["offers"]["edges"]
            if edge["node"]["quantityAvailable"] > 6
        ]
        assert len(plenty) > 6
        for offer in plenty[:6]:
            assert (await catalog.reserve(person, offer, 1, f"walk-{offer}")).codes == []
