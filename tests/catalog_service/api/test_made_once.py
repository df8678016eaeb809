"""What is made with a key is made once, however often a client asks that lost the answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.catalog_service.desk import WEEK
from tests.catalog_service.kit import (
    DELETE_OFFER,
    HOUR,
    Answer,
    Catalog,
    Person,
    offer_input,
    place_input,
)

PLACE = """mutation($input: CreatePlaceInput!, $key: String) {
  made: createPlace(input: $input, idempotencyKey: $key) { id } }"""
OFFER = """mutation($input: CreateOfferInput!, $key: String) {
  made: createOffer(input: $input, idempotencyKey: $key) { id } }"""
COPY = """mutation($id: UUID!, $input: CopyOfferInput!, $key: String) {
  made: copyOffer(id: $id, input: $input, idempotencyKey: $key) { id } }"""
SCHEDULE = """mutation($input: CreateScheduleInput!, $key: String) {
  made: createSchedule(input: $input, idempotencyKey: $key) { id } }"""


def wish(kind: str, place: UUID, offer: UUID, title: str) -> tuple[str, dict[str, Any]]:
    """The operation that makes something, and its variables."""
    given = offer_input(place, title=title)
    window = {name: given[name] for name in ("pickupStart", "pickupEnd")}
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "places": (PLACE, {"input": place_input(name=title)}),
        "offers": (OFFER, {"input": given}),
        "copies": (COPY, {"id": str(offer), "input": window | {"quantityTotal": len(title)}}),
        "schedules": (
            SCHEDULE,
            {
                "input": {
                    "placeId": str(place),
                    "title": title,
                    "price": "2.50",
                    "originalPrice": "5.00",
                    "quantityTotal": 3,
                    "weekdays": WEEK,
                    "pickupStart": "17:00",
                    "pickupEnd": "18:00",
                    "firstDay": (datetime.now(UTC) + timedelta(days=30)).date().isoformat(),
                }
            },
        ),
    }
    return kinds[kind]


@pytest.mark.parametrize("kind", ["places", "offers", "copies", "schedules"])
async def test_a_key_makes_one(catalog: Catalog, owner: Person, kind: str) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.draft_offer(owner, place)
    document, given = wish(kind, place, offer, "Bread")
    other = wish(kind, place, offer, "Cake")[1]

    async def made(person: Person, variables: dict[str, Any], key: str | None) -> Answer:
        return await catalog.ask(person, document, **variables, key=key)

    answers = await asyncio.gather(*(made(owner, given, "a") for _ in range(5)))
    (first,) = {each.data["made"]["id"] for each in answers}
    assert (await made(owner, given, "a")).data["made"]["id"] == first
    assert (await made(owner, other, "a")).codes == ["CONFLICT"]
    for key in ("b", None):
        assert (await made(owner, given, key)).data["made"]["id"] != first
    for key in ("", "x" * 201):
        assert (await made(owner, given, key)).violations[0][0] == "idempotencyKey"
    if kind == "places":  # a key is its user's
        assert (await made(Person("partner"), given, "a")).data["made"]["id"] != first


async def test_a_wish_that_was_refused_uses_no_key_up(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    faulty = offer_input(place, price="-1")
    assert (await catalog.ask(owner, OFFER, input=faulty, key="a")).codes == ["BAD_USER_INPUT"]
    assert (await catalog.ask(owner, OFFER, input=offer_input(place), key="a")).codes == []


async def test_what_it_made_is_answered_as_it_stands(catalog: Catalog, owner: Person) -> None:
    """Also when its window is over by then; not when it was deleted."""
    place = await catalog.open_place(owner)
    given = {"input": offer_input(place), "key": "a"}
    first = UUID((await catalog.ask(owner, OFFER, **given)).data["made"]["id"])
    await catalog.shift(-9 * HOUR, first)
    assert (await catalog.ask(owner, OFFER, **given)).data["made"]["id"] == str(first)
    assert (await catalog.ask(owner, DELETE_OFFER, id=str(first))).codes == []
    assert (await catalog.ask(owner, OFFER, **given)).codes == ["NOT_FOUND"]


async def test_a_key_is_forgotten_after_a_week(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    given = {"input": offer_input(place), "key": "a"}
    first = (await catalog.ask(owner, OFFER, **given)).data["made"]["id"]
    await catalog.sql("UPDATE creations SET created_at = created_at - interval '8 days'")
    assert (await catalog.ask(owner, OFFER, **given)).data["made"]["id"] != first
    assert len(await catalog.sql("SELECT 1 FROM creations")) == 1
