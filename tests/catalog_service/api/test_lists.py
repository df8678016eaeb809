"""Lists: what is found, in which order, page by page, in how many statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.catalog_service.kit import HOUR, Catalog, Person, ids

FIND = """query($filter: OfferFilter, $order: OfferOrder! = PICKUP_START) {
  offers(filter: $filter, orderBy: $order, first: 100) { edges { node { title } } }
}"""
JUDGED = """query($first: Int!) { offers(first: $first, filter: {onlyAvailable: true}) {
  edges { node { title price { amount currency } place {
    name partnerships { partner { id } }
  } } } } }"""


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements sent to any database meanwhile."""
    sent: list[str] = []
    execute = asyncpg.Connection._execute

    async def noted(connection: Any, query: str, *arguments: Any, **options: Any) -> Any:
        if "typeinfo" not in query:  # what a new connection asks about the types of arrays
            sent.append(query)
        return await execute(connection, query, *arguments, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asyncpg.Connection, "_execute", noted)
        yield sent


@pytest.fixture
async def market(catalog: Catalog, owner: Person) -> dict[str, UUID]:
    """Two places far apart with offers of every kind, by title."""
    berlin = await catalog.open_place(owner, name="Berlin Bakery")
    munich = await catalog.open_place(owner, name="Munich Market", latitude=48.13, longitude=11.58)
    now = datetime.now(UTC)

    def window(start: timedelta, end: timedelta) -> dict[str, str]:
        return {"pickupStart": (now + start).isoformat(), "pickupEnd": (now + end).isoformat()}

    offers: dict[str, tuple[UUID, dict[str, Any]]] = {
        "Rye bread": (
            berlin,
            {"price": "1.00", "tags": ["bread", "vegan"], "allergens": ["GLUTEN"]},
        ),
        "Vollkornbrot": (
            berlin,
            {"price": "2.00", "tags": ["bread"], **window(2 * HOUR, 3 * HOUR)},
        ),
        "Milk rice": (
            munich,
            {"price": "3.00", "allergens": ["MILK"], **window(5 * HOUR, 6 * HOUR)},
        ),
        "Salad": (munich, {"price": "4.00", "allergens": [], "description": "With BREAD crumbs"}),
        "Sold out": (munich, {"quantityTotal": 1, **window(7 * HOUR, 8 * HOUR)}),
        "Ended": (berlin, {}),
    }
    made = {}
    for title, (place, given) in offers.items():
        made[title] = await catalog.publish_offer(owner, place, title=title, **given)
    await catalog.draft_offer(owner, berlin, title="Draft")
    await catalog.hold(Person(), made["Sold out"])
    await catalog.shift(-4 * HOUR, made["Ended"])
    return made | {"berlin": berlin, "munich": munich}


async def found(catalog: Catalog, person: Person | None = None, **arguments: Any) -> list[str]:
    """The titles found."""
    answer = await catalog.ask(person, FIND, **arguments)
    return [edge["node"]["title"] for edge in answer.data["offers"]["edges"]]


