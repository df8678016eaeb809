"""Where, for whom, how cheap, in which currency, and how many."""

from __future__ import annotations

from typing import Any

import pytest

from catalog_service.repository import bounded_reads
from tests.catalog_service.api.test_lists import counted_statements
from tests.catalog_service.kit import CREATE_OFFER, UPDATE_OFFER, Catalog, Person, offer_input

FIND = """query($filter: OfferFilter, $order: OfferOrder! = PICKUP_START) {
  offers(filter: $filter, orderBy: $order, first: 100) {
    totalCount totalCountIsExact
    edges { node { title distance discount diets place { distance } } } } }"""
PLACES = """query($filter: PlaceFilter, $order: PlaceOrder) {
  places(filter: $filter, orderBy: $order) {
    totalCount totalCountIsExact edges { node { name distance } } } }"""
BERLIN = {"latitude": 52.52, "longitude": 13.405}


async def offers(catalog: Catalog, order: str = "PICKUP_START", **conditions: Any) -> list[Any]:
    answer = await catalog.ask(None, FIND, filter=conditions, order=order)
    nodes = [edge["node"] for edge in answer.data["offers"]["edges"]]
    assert answer.data["offers"]["totalCount"] == len(nodes)
    assert answer.data["offers"]["totalCountIsExact"] is True
    return nodes


async def titles(catalog: Catalog, order: str = "PICKUP_START", **conditions: Any) -> list[str]:
    return [each["title"] for each in await offers(catalog, order, **conditions)]


async def faults(catalog: Catalog, **conditions: Any) -> list[tuple[str, str]]:
    return (await catalog.ask(None, FIND, filter=conditions)).violations


async def names(catalog: Catalog, order: str | None = None, **conditions: Any) -> list[str]:
    answer = await catalog.ask(None, PLACES, filter=conditions, order=order)
    found = [edge["node"]["name"] for edge in answer.data["places"]["edges"]]
    assert answer.data["places"]["totalCount"] == len(found)
    return found


@pytest.fixture
async def world(catalog: Catalog, owner: Person) -> Catalog:
    """A place on either side of the date line, one in Berlin; an offer at each."""
    for name, latitude, longitude in (
        ("Fiji", -17.8, 178.0),
        ("Samoa", -13.8, -171.8),
        ("Berlin", *BERLIN.values()),
        ("Pole", 90.0, 0.0),
        ("Line", -20.0, 180.0),
        ("Same line", -20.0, -180.0),
    ):
        place = await catalog.open_place(owner, name=name, latitude=latitude, longitude=longitude)
        await catalog.publish_offer(owner, place, title=name)
    return catalog


BOXES = [
    ((-25, 170, 0, -170), {"Fiji", "Samoa", "Line", "Same line"}),
    ((-25, 170, 0, 180), {"Fiji", "Line", "Same line"}),
    ((-25, 170, 0, -180), {"Fiji", "Line", "Same line"}),
    ((-25, -180, 0, -170), {"Samoa", "Line", "Same line"}),
    ((-25, 180, 0, -170), {"Samoa", "Line", "Same line"}),
    ((-25, 180, 0, 180), {"Line", "Same line"}),
    ((-25, -180, 0, -180), {"Line", "Same line"}),
    ((-25, 180, 0, -180), {"Line", "Same line"}),
    ((-25, -179.9, 0, 179.9), {"Fiji", "Samoa"}),
    ((-90, -180, 90, 180), {"Fiji", "Samoa", "Berlin", "Pole", "Line", "Same line"}),
    ((52, 13, 53, 14), {"Berlin"}),
    ((90, -180, 90, 180), {"Pole"}),
    ((0, 0, 0, 0), set()),
]


@pytest.mark.parametrize(("sides", "found"), BOXES)
async def test_a_box(world: Catalog, sides: tuple[float, ...], found: set[str]) -> None:
    box = dict(zip(("south", "west", "north", "east"), sides, strict=True))
    assert set(await titles(world, box=box)) == found
    assert set(await names(world, box=box)) == found
    for order in ("PRICE", "NEWEST", "DISCOUNT"):
        assert set(await titles(world, order, box=box)) == found


