"""Copies, drafts again, and portions sold to who walks in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.catalog_service.kit import (
    CLOSE_PLACE,
    DELETE_OFFER,
    HOUR,
    UPDATE_OFFER,
    Answer,
    Catalog,
    Person,
)
from tests.catalog_service.moderating import CLOSE_DOWN, REOPEN, RESTORE, TAKE_DOWN, WHY

COPY = """mutation($id: UUID!, $input: CopyOfferInput!) {
  copyOffer(id: $id, input: $input) {
    id status title quantityTotal quantityAvailable price { amount } tags allergens
    maxPerCustomer pickupStart
  }
}"""
SELL = """mutation($id: UUID!, $quantity: Int!, $key: String) {
  sellAtCounter(offerId: $id, quantity: $quantity, idempotencyKey: $key) {
    id quantityAvailable quantityTotal
  }
}"""
FIGURES = """query($id: UUID!) { offer(id: $id) { stats {
  reservations pickups soldAtCounter revenue { amount } saved { amount }
  days { soldAtCounter } byProduct { soldAtCounter revenue { amount } }
} } }"""


def later(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def window(start: float = 24, end: float = 26) -> dict[str, str]:
    return {"pickupStart": later(start), "pickupEnd": later(end)}


async def sell(
    catalog: Catalog, person: Person, offer: UUID, quantity: int, key: str | None = None
) -> Answer:
    return await catalog.ask(person, SELL, id=str(offer), quantity=quantity, key=key)


async def copy(catalog: Catalog, person: Person, offer: UUID, **given: Any) -> Answer:
    return await catalog.ask(person, COPY, id=str(offer), input=given)


async def test_a_copy_is_a_draft_with_a_window_of_its_own(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    said = {"tags": ["bread"], "allergens": ["GLUTEN"], "maxPerCustomer": 2}
    offer = await catalog.publish_offer(owner, place, **said)
    await catalog.hold(customer, offer, 2)
    await catalog.set_status(owner, offer, "CANCELLED")
    given = window()
    same = (await copy(catalog, owner, offer, **given)).data["copyOffer"]
    assert same.pop("id") != str(offer)
    assert datetime.fromisoformat(same.pop("pickupStart")) == datetime.fromisoformat(
        given["pickupStart"]
    )
    assert same == {
        "status": "DRAFT",
        "title": "Yesterday's bread",
        "quantityTotal": 10,
        "quantityAvailable": 10,
        "price": {"amount": "2.50"},
        **said,
    }
    other = await copy(catalog, owner, offer, **window(), quantityTotal=3, price="1.00")
    assert other.data["copyOffer"]["quantityAvailable"] == 3
    assert other.data["copyOffer"]["price"]["amount"] == "1.00"


async def test_faults_of_a_copy_are_named(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    offer = await catalog.draft_offer(owner, await catalog.open_place(owner))
    wrong = await copy(catalog, owner, offer, **window(3, 1), quantityTotal=0, price="9.00")
    assert set(wrong.violations) == {
        ("input.pickupEnd", "NOT_AFTER_START"),
        ("input.quantityTotal", "OUT_OF_RANGE"),
        ("input.price", "ABOVE_ORIGINAL"),
    }
    past = await copy(catalog, owner, offer, **window(-3, -1))
    assert past.violations == [("input.pickupEnd", "IN_THE_PAST")]
    both = await copy(catalog, owner, offer, **window(-3, -1), quantityTotal=0)
    assert set(both.violations) == {*past.violations, ("input.quantityTotal", "OUT_OF_RANGE")}
    null = await copy(catalog, owner, offer, **window(), quantityTotal=None)
    assert null.violations == [("input.quantityTotal", "NULL")]
    assert (await copy(catalog, stranger, offer, **window())).codes == ["NOT_FOUND"]


async def test_a_closed_place_gets_no_copies(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.draft_offer(owner, place)
    await catalog.ask(owner, CLOSE_PLACE, id=str(place))
    assert (await copy(catalog, owner, offer, **window())).codes == ["NOT_FOUND"]


async def test_a_paused_offer_that_nobody_reserved_is_a_draft_again(
    catalog: Catalog, owner: Person
) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place)
    assert (await catalog.set_status(owner, offer, "DRAFT")).codes == ["CONFLICT"]
    await catalog.set_status(owner, offer, "PAUSED")
    again = await catalog.set_status(owner, offer, "DRAFT")
    assert again.data["setOfferStatus"]["status"] == "DRAFT"
    assert (await catalog.ask(owner, DELETE_OFFER, id=str(offer))).codes == []
    assert await catalog.sql("SELECT 1 FROM offers") == []


@pytest.mark.parametrize("what", ["reserved", "given back", "sold"])
async def test_what_somebody_took_is_no_draft_again(
    catalog: Catalog, owner: Person, customer: Person, what: str
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    if what == "sold":
        assert (await sell(catalog, owner, offer, 1)).codes == []
    else:
        held = await catalog.hold(customer, offer)
    if what == "given back":
        cancel = "mutation($id: UUID!) { cancelReservation(id: $id) { id } }"
        assert (await catalog.ask(customer, cancel, id=str(held.id))).codes == []
    await catalog.set_status(owner, offer, "PAUSED")
    assert (await catalog.set_status(owner, offer, "DRAFT")).codes == ["CONFLICT"]


async def test_a_sale_leaves_the_stock_and_counts(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    staff = Person("partner")
    await catalog.link(owner, place, staff, "STAFF")
    offer = await catalog.publish_offer(owner, place)
    sold = await sell(catalog, staff, offer, 3)
    assert sold.data["sellAtCounter"] == {
        "id": str(offer),
        "quantityAvailable": 7,
        "quantityTotal": 10,
    }
    await catalog.set_status(owner, offer, "PAUSED")
    assert (await sell(catalog, owner, offer, 1)).codes == []
    found = (await catalog.ask(owner, FIGURES, id=str(offer))).data["offer"]["stats"]
    assert found == {
        "reservations": 0,
        "pickups": 0,
        "soldAtCounter": 4,
        "revenue": {"amount": "10.00"},
        "saved": {"amount": "10.00"},
        "days": [{"soldAtCounter": 4}],
        "byProduct": [{"soldAtCounter": 4, "revenue": {"amount": "10.00"}}],
    }
    fewer = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"quantityTotal": 3})
    assert fewer.errors[0]["extensions"]["minimum"] == 4


async def test_a_key_sells_once(catalog: Catalog, owner: Person) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    answers = await asyncio.gather(*(sell(catalog, owner, offer, 2, "till-1") for _ in range(8)))
    assert [answer.codes for answer in answers] == [[]] * 8
    assert await catalog.stock(offer) == (8, 10)
    assert (await sell(catalog, owner, offer, 3, "till-1")).codes == ["CONFLICT"]
    assert await catalog.stock(offer) == (8, 10)


async def test_the_last_portion_sold_with_a_key_is_sold_once(
    catalog: Catalog, owner: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner), quantityTotal=1)
    assert (await sell(catalog, owner, offer, 1, "last")).codes == []
    assert (await sell(catalog, owner, offer, 1, "last")).codes == []
    assert (await sell(catalog, owner, offer, 1, "other")).codes == ["SOLD_OUT"]


@pytest.mark.parametrize(("left", "said"), [(1, "1 portion left"), (2, "2 portions left")])
async def test_how_many_are_left_is_said(
    catalog: Catalog, owner: Person, customer: Person, left: int, said: str
) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place, quantityTotal=left + 1)
    await catalog.hold(customer, offer)
    for answer in (
        await sell(catalog, owner, offer, left + 1),
        await catalog.reserve(customer, offer, left + 1),
    ):
        (error,) = answer.errors
        assert (error["message"], answer.codes) == (f"Only {said}.", ["SOLD_OUT"])
        assert error["extensions"]["quantityAvailable"] == left


async def test_counter_and_customers_never_take_more_than_there_is(
    catalog: Catalog, owner: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner), quantityTotal=20)
    customers = [Person() for _ in range(20)]
    answers = await asyncio.gather(
        *(catalog.reserve(each, offer) for each in customers),
        *(sell(catalog, owner, offer, 1) for _ in range(20)),
    )
    assert sorted(code for answer in answers for code in answer.codes) == ["SOLD_OUT"] * 20
    assert await catalog.stock(offer) == (0, 20)
    reserved = len(await catalog.statuses(offer))
    sold = (await catalog.sql("SELECT coalesce(sum(quantity), 0) FROM counter_sales"))[0][0]
    assert reserved + sold == 20


async def test_when_nothing_is_sold(catalog: Catalog, owner: Person, stranger: Person) -> None:
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    assert (await sell(catalog, owner, draft, 1)).codes == ["OFFER_CLOSED"]
    offer = await catalog.publish_offer(owner, place)
    assert (await sell(catalog, stranger, offer, 1)).codes == ["NOT_FOUND"]
    assert (await sell(catalog, owner, offer, 11)).codes == ["SOLD_OUT"]
    assert (await sell(catalog, owner, offer, 0)).violations == [("quantity", "OUT_OF_RANGE")]
    assert (await sell(catalog, owner, offer, 1, "")).violations == [
        ("idempotencyKey", "TOO_SHORT")
    ]
    await catalog.shift(-3.9 * HOUR, offer)  # 54 minutes after its window
    assert (await sell(catalog, owner, offer, 1)).codes == []
    await catalog.shift(-0.2 * HOUR, offer)
    assert (await sell(catalog, owner, offer, 1)).codes == ["OFFER_CLOSED"]


async def test_what_is_withheld_is_not_sold_at_the_counter_either(
    catalog: Catalog, owner: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    staff = Person("partner")
    await catalog.link(owner, place, staff, "STAFF")
    offer = await catalog.publish_offer(owner, place)

    async def sold(quantity: int = 1) -> list[str]:
        wish = {"id": str(offer), "quantity": quantity}
        codes = [(await catalog.ask(each, SELL, **wish)).codes for each in (staff, admin)]
        assert codes[0] == codes[1]
        return codes[0]

    assert await sold() == []
    for down, back, which in ((TAKE_DOWN, RESTORE, offer), (CLOSE_DOWN, REOPEN, place)):
        assert (await catalog.ask(admin, down, id=str(which), why=WHY)).codes == []
        assert await sold() == await sold(1000) == ["OFFER_CLOSED"]
        assert (await catalog.ask(admin, back, id=str(which), why=WHY)).codes == []
        assert await sold() == []
    await catalog.tell(owner, 2, isSuspended=True)
    assert await sold() == ["OFFER_CLOSED"]
    await catalog.tell(owner, 3)
    assert await sold() == []
    await catalog.tell(owner, 4, role="user")
    assert await sold() == ["OFFER_CLOSED"]
    assert await catalog.stock(offer) == (2, 10)
