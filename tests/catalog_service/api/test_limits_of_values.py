"""Values at their limits: highest prices, text of nothing to see, times far away (123 to 127)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.catalog_service.kit import (
    CONFIRM,
    CREATE_OFFER,
    CREATE_PLACE,
    HOUR,
    RESERVE,
    Catalog,
    Person,
    offer_input,
    place_input,
)

HIGHEST = "9999999999.99"
SELL = """mutation($id: UUID!) {
  sellAtCounter(offerId: $id, quantity: 1000) { quantityAvailable } }"""
REVENUE = "query($id: UUID!) { place(id: $id) { stats { revenue { amount } } } }"
OPEN = "query($id: UUID!, $at: DateTime) { place(id: $id) { isOpen(at: $at) } }"
FOUND = "query($filter: OfferFilter!) { offers(filter: $filter) { totalCount } }"
INVISIBLE = ["\u200b", " \u00ad ", "\u2800", "\u3164", "\u200d\ufe0f", "\u0301", "\u2060\u180e"]


async def test_what_an_offer_can_take_at_most_is_sold_and_counted(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner, currency="IRR")
    dear = {"price": HIGHEST, "originalPrice": HIGHEST, "quantityTotal": 100_000}
    offer = await catalog.publish_offer(owner, place, **dear)
    held = await catalog.hold(customer, offer, 1000)
    await catalog.shift(-1.5 * HOUR, offer)
    assert (await catalog.ask(owner, CONFIRM, placeId=str(place), code=held.code)).codes == []
    for _ in range(99):
        assert (await catalog.ask(owner, SELL, id=str(offer))).codes == []
    assert await catalog.stock(offer) == (0, 100_000)
    taken = (await catalog.ask(owner, REVENUE, id=str(place))).data["place"]["stats"]["revenue"]
    assert taken["amount"] == "999999999999000.00"


@pytest.mark.parametrize("text", INVISIBLE)
async def test_text_of_nothing_to_see_is_none(catalog: Catalog, owner: Person, text: str) -> None:
    place = await catalog.open_place(owner)
    made = await catalog.ask(owner, CREATE_OFFER, input=offer_input(place, title=text, tags=[text]))
    assert made.violations == [("input.title", "TOO_SHORT"), ("input.tags.0", "TOO_SHORT")]
    wish = {"offerId": str(uuid4()), "quantity": 1, "key": text}
    answer = await catalog.ask(Person(), RESERVE, **wish)
    assert answer.violations == [("idempotencyKey", "TOO_SHORT")]


@pytest.mark.parametrize(
    "title", ["\U0001f468\u200d\U0001f373", "\u0915\u094d\u200d\u0937", "a\u00adb"]
)
async def test_what_joins_letters_and_emoji_stays(
    catalog: Catalog, owner: Person, title: str
) -> None:
    place = await catalog.open_place(owner)
    made = await catalog.ask(owner, CREATE_OFFER, input=offer_input(place, title=title))
    assert made.codes == []


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\n", "\u202e"])
async def test_a_name_is_one_line(catalog: Catalog, owner: Person, char: str) -> None:
    given = offer_input(await catalog.open_place(owner), title=f"bread{char}rolls")
    given["description"] = f"bread{char}rolls" if char != "\u202e" else ""
    made = await catalog.ask(owner, CREATE_OFFER, input=given)
    assert made.violations == [("input.title", "UNPRINTABLE")]


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u00ad", "\u2060", "\u3164", "\u200d", "\u200c", "\ufe0f", "\U000e0041"]
)
async def test_no_place_is_called_what_looks_like_another(
    catalog: Catalog, owner: Person, hidden: str
) -> None:
    names = [f"Corner{hidden} Bakery", f"Corner Bak{hidden}ery", f"Corner Bakery{hidden}"]
    for name in names:
        made = await catalog.ask(owner, CREATE_PLACE, input=place_input(name=name))
        assert made.violations == [("input.name", "UNPRINTABLE")]


@pytest.mark.parametrize(
    "name",
    [
        "Caf\u00e9 \u2764\ufe0f\u200d\U0001f525",
        "Number 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f Pie",
        "\u0646\u0627\u0646\u200c\u0648\u0627\u06cc\u06cc",
        "\u0915\u094d\u200d\u0937",
        "\u05d1\u05bc\u05b0\u0591\u05e8\u05b5\u05d0\u05e9\u05c1\u05b4\u0596\u05d9\u05ea",
        "\u0e19\u0e49\u0e33\u0e1b\u0e31\u0e48\u0e19",
        "\u0f56\u0f66\u0f92\u0fb2\u0f74\u0f56\u0f66",
    ],
)
async def test_names_in_all_scripts_and_with_emoji_stay(
    catalog: Catalog, owner: Person, name: str
) -> None:
    assert (await catalog.ask(owner, CREATE_PLACE, input=place_input(name=name))).codes == []


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2100-01-01T00:00:00Z"]
)
async def test_moments_far_away_are_refused(
    catalog: Catalog, owner: Person, zone: str, at: str
) -> None:
    hours = [{"weekday": "MONDAY", "opens": "22:00", "closes": "02:00"}]
    place = await catalog.open_place(owner, timeZone=zone, openingHours=hours)
    answer = await catalog.ask(None, OPEN, id=str(place), at=at)
    assert answer.violations == [("at", "OUT_OF_RANGE")]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
async def test_a_search_reaches_to_the_ends_of_the_calendar(
    catalog: Catalog, owner: Person, first: str, last: str
) -> None:
    place = await catalog.open_place(owner)
    await catalog.publish_offer(owner, place)
    span = {"pickupFrom": first, "pickupUntil": last}
    for more in ({}, {"placeId": str(place)}, {"text": "bread"}, {"status": ["ACTIVE"]}):
        answer = await catalog.ask(None, FOUND, filter=span | more)
        assert answer.data["offers"]["totalCount"] == (first < last)


REVERSED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"minPrice": "5.01", "maxPrice": "5"}, ("filter.maxPrice", "BELOW_MIN_PRICE")),
    (
        {"pickupFrom": "2026-12-02T00:00:00Z", "pickupUntil": "2026-12-01T23:59:59Z"},
        ("filter.pickupUntil", "BEFORE_PICKUP_FROM"),
    ),
]


@pytest.mark.parametrize(("given", "fault"), REVERSED)
async def test_a_range_that_ends_before_it_begins(
    catalog: Catalog, given: dict[str, Any], fault: tuple[str, str]
) -> None:
    answer = await catalog.ask(None, FOUND, filter=given)
    assert answer.violations == [fault]
    first, last = given
    same = await catalog.ask(None, FOUND, filter={first: given[first], last: given[first]})
    assert same.data["offers"]["totalCount"] == 0


async def test_all_reversed_ranges_of_a_search_are_named_at_once(catalog: Catalog) -> None:
    box = {"south": 2.0, "west": 1.0, "north": 1.0, "east": 1.0}
    given = {name: value for each, _ in REVERSED for name, value in each.items()} | {"box": box}
    answer = await catalog.ask(None, FOUND, filter=given)
    faults = [fault for _, fault in REVERSED]
    assert answer.violations == [*faults, ("filter.box.south", "ABOVE_NORTH")]


async def test_a_place_without_a_name_to_see(catalog: Catalog, owner: Person) -> None:
    given = {
        "name": "\u3164",
        "address": "\u2800",
        "latitude": 0,
        "longitude": 0,
        "timeZone": "UTC",
        "currency": "EUR",
    }
    answer = await catalog.ask(owner, CREATE_PLACE, input=given)
    assert answer.violations == [("input.name", "TOO_SHORT"), ("input.address", "TOO_SHORT")]


SAME = [
    "Caf\u00e9 du Mol",
    "  Cafe\u0301 du Mol ",
    "Caf\u00e9  du   Mol",
    "Caf\u00e9\u00a0du\u3000Mol",
    "Caf\u00e9 du\u2009Mol",
]


@pytest.mark.parametrize("typed", SAME)
async def test_places_that_look_the_same_are_called_the_same(
    catalog: Catalog, owner: Person, typed: str
) -> None:
    place = await catalog.open_place(owner, name=typed)
    other = await catalog.open_place(owner)
    rename = """mutation($id: UUID!, $name: String!) {
      updatePlace(id: $id, input: {name: $name}) { name } }"""
    renamed = await catalog.ask(owner, rename, id=str(other), name=typed)
    assert renamed.data["updatePlace"] == {"name": SAME[0]}
    named = await catalog.ask(None, "query($id: UUID!) { place(id: $id) { name } }", id=str(place))
    assert named.data["place"] == {"name": SAME[0]}


async def test_offers_that_look_the_same_are_one_product(catalog: Catalog, owner: Person) -> None:
    """Figures by product go by what offers are called."""
    place = await catalog.open_place(owner)
    sell = "mutation($id: UUID!) { sellAtCounter(offerId: $id, quantity: 1) { title } }"
    for typed in SAME:
        offer = await catalog.publish_offer(owner, place, title=typed)
        sold = await catalog.ask(owner, sell, id=str(offer))
        assert sold.data["sellAtCounter"] == {"title": SAME[0]}
    figures = "query($id: UUID!) { place(id: $id) { stats { byProduct { title soldAtCounter } } } }"
    found = (await catalog.ask(owner, figures, id=str(place))).data["place"]["stats"]
    assert found["byProduct"] == [{"title": SAME[0], "soldAtCounter": len(SAME)}]


@pytest.mark.parametrize("typed", SAME)
async def test_schedules_call_their_offers_the_same(
    catalog: Catalog, owner: Person, typed: str
) -> None:
    given: dict[str, Any] = {
        "placeId": str(await catalog.open_place(owner)),
        "title": typed,
        "price": "1.00",
        "originalPrice": "2.00",
        "quantityTotal": 1,
        "pickupStart": "18:00",
        "pickupEnd": "19:00",
        "weekdays": ["MONDAY"],
    }
    document = "mutation($input: CreateScheduleInput!) { createSchedule(input: $input) { title } }"
    made = await catalog.ask(owner, document, input=given)
    assert made.data["createSchedule"] == {"title": SAME[0]}


@pytest.mark.parametrize("mark", ["\u0301", "\u0316", "\u20dd", "\u0e49"])
async def test_no_name_covers_the_lines_around(catalog: Catalog, owner: Person, mark: str) -> None:
    name = f"Za{mark * 10}lgo"  # one of them may become part of the letter
    made = await catalog.ask(owner, CREATE_PLACE, input=place_input(name=name))
    assert made.violations == [("input.name", "TOO_MANY_MARKS")]
    place = await catalog.open_place(owner, name=f"Za{mark * 8}lgo")
    drafted = await catalog.ask(owner, CREATE_OFFER, input=offer_input(place, title=name))
    assert drafted.violations == [("input.title", "TOO_MANY_MARKS")]