@pytest.mark.parametrize(
    ("sides", "named"),
    [
        ((1, 0, 0, 0), "south ABOVE_NORTH"),
        ((-91, 0, 0, 0), "south OUT_OF_RANGE"),
        ((0, 0, 90.5, 0), "north OUT_OF_RANGE"),
        ((0, -180.1, 0, 0), "west OUT_OF_RANGE"),
        ((0, 0, 0, 181), "east OUT_OF_RANGE"),
        ((10, 10, -15, 220), "east OUT_OF_RANGE, south ABOVE_NORTH"),
        ((10, -190, -15, 220), "west OUT_OF_RANGE, east OUT_OF_RANGE, south ABOVE_NORTH"),
        ((95, 10, -15, 220), "south OUT_OF_RANGE, east OUT_OF_RANGE"),
    ],
)
async def test_every_fault_of_a_box(catalog: Catalog, sides: tuple[float, ...], named: str) -> None:
    box = dict(zip(("south", "west", "north", "east"), sides, strict=True))
    expected = [(f"filter.box.{side}", code) for side, code in map(str.split, named.split(", "))]
    assert await faults(catalog, box=box) == expected
    assert (await catalog.ask(None, PLACES, filter={"box": box})).violations == expected


async def test_distance_is_told_where_near_was_given(world: Catalog) -> None:
    near = {"latitude": 52.0, "longitude": 13.405, "radiusKm": 100}
    for order in ("DISTANCE", "PRICE", "PICKUP_START"):
        (offer,) = await offers(world, order, near=near)
        assert offer["distance"] == pytest.approx(57.9, abs=0.3)
        assert offer["place"]["distance"] == offer["distance"]
    answer = await world.ask(None, PLACES, filter={"near": near})
    assert answer.data["places"]["edges"][0]["node"]["distance"] == offer["distance"]
    assert [each["distance"] for each in await offers(world)] == [None] * 6
    nested = """query($f: OfferFilter) { places { edges { node { name distance
      offers(filter: $f, orderBy: DISTANCE) { totalCount edges { node { distance } } } } } } }"""
    answer = await world.ask(None, nested, f={"near": near})
    at = {edge["node"]["name"]: edge["node"] for edge in answer.data["places"]["edges"]}
    assert at["Berlin"]["distance"] is None
    # a list of one place: what lies outside the circle is not in it
    assert at["Berlin"]["offers"]["edges"][0]["node"]["distance"] == offer["distance"]
    assert at["Fiji"]["offers"] == {"totalCount": 0, "edges": []}


async def test_diets(catalog: Catalog, owner: Person, customer: Person) -> None:
    place = await catalog.open_place(owner)
    said = {
        "Curry": ["VEGAN", "GLUTEN_FREE", "GLUTEN_FREE"],
        "Cheese": ["VEGETARIAN", "KOSHER"],
        "Lamb": ["HALAL", "LACTOSE_FREE"],
        "Bag": [],
    }
    made = {
        title: await catalog.publish_offer(owner, place, title=title, diets=diets)
        for title, diets in said.items()
    }
    found = {each["title"]: each["diets"] for each in await offers(catalog)}
    assert found == said | {"Curry": ["VEGAN", "GLUTEN_FREE"]}
    assert await titles(catalog, diets=["VEGAN"]) == ["Curry"]
    assert set(await titles(catalog, diets=["VEGETARIAN"])) == {"Curry", "Cheese"}
    assert await titles(catalog, diets=["VEGETARIAN", "KOSHER"]) == ["Cheese"]
    assert await titles(catalog, diets=["HALAL", "KOSHER"]) == []
    assert len(await titles(catalog, diets=[])) == 4
    # what a customer saw stays, and is not taken back while it is reserved
    held = await catalog.hold(customer, made["Lamb"])
    fewer = await catalog.ask(owner, UPDATE_OFFER, id=str(made["Lamb"]), input={"diets": ["HALAL"]})
    assert fewer.codes == ["CONFLICT"]
    more = ["HALAL", "LACTOSE_FREE", "GLUTEN_FREE"]
    changed = await catalog.ask(owner, UPDATE_OFFER, id=str(made["Lamb"]), input={"diets": more})
    assert changed.codes == []
    kept = "query($id: UUID!) { reservation(id: $id) { diets offer { diets } } }"
    answer = await catalog.ask(customer, kept, id=str(held.id))
    assert answer.data["reservation"] == {"diets": said["Lamb"], "offer": {"diets": more}}
    none = await catalog.ask(owner, UPDATE_OFFER, id=str(made["Bag"]), input={"diets": None})
    assert none.codes == ["BAD_USER_INPUT"]


