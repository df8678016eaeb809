"""Bad input: a clear error that names every fault; nothing stored, nothing assumed."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.catalog_service.kit import (
    CREATE_OFFER,
    CREATE_PLACE,
    OFFER,
    RESERVE,
    UPDATE_OFFER,
    Catalog,
    Person,
    offer_input,
)


@pytest.fixture
async def place(catalog: Catalog, owner: Person) -> Any:
    """A place of the owner."""
    return await catalog.open_place(owner)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"title": "a\0b"}, ("input.title", "UNPRINTABLE")),
        ({"title": "\u202eevil"}, ("input.title", "UNPRINTABLE")),
        ({"title": "x\u200f"}, ("input.title", "UNPRINTABLE")),
        ({"title": "two\nlines"}, ("input.title", "UNPRINTABLE")),
        ({"title": "  "}, ("input.title", "TOO_SHORT")),
        ({"title": "x" * 121}, ("input.title", "TOO_LONG")),
        ({"description": "x" * 900_000}, ("input.description", "TOO_LONG")),
        ({"tags": ["x"] * 21}, ("input.tags", "TOO_MANY")),
        ({"tags": ["fine", ""]}, ("input.tags.1", "TOO_SHORT")),
        ({"price": "-0.01"}, ("input.price", "NOT_AN_AMOUNT")),
        ({"price": "5.01"}, ("input.price", "ABOVE_ORIGINAL")),
        ({"originalPrice": "99999999999.00"}, ("input.originalPrice", "NOT_AN_AMOUNT")),
        ({"quantityTotal": 0}, ("input.quantityTotal", "OUT_OF_RANGE")),
        ({"quantityTotal": 2**31 - 1}, ("input.quantityTotal", "OUT_OF_RANGE")),
        ({"pickupStart": "9999-12-31T23:59:59Z"}, ("input.pickupStart", "OUT_OF_RANGE")),
        ({"imageUrls": ["javascript:alert(1)"]}, ("input.imageUrls.0", "NOT_A_PUBLIC_URL")),
        ({"imageUrls": ["data:image/png;base64,AAAA"]}, ("input.imageUrls.0", "NOT_A_PUBLIC_URL")),
        ({"imageUrls": ["http://images.example.com/a"]}, ("input.imageUrls.0", "NOT_A_PUBLIC_URL")),
        ({"imageUrls": ["https://169.254.169.254/"]}, ("input.imageUrls.0", "NOT_A_PUBLIC_URL")),
        ({"imageUrls": ["https://[::1]/"]}, ("input.imageUrls.0", "NOT_A_PUBLIC_URL")),
        ({"imageUrls": ["https://2130706433/"]}, ("input.imageUrls.0", "NOT_A_PUBLIC_URL")),
        ({"imageUrls": ["https://db.internal/"]}, ("input.imageUrls.0", "NOT_A_PUBLIC_URL")),
    ],
)
async def test_a_rule_is_broken(
    catalog: Catalog, owner: Person, place: Any, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    answer = await catalog.ask(owner, CREATE_OFFER, input=offer_input(place, **changes))
    assert answer.codes == ["BAD_USER_INPUT"]
    assert fault in answer.violations
    assert await catalog.sql("SELECT 1 FROM offers") == []


async def test_every_fault_is_named_at_once(catalog: Catalog, owner: Person, place: Any) -> None:
    given = offer_input(place, title="", price="-1", quantityTotal=0, tags=["a\0"])
    answer = await catalog.ask(owner, CREATE_OFFER, input=given)
    assert answer.violations == [
        ("input.title", "TOO_SHORT"),
        ("input.price", "NOT_AN_AMOUNT"),
        ("input.quantityTotal", "OUT_OF_RANGE"),
        ("input.tags.0", "UNPRINTABLE"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"quantityTotal": 2**31},
        {"quantityTotal": 2**63},
        {"quantityTotal": 1.5},
        {"quantityTotal": "10"},
        {"price": 2.5},
        {"price": "1e400"},
        {"price": "NaN"},
        {"price": "2.505"},
        {"placeId": "not-a-uuid"},
        {"pickupStart": "2083-01-01T10:00:00"},
        {"pickupStart": "tomorrow"},
        {"allergens": ["WATER"]},
        {"quantityAvailable": 1000},
        {"createdAt": "2020-01-01T00:00:00Z"},
        {"status": "ACTIVE"},
        {"currency": "USD"},
        {"deletedAt": None},
    ],
)
async def test_a_value_does_not_fit_or_cannot_be_assigned(
    catalog: Catalog, owner: Person, place: Any, changes: dict[str, Any]
) -> None:
    answer = await catalog.ask(owner, CREATE_OFFER, input=offer_input(place, **changes))
    assert answer.codes == ["BAD_USER_INPUT"]
    assert await catalog.sql("SELECT 1 FROM offers") == []


@pytest.mark.parametrize("name", ["placeId", "quantityAvailable", "createdAt", "status", "id"])
async def test_updates_assign_nothing_else(
    catalog: Catalog, owner: Person, place: Any, name: str
) -> None:
    offer = await catalog.draft_offer(owner, place)
    answer = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={name: str(uuid4())})
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_lone_surrogates_never_reach_the_database(catalog: Catalog, owner: Person) -> None:
    body = orjson.dumps({"query": '{ offers(filter: {text: "?"}) { edges { cursor } } }'})
    response = await catalog.http.post(
        "/graphql",
        content=body.replace(b"?", b"\\ud800"),
        headers={"Content-Type": "application/json"},
    )
    code = response.json()["errors"][0]["extensions"]["code"]
    assert code in {"BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"timeZone": "Mars/Olympus"}, "input.timeZone"),
        ({"timeZone": "../../etc/passwd"}, "input.timeZone"),
        ({"currency": "eur"}, "input.currency"),
        ({"currency": "XAU"}, "input.currency"),
        ({"currency": "ABC"}, "input.currency"),
        ({"latitude": 90.1}, "input.latitude"),
        ({"longitude": -181}, "input.longitude"),
        ({"name": ""}, "input.name"),
        ({"address": "x" * 301}, "input.address"),
    ],
)
async def test_a_place_that_cannot_be(
    catalog: Catalog, owner: Person, changes: dict[str, Any], fault: str
) -> None:
    given = {
        "name": "Corner",
        "address": "Street 1",
        "latitude": 0,
        "longitude": 0,
        "timeZone": "UTC",
        "currency": "EUR",
    }
    answer = await catalog.ask(owner, CREATE_PLACE, input=given | changes)
    assert [path for path, _ in answer.violations] == [fault]


@pytest.mark.parametrize("first", [-1, 101, 99_999_999])
@pytest.mark.parametrize("field", ["offers", "places", "myPlaces"])
async def test_a_page_has_bounds(catalog: Catalog, owner: Person, field: str, first: int) -> None:
    answer = await catalog.ask(owner, f"{{ {field}(first: {first}) {{ edges {{ cursor }} }} }}")
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.violations == [("first", "OUT_OF_RANGE")]


@pytest.mark.parametrize("after", ["", "x", "WyJhIl0", "é", "W10=", "9" * 2000])
async def test_a_cursor_is_forged(catalog: Catalog, after: str) -> None:
    document = "query($after: String) { offers(after: $after) { edges { cursor } } }"
    answer = await catalog.ask(None, document, after=after)
    assert answer.violations == [("after", "INVALID_CURSOR")]


async def test_a_cursor_without_its_key(catalog: Catalog, owner: Person) -> None:
    await catalog.publish_offer(owner, await catalog.open_place(owner))
    document = """query($by: OfferOrder!, $after: String) {
      offers(filter: {text: "bread", status: [ACTIVE]}, orderBy: $by, after: $after) {
        edges { cursor } } }"""
    for order in ("RELEVANCE", "PRICE"):
        answer = await catalog.ask(None, document, by=order)
        cursor = answer.data["offers"]["edges"][0]["cursor"]
        mark, _, identity = orjson.loads(urlsafe_b64decode(cursor + "=="))
        forged = urlsafe_b64encode(orjson.dumps([mark, None, identity])).decode()
        answer = await catalog.ask(None, document, by=order, after=forged)
        assert answer.violations == [("after", "INVALID_CURSOR")]


@pytest.mark.parametrize(
    ("quantity", "key", "fault"),
    [
        (0, "k", ("quantity", "OUT_OF_RANGE")),
        (-1, "k", ("quantity", "OUT_OF_RANGE")),
        (1001, "k", ("quantity", "OUT_OF_RANGE")),
        (1, "", ("idempotencyKey", "TOO_SHORT")),
        (1, "x" * 201, ("idempotencyKey", "TOO_LONG")),
        (1, "a\0", ("idempotencyKey", "UNPRINTABLE")),
    ],
)
async def test_a_wish_that_cannot_be(
    catalog: Catalog, customer: Person, quantity: int, key: str, fault: tuple[str, str]
) -> None:
    wish = {"offerId": str(uuid4()), "quantity": quantity, "key": key}
    answer = await catalog.ask(customer, RESERVE, **wish)
    assert answer.violations == [fault]


async def test_a_bad_id_is_not_repeated(catalog: Catalog) -> None:
    answer = await catalog.ask(None, OFFER, id="'; DROP TABLE offers; --")
    assert answer.codes == ["BAD_USER_INPUT"]
    assert "DROP" not in str(answer.body)


@pytest.mark.parametrize("text", ["%", "_", "\\", "a%b", "' OR 1=1", "x" * 200])
async def test_search_takes_wildcards_literally(
    catalog: Catalog, owner: Person, place: Any, text: str
) -> None:
    await catalog.publish_offer(owner, place, title="ab")
    document = "query($text: String) { offers(filter: {text: $text}) { edges { cursor } } }"
    assert (await catalog.ask(None, document, text=text)).data["offers"]["edges"] == []


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ("query ($v: Int) { offers(first: $v) { edges { cursor } } }", "first"),
        ("query ($v: OfferOrder) { offers(orderBy: $v) { edges { cursor } } }", "orderBy"),
        ("query ($v: OfferOrder = null) { offers(orderBy: $v) { edges { cursor } } }", "orderBy"),
    ],
)
async def test_a_variable_that_makes_an_argument_null(
    catalog: Catalog, owner: Person, document: str, place: str
) -> None:
    """It is valid, since the argument has a default; so only running it finds the fault."""
    answer = await catalog.ask(owner, document, v=None)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.violations == [(place, "INVALID_VALUE")]
    assert "not to be null" in answer.errors[0]["message"]
    assert "$" not in answer.errors[0]["message"]
