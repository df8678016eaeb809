"""Values that cannot be read and rules that are broken are told in one answer (case 131)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.catalog_service.desk import CREATE
from tests.catalog_service.kit import (
    CREATE_OFFER,
    CREATE_PLACE,
    UPDATE_OFFER,
    Catalog,
    Person,
    offer_input,
)
from tests.catalog_service.moderating import COPY

FOUND = "query($filter: OfferFilter!) { offers(filter: $filter) { totalCount } }"
PLACE = UUID(int=1)
UNREAD = "INVALID_VALUE"


async def test_a_new_offer(catalog: Catalog, owner: Person) -> None:
    given = offer_input(PLACE, title="", price="cheap", quantityTotal=0, tags=["a", "b\0"])
    answer = await catalog.ask(owner, CREATE_OFFER, input=given | {"pickupEnd": "tomorrow"})
    assert set(answer.codes) == {"BAD_USER_INPUT"}
    assert sorted(answer.violations) == [
        ("input.pickupEnd", UNREAD),
        ("input.price", UNREAD),
        ("input.quantityTotal", "OUT_OF_RANGE"),
        ("input.tags.1", "UNPRINTABLE"),
        ("input.title", "TOO_SHORT"),
    ]
    assert await catalog.sql("SELECT 1 FROM offers") == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        # what would hold against a value that cannot be read is not told
        ({"originalPrice": "x", "price": "5"}, []),
        ({"price": "x", "originalPrice": "0.5"}, []),
        ({"pickupStart": "x", "pickupEnd": "2049-01-01T00:00:00Z"}, []),
        ({"pickupEnd": "x", "pickupStart": "2051-01-01T00:00:00Z"}, []),
        (
            {"placeId": "x", "pickupEnd": "2020-01-01T00:00:00Z"},
            [("input.pickupEnd", "NOT_AFTER_START")],
        ),
        ({"placeId": "x", "price": "6"}, [("input.price", "ABOVE_ORIGINAL")]),
    ],
)
async def test_of_two_values_one_cannot_be_read(
    catalog: Catalog, owner: Person, changes: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    answer = await catalog.ask(owner, CREATE_OFFER, input=offer_input(PLACE) | changes)
    unread = (f"input.{next(iter(changes))}", UNREAD)
    assert answer.violations == [unread, *found]


@pytest.mark.parametrize(
    ("document", "given", "found"),
    [
        (
            UPDATE_OFFER,
            {"price": "x", "title": "", "maxPerCustomer": 0},
            [("input.maxPerCustomer", "OUT_OF_RANGE"), ("input.title", "TOO_SHORT")],
        ),
        (UPDATE_OFFER, {"price": "x", "title": None}, [("input.title", "NULL")]),
        (UPDATE_OFFER, {"pickupStart": "x", "pickupEnd": "2020-01-01T00:00:00Z"}, []),
        (
            COPY,
            {"pickupStart": "x", "pickupEnd": "2049-01-01T00:00:00Z", "quantityTotal": -1},
            [("input.quantityTotal", "OUT_OF_RANGE")],
        ),
    ],
)
async def test_changes(
    catalog: Catalog,
    owner: Person,
    document: str,
    given: dict[str, Any],
    found: list[tuple[str, str]],
) -> None:
    answer = await catalog.ask(owner, document, id=str(uuid4()), input=given)
    unread = (f"input.{next(iter(given))}", UNREAD)
    assert sorted(answer.violations) == sorted([unread, *found])


async def test_a_place_and_a_schedule(catalog: Catalog, owner: Person) -> None:
    where = {"address": "A", "latitude": 91, "longitude": 0, "timeZone": "UTC", "currency": "EUR"}
    hours = [{"weekday": "MONDAY", "opens": "9", "closes": "17:00"}]
    place = {"name": "", "phone": "1", "openingHours": hours}
    made = await catalog.ask(owner, CREATE_PLACE, input=where | place)
    assert sorted(made.violations) == [
        ("input.latitude", "OUT_OF_RANGE"),
        ("input.name", "TOO_SHORT"),
        ("input.openingHours.0.opens", UNREAD),
        ("input.phone", "NOT_A_PHONE_NUMBER"),
    ]
    schedule = {
        "placeId": str(PLACE),
        "title": " ",
        "price": "2",
        "originalPrice": "1",
        "quantityTotal": 1,
        "pickupStart": "25:00",
        "pickupEnd": "12:00",
        "weekdays": [],
    }
    planned = await catalog.ask(owner, CREATE, input=schedule)
    assert sorted(planned.violations) == [
        ("input.pickupStart", UNREAD),
        ("input.price", "ABOVE_ORIGINAL"),
        ("input.title", "TOO_SHORT"),
        ("input.weekdays", "EMPTY"),
    ]


async def test_a_search(catalog: Catalog) -> None:
    given = {"minPrice": "x", "maxPrice": "-1", "minDiscount": 101, "text": "a" * 201}
    answer = await catalog.ask(None, FOUND, filter=given)
    assert sorted(answer.violations) == [
        ("filter.maxPrice", "NOT_AN_AMOUNT"),
        ("filter.minDiscount", "OUT_OF_RANGE"),
        ("filter.minPrice", UNREAD),
        ("filter.text", "TOO_LONG"),
    ]


@pytest.mark.parametrize(
    "given", [None, [], {}, {"price": []}, {"price": {"a": 1}}, {"tags": "x"}, {"nothing": 1}]
)
async def test_what_is_no_such_input_is_refused_as_before(
    catalog: Catalog, owner: Person, given: Any
) -> None:
    answer = await catalog.ask(owner, UPDATE_OFFER, id="x", input=given)
    assert set(answer.codes) == {"BAD_USER_INPUT"}
    assert ("id", UNREAD) in answer.violations