async def test_discount(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    for title, price, original in (
        ("half", "5.00", "10.00"),
        ("almost half", "5.01", "10.00"),
        ("none", "10.00", "10.00"),
        ("gift", "0.00", "10.00"),
        ("free anyway", "0.00", "0.00"),
        ("a hair under half", "5000.01", "10000.00"),
    ):
        await catalog.publish_offer(owner, place, title=title, price=price, originalPrice=original)
    found = {each["title"]: each["discount"] for each in await offers(catalog, "DISCOUNT")}
    assert found == {
        "gift": 100,
        "half": 50,
        "a hair under half": 49,
        "almost half": 49,
        "none": 0,
        "free anyway": 0,
    }
    assert [*found][:4] == ["gift", "half", "a hair under half", "almost half"]
    assert await titles(catalog, "DISCOUNT", minDiscount=50) == ["gift", "half"]
    assert len(await titles(catalog, minDiscount=0)) == 6
    for wrong in (-1, 101):
        assert await faults(catalog, minDiscount=wrong) == [("filter.minDiscount", "OUT_OF_RANGE")]


async def test_prices_are_compared_within_a_currency(catalog: Catalog, owner: Person) -> None:
    euros = await catalog.open_place(owner, name="Euros")
    await catalog.publish_offer(owner, euros, title="two euros", price="2.00")
    assert await titles(catalog, maxPrice="300") == ["two euros"]  # one currency: no need to say
    yen = await catalog.open_place(
        owner, name="Yen", currency="JPY", timeZone="Asia/Tokyo", latitude=35.68, longitude=139.69
    )
    await catalog.publish_offer(owner, yen, title="yen", price="200", originalPrice="500")
    vienna = await catalog.open_place(
        owner, name="Euros, too", latitude=48.2, longitude=16.37, timeZone="Europe/Vienna"
    )
    await catalog.publish_offer(owner, vienna, title="three euros", price="3.00")
    # Nobody says which: what most places use, here or where is searched.
    assert await titles(catalog, maxPrice="300") == ["two euros", "three euros"]
    assert await titles(catalog, minPrice="300") == []
    around = {"latitude": 35.68, "longitude": 139.69, "radiusKm": 50}
    assert await titles(catalog, maxPrice="300", near=around) == ["yen"]
    assert await titles(catalog, maxPrice="300", currency="JPY") == ["yen"]
    assert await titles(catalog, maxPrice="300", currency="EUR") == ["two euros", "three euros"]
    assert await titles(catalog, maxPrice="300", placeId=str(yen)) == ["yen"]
    assert await titles(catalog, currency="USD") == []
    assert await faults(catalog, currency="XAU") == [("filter.currency", "UNKNOWN")]
    assert await faults(catalog, currency="JPY", maxPrice="1.5") == [
        ("filter.maxPrice", "NOT_AN_AMOUNT")
    ]
    nested = '{ places { edges { node { offers(filter: {maxPrice: "100"}) { totalCount } } } } }'
    answer = await catalog.ask(None, nested)
    counts = [edge["node"]["offers"]["totalCount"] for edge in answer.data["places"]["edges"]]
    assert counts == [1, 1, 0]


async def test_closed_places_use_no_currency(catalog: Catalog, owner: Person) -> None:
    """A country changed its own: who closed and opened anew is there twice."""
    close = "mutation($id: UUID!) { closePlace(id: $id) { closedAt } }"
    for _ in range(2):
        old = await catalog.open_place(owner, currency="BGN")
        assert (await catalog.ask(owner, close, id=str(old))).codes == []
    place = await catalog.open_place(owner)
    await catalog.publish_offer(owner, place, title="two euros", price="2.00")
    around = {"latitude": 52.52, "longitude": 13.405, "radiusKm": 50}
    assert await titles(catalog, maxPrice="300") == ["two euros"]
    assert await titles(catalog, maxPrice="300", near=around) == ["two euros"]


@pytest.mark.parametrize(
    ("currency", "fine", "shown", "too_fine"),
    [
        ("JPY", "250", "250", "250.5"),
        ("KRW", "1200.00", "1200", "0.01"),
        ("KWD", "1.25", "1.250", None),
        ("BHD", "0.005", "0.005", None),
        ("EUR", "2.5", "2.50", "2.505"),
    ],
)
async def test_amounts_by_currency(
    catalog: Catalog,
    owner: Person,
    customer: Person,
    currency: str,
    fine: str,
    shown: str,
    too_fine: str | None,
) -> None:
    """Read, shown, reserved, totalled: everywhere with the currency's own decimals."""
    place = await catalog.open_place(owner, currency=currency)
    given = {"price": fine, "originalPrice": "4000"}
    offer = await catalog.publish_offer(owner, place, **given)
    if too_fine is not None:
        refused = await catalog.ask(
            owner, CREATE_OFFER, input=offer_input(place, **given | {"price": too_fine})
        )
        assert refused.violations == [("input.price", "NOT_AN_AMOUNT")]
        change = {"id": str(offer), "input": {"price": too_fine}}
        refused = await catalog.ask(owner, UPDATE_OFFER, **change)
        assert refused.violations == [("input.price", "NOT_AN_AMOUNT")]
        refused = await catalog.reserve(customer, offer, price=too_fine)
        assert refused.violations == [("expectedPrice", "NOT_AN_AMOUNT")]
    changed = await catalog.reserve(customer, offer, price="3000")
    price = {"amount": shown, "currency": currency}
    assert changed.errors[0]["extensions"]["price"] == price
    held = await catalog.hold(customer, offer, 2)
    document = """query($id: UUID!, $place: UUID!) {
      reservation(id: $id) { unitPrice { amount currency } totalPrice { amount } }
      place(id: $place) { stats { revenue { amount } byProduct { revenue { amount } } } }
      offers { edges { node { price { amount currency } } } } }"""
    answer = await catalog.ask(owner, document, id=str(held.id), place=str(place))
    assert answer.data["reservation"]["unitPrice"] == price
    assert answer.data["offers"]["edges"][0]["node"]["price"] == price
    digits = len(shown.partition(".")[2])
    total = answer.data["reservation"]["totalPrice"]["amount"]
    assert float(total) == 2 * float(shown)
    assert len(total.partition(".")[2]) == digits
    revenue = answer.data["place"]["stats"]["revenue"]["amount"]
    assert revenue == f"{0:.{digits}f}"


async def test_counting_ends_at_a_thousand(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place)
    columns = """place_id, title, price_amount, original_price_amount, currency, quantity_total,
        quantity_available, pickup_start, pickup_end, status"""
    copy = f"""INSERT INTO offers (id, {columns}) SELECT gen_random_uuid(), {columns}
        FROM offers, generate_series(1, $2) WHERE id = $1"""
    for more, count, exact in ((999, 1000, True), (1, 1000, False)):
        await catalog.sql(copy, offer, more)
        document = """{ offers(first: 1) { totalCount totalCountIsExact }
          places { edges { node { offers(first: 0) { totalCount totalCountIsExact } } } } }"""
        answer = await catalog.ask(None, document)
        expected = {"totalCount": count, "totalCountIsExact": exact}
        assert answer.data["offers"] == expected
        assert answer.data["places"]["edges"][0]["node"]["offers"] == expected


async def test_counting_ends_where_many_are_looked_at(
    catalog: Catalog, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await catalog.open_place(owner)
    for title in ("Bread", "Soup", "Cake"):
        await catalog.publish_offer(owner, place, title=title)
    monkeypatch.setattr(bounded_reads, "FAIRLY_CHEAP", 0)
    monkeypatch.setattr(bounded_reads, "TELLING", 1)
    document = """query($filter: OfferFilter) {
      offers(first: 1, filter: $filter) { totalCount totalCountIsExact } }"""
    for looked_at, gathered, text, expected in (
        (2, 10**6, None, {"totalCount": 2, "totalCountIsExact": False}),
        (2, 10**6, "nothing", {"totalCount": 0, "totalCountIsExact": True}),
        (2, 0, "nothing", {"totalCount": 0, "totalCountIsExact": False}),
        (4, 0, None, {"totalCount": 3, "totalCountIsExact": True}),
        (4, 0, "nothing", {"totalCount": 0, "totalCountIsExact": True}),
    ):
        monkeypatch.setattr(bounded_reads, "MOST_LOOKED_AT", looked_at)
        monkeypatch.setattr(bounded_reads, "MOST_GATHERED", gathered)
        answer = await catalog.ask(None, document, filter={"text": text})
        assert answer.data["offers"] == expected


async def test_offers_of_kinds_of_places(catalog: Catalog, owner: Person) -> None:
    for name, category in (("Oven", "BAKERY"), ("Shelf", "GROCERY"), ("Corner", None)):
        place = await catalog.open_place(owner, name=name, category=category, **BERLIN)
        await catalog.publish_offer(owner, place, title=name)
    assert await titles(catalog, category=["BAKERY"]) == ["Oven"]
    assert set(await titles(catalog, category=["BAKERY", "GROCERY"])) == {"Oven", "Shelf"}
    assert await titles(catalog, category=["HOTEL"]) == []
    assert await titles(catalog, category=[]) == []
    assert set(await titles(catalog, category=None)) == {"Oven", "Shelf", "Corner"}
    near = {**BERLIN, "radiusKm": 5}
    for order in ("PRICE", "NEWEST", "DISCOUNT", "DISTANCE"):
        assert await titles(catalog, order, category=["GROCERY"], near=near) == ["Shelf"]
    assert await titles(catalog, "RELEVANCE", category=["BAKERY"], text="oven") == ["Oven"]
    assert await titles(catalog, category=["BAKERY"], text="shelf") == []
    for kind in ("bakery", "CASTLE", 1):
        answer = await catalog.ask(None, FIND, filter={"category": [kind]})
        assert answer.codes == ["BAD_USER_INPUT"], kind


async def test_page_and_count_ask_once_what_both_need(catalog: Catalog, owner: Person) -> None:
    """Which currency is meant, and what the words may mean."""
    await catalog.publish_offer(owner, await catalog.open_place(owner), title="Bread")
    with counted_statements() as sent:
        assert await titles(catalog, text="bread", minPrice="1.00") == ["Bread"]
    assert sum("GROUP BY places.currency" in each for each in sent) == 1
    assert sum("search_words" in each for each in sent) == 1


async def test_a_tags_fault_is_told_where_it_was_sent(catalog: Catalog) -> None:
    assert await faults(catalog, tags=["vegan", " Vegan", "VEGAN", "", "ra\u0007w"]) == [
        ("filter.tags.3", "TOO_SHORT"),
        ("filter.tags.4", "UNPRINTABLE"),
    ]