@pytest.mark.parametrize(
    ("conditions", "titles"),
    [
        ({}, {"Rye bread", "Vollkornbrot", "Milk rice", "Salad", "Sold out"}),
        ({"onlyAvailable": True}, {"Rye bread", "Vollkornbrot", "Milk rice", "Salad"}),
        ({"text": "bread"}, {"Rye bread", "Vollkornbrot", "Salad"}),
        ({"text": "KORN"}, {"Vollkornbrot"}),
        ({"text": "rye bread"}, {"Rye bread"}),
        ({"text": "rye milk"}, set()),
        ({"tags": ["bread"]}, {"Rye bread", "Vollkornbrot"}),
        ({"tags": [" Bread", "VEGAN"]}, {"Rye bread"}),
        ({"excludedAllergens": ["MILK"]}, {"Rye bread", "Salad"}),
        ({"excludedAllergens": ["MILK", "GLUTEN"]}, {"Salad"}),
        ({"minPrice": "2.00", "maxPrice": "3.00"}, {"Vollkornbrot", "Milk rice", "Sold out"}),
        (
            {"near": {"latitude": 52.5, "longitude": 13.4, "radiusKm": 10}},
            {"Rye bread", "Vollkornbrot"},
        ),
        ({"near": {"latitude": 0, "longitude": 0, "radiusKm": 10}}, set()),
        ({"availability": ["SOLD_OUT"]}, {"Sold out"}),
        ({"availability": ["ENDED"]}, {"Ended"}),
        (
            {"availability": ["AVAILABLE", "ENDED"]},
            {"Rye bread", "Vollkornbrot", "Milk rice", "Salad", "Ended"},
        ),
        ({"availability": []}, set()),
        ({"onlyAvailable": True, "availability": ["SOLD_OUT", "ENDED"]}, set()),
        ({"onlyAvailable": True, "availability": []}, set()),
        (
            {"onlyAvailable": True, "availability": ["AVAILABLE", "SOLD_OUT"]},
            {"Rye bread", "Vollkornbrot", "Milk rice", "Salad"},
        ),
        ({"status": ["DRAFT"]}, set()),
    ],
)
async def test_what_is_found(
    catalog: Catalog, market: dict[str, UUID], conditions: dict[str, Any], titles: set[str]
) -> None:
    assert set(await found(catalog, filter=conditions)) == titles


async def test_windows_and_places_and_orders(
    catalog: Catalog, owner: Person, market: dict[str, UUID]
) -> None:
    now = datetime.now(UTC)
    span = {
        "pickupFrom": (now + 4 * HOUR).isoformat(),
        "pickupUntil": (now + 6 * HOUR).isoformat(),
    }
    assert await found(catalog, filter=span) == ["Milk rice"]
    assert set(await found(catalog, filter={"placeId": str(market["munich"])})) == {
        "Milk rice",
        "Salad",
        "Sold out",
    }
    assert await found(catalog, owner, filter={"status": ["DRAFT"]}) == ["Draft"]
    by_price = await found(catalog, filter={"onlyAvailable": True}, order="PRICE")
    assert by_price == ["Rye bread", "Vollkornbrot", "Milk rice", "Salad"]
    newest = await found(catalog, order="NEWEST")
    assert newest[0] == "Sold out"
    near = {"latitude": 49, "longitude": 11.8, "radiusKm": 500}
    nearest = await found(catalog, filter={"near": near}, order="DISTANCE")
    assert set(nearest[:3]) == {"Milk rice", "Salad", "Sold out"}
    assert set(nearest[3:]) == {"Rye bread", "Vollkornbrot"}


@pytest.mark.parametrize("order", ["PICKUP_START", "PRICE", "NEWEST", "DISTANCE"])
async def test_pages_cover_the_list_once(catalog: Catalog, owner: Person, order: str) -> None:
    """Many ties in every order: the id keeps them apart."""
    place = await catalog.open_place(owner)
    start = datetime.now(UTC) + HOUR
    window = {"pickupStart": start.isoformat(), "pickupEnd": (start + HOUR).isoformat()}
    made = [
        str(await catalog.publish_offer(owner, place, title=str(number), **window))
        for number in range(11)
    ]
    document = """query($after: String, $first: Int!, $order: OfferOrder!) {
      offers(after: $after, first: $first, orderBy: $order,
        filter: {near: {latitude: 52.5, longitude: 13.4, radiusKm: 20}}) {
        edges { node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    seen: list[str] = []
    after = None
    for _ in range(4):
        answer = await catalog.ask(None, document, after=after, first=3, order=order)
        page = answer.data["offers"]
        seen += ids(page)
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        assert page["pageInfo"]["hasNextPage"] == (len(seen) < 11)
        after = page["pageInfo"]["endCursor"]
    assert len(seen) == 11
    assert set(seen) == set(made)


async def test_a_cursor_belongs_to_its_list(
    catalog: Catalog, owner: Person, market: dict[str, UUID]
) -> None:
    first = await catalog.ask(None, "{ offers(first: 1) { pageInfo { endCursor } } }")
    cursor = first.data["offers"]["pageInfo"]["endCursor"]
    for arguments in ("orderBy: PRICE", 'filter: {text: "bread"}', "filter: {onlyAvailable: true}"):
        document = f'{{ offers(after: "{cursor}", {arguments}) {{ edges {{ cursor }} }} }}'
        assert (await catalog.ask(None, document)).violations == [("after", "INVALID_CURSOR")]
    other = f'{{ places(after: "{cursor}") {{ edges {{ cursor }} }} }}'
    assert (await catalog.ask(None, other)).violations == [("after", "INVALID_CURSOR")]


@pytest.mark.parametrize("first", [0, 1, 5, 100])
async def test_the_nested_list_is_three_statements(
    catalog: Catalog, owner: Person, market: dict[str, UUID], first: int
) -> None:
    for number in range(20):
        await catalog.publish_offer(owner, market["berlin"], title=str(number))
    with counted_statements() as sent:
        answer = await catalog.ask(None, JUDGED, first=first)
    assert len(answer.data["offers"]["edges"]) == min(first, 24)
    assert len(sent) == (3 if first else 1)  # of none: whether there is any


async def test_lists_within_lists_are_one_statement_each(
    catalog: Catalog, owner: Person, market: dict[str, UUID]
) -> None:
    document = """{ places { edges { node { name
      few: offers(first: 1) { edges { node { title place { name } } } pageInfo { hasNextPage } }
      partnerships { role place { id } partner { id } }
      stats { views }
      reservations { edges { node { offer { title } user { id } } } }
    } } } }"""
    with counted_statements() as sent:
        answer = await catalog.ask(owner, document)
    places = [edge["node"] for edge in answer.data["places"]["edges"]]
    assert [place["name"] for place in places] == ["Berlin Bakery", "Munich Market"]
    assert [len(place["few"]["edges"]) for place in places] == [1, 1]
    assert places[1]["reservations"]["edges"][0]["node"]["offer"] == {"title": "Sold out"}
    # places, offers, partnerships, places again, who manages, figures, who sees money,
    # reservations, their offers
    assert len(sent) <= 9


async def test_a_hundred_representations_are_one_statement(
    catalog: Catalog, market: dict[str, UUID]
) -> None:
    offers = [market["Rye bread"], market["Salad"]] * 50
    keys = [{"__typename": "Offer", "id": str(offer)} for offer in offers]
    document = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Offer { title } } }"
    with counted_statements() as sent:
        answer = await catalog.ask(None, document, r=keys)
    assert len(answer.data["_entities"]) == 100
    assert len(sent) == 1


async def test_my_places(catalog: Catalog, owner: Person, stranger: Person) -> None:
    place = await catalog.open_place(owner, name="Zebra")
    await catalog.open_place(owner, name="apple")
    document = "{ myPlaces { edges { node { name } } } }"

    async def mine(person: Person) -> list[str]:
        answer = await catalog.ask(person, document)
        return [edge["node"]["name"] for edge in answer.data["myPlaces"]["edges"]]

    assert await mine(owner) == ["apple", "Zebra"]
    assert await mine(stranger) == []
    await catalog.link(owner, place, stranger)
    assert await mine(stranger) == ["Zebra"]


async def test_places_by_text_and_distance(catalog: Catalog, owner: Person) -> None:
    for name, latitude in (("Far Bakery", 53.0), ("Near Bakery", 52.51), ("Grocery", 52.6)):
        await catalog.open_place(owner, name=name, latitude=latitude)
    document = """query($filter: PlaceFilter) {
      places(filter: $filter) { edges { node { name } } } }"""

    async def names(**conditions: Any) -> list[str]:
        answer = await catalog.ask(None, document, filter=conditions)
        return [edge["node"]["name"] for edge in answer.data["places"]["edges"]]

    assert await names(text="bakery") == ["Far Bakery", "Near Bakery"]
    near = {"latitude": 52.5, "longitude": 13.4, "radiusKm": 30}
    assert await names(near=near) == ["Near Bakery", "Grocery"]
