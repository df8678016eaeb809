"""Reserving: exactly once, never more than there is, whoever comes when."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import asyncpg
import pytest

from tests.catalog_service.kit import (
    CANCEL,
    UPDATE_OFFER,
    Catalog,
    Person,
    running_catalog,
)


@pytest.mark.parametrize("portions", [1, 100])
async def test_five_hundred_customers_and_the_last_portions(
    catalog: Catalog, owner: Person, portions: int
) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place, quantityTotal=portions)
    answers = await asyncio.gather(*(catalog.reserve(Person(), offer) for _ in range(500)))
    outcomes = Counter(answer.codes[0] if answer.codes else "RESERVED" for answer in answers)
    assert outcomes == {"RESERVED": portions, "SOLD_OUT": 500 - portions}
    assert await catalog.stock(offer) == (0, portions)
    assert len(await catalog.statuses(offer)) == portions
    codes = [row[0] for row in await catalog.sql("SELECT pickup_code FROM reservations")]
    assert len(set(codes)) == portions


async def test_a_rush_leaves_room_for_readers(
    database_url: str, owner: Person, customer: Person
) -> None:
    """Every writer waits for a row that somebody holds; reading needs no patience."""
    async with running_catalog(
        database_url, database_pool_size=4, database_timeout_seconds=30.0
    ) as catalog:
        offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
        holder = await asyncpg.connect(database_url)
        held = holder.transaction()
        await held.start()
        await holder.execute("SELECT 1 FROM offers WHERE id = $1 FOR UPDATE", offer)
        rush = [asyncio.create_task(catalog.reserve(Person(), offer)) for _ in range(50)]
        for _ in range(10):
            found = await catalog.ask(None, "{ offers { edges { cursor } } }")
            assert len(found.data["offers"]["edges"]) == 1
        assert not any(each.done() for each in rush)
        await held.rollback()
        await holder.close()
        answers = await asyncio.gather(*rush)
    assert sum(not answer.codes for answer in answers) == 10


async def test_one_key_twenty_times_is_one_reservation(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    answers = await asyncio.gather(
        *(catalog.reserve(customer, offer, 2, "one key") for _ in range(20))
    )
    assert len({answer.data["reserveOffer"]["id"] for answer in answers}) == 1
    assert await catalog.stock(offer) == (8, 10)


async def test_a_key_belongs_to_its_wish_and_its_user(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    first = (await catalog.reserve(customer, offer, 1, "key")).data["reserveOffer"]["id"]
    assert (await catalog.reserve(customer, offer, 2, "key")).codes == ["CONFLICT"]
    another = (await catalog.reserve(Person(), offer, 1, "key")).data["reserveOffer"]["id"]
    assert another != first
    assert await catalog.stock(offer) == (8, 10)


async def test_whoever_took_the_last_portion_gets_it_again(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner), quantityTotal=1)
    first = (await catalog.reserve(customer, offer, 1, "key")).data["reserveOffer"]
    assert (await catalog.reserve(customer, offer, 1, "key")).data["reserveOffer"] == first
    assert (await catalog.reserve(customer, offer, 1, "other")).codes == ["SOLD_OUT"]
    await catalog.set_status(owner, offer, "CANCELLED")
    again = (await catalog.reserve(customer, offer, 1, "key")).data["reserveOffer"]
    assert again["id"] == first["id"]
    assert again["status"] == "CANCELLED_BY_PARTNER"


async def test_a_retry_at_another_instance_after_a_crash(
    catalog: Catalog, database_url: str, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    first = (await catalog.reserve(customer, offer, 1, "key")).data["reserveOffer"]["id"]
    async with running_catalog(database_url) as another:
        retried = await another.reserve(customer, offer, 1, "key")
    assert retried.data["reserveOffer"]["id"] == first
    assert await catalog.stock(offer) == (9, 10)


async def test_what_is_not_for_sale_is_closed(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    paused, ended, draft = [await catalog.draft_offer(owner, place) for _ in range(3)]
    for offer in (paused, ended):
        await catalog.set_status(owner, offer, "ACTIVE")
    await catalog.set_status(owner, paused, "PAUSED")
    await catalog.shift(timedelta(hours=-4), ended)
    assert (await catalog.reserve(customer, paused)).codes == ["OFFER_CLOSED"]
    assert (await catalog.reserve(customer, ended)).codes == ["OFFER_CLOSED"]
    assert (await catalog.reserve(customer, draft)).codes == ["NOT_FOUND"]


async def test_reserving_while_the_window_is_open(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    await catalog.shift(timedelta(hours=-2), offer)
    assert (await catalog.reserve(customer, offer)).codes == []


async def test_reserving_needs_a_verified_customer(catalog: Catalog, owner: Person) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    assert (await catalog.reserve(None, offer)).codes == ["UNAUTHENTICATED"]
    assert (await catalog.reserve(owner, offer)).codes == ["FORBIDDEN"]
    assert (await catalog.reserve(Person(verified=False), offer)).codes == ["EMAIL_NOT_VERIFIED"]


async def test_a_reservation_keeps_price_and_window(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    held = await catalog.hold(customer, offer, 2)
    changed = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"price": "4.00"})
    assert changed.codes == []
    read = await catalog.ask(
        customer,
        """query($id: UUID!) { reservation(id: $id) {
          unitPrice { amount } originalUnitPrice { amount } totalPrice { amount currency }
          offer { price { amount } place { name } } user { id }
        } }""",
        id=str(held.id),
    )
    assert read.data["reservation"] == {
        "unitPrice": {"amount": "2.50"},
        "originalUnitPrice": {"amount": "5.00"},
        "totalPrice": {"amount": "5.00", "currency": "EUR"},
        "offer": {"price": {"amount": "4.00"}, "place": {"name": "Corner Bakery"}},
        "user": {"id": str(customer.id)},
    }


async def test_cancelled_at_once_and_twice_returns_stock_once(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    held = await catalog.hold(customer, offer, 3)
    answers = await asyncio.gather(
        *(catalog.ask(customer, CANCEL, id=str(held.id)) for _ in range(10))
    )
    found = {answer.data["cancelReservation"]["status"] for answer in answers}
    assert found == {"CANCELLED_BY_CUSTOMER"}
    assert await catalog.stock(offer) == (10, 10)


async def test_cancelling_until_the_pickup_begins(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    held = await catalog.hold(customer, offer)
    await catalog.shift(timedelta(minutes=-61), offer)
    await catalog.age(timedelta(minutes=5), held.id)
    assert (await catalog.ask(customer, CANCEL, id=str(held.id))).codes == ["CONFLICT"]
    assert await catalog.stock(offer) == (9, 10)


async def test_customers_and_partner_cancel_at_the_same_moment(
    catalog: Catalog, owner: Person
) -> None:
    """Both take the offer's row first: neither waits for the other in a circle."""
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner), quantityTotal=30)
    customers = [Person() for _ in range(20)]
    held = [await catalog.hold(customer, offer) for customer in customers]
    answers = await asyncio.gather(
        *(
            catalog.ask(customer, CANCEL, id=str(each.id))
            for customer, each in zip(customers, held, strict=True)
        ),
        catalog.set_status(owner, offer, "CANCELLED"),
    )
    assert {code for answer in answers for code in answer.codes} <= {"CONFLICT"}
    assert await catalog.stock(offer) == (30, 30)
    assert "RESERVED" not in await catalog.statuses(offer)


async def test_stock_stays_within_bounds_while_everything_moves(
    catalog: Catalog, owner: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner), quantityTotal=20)

    async def come_and_go() -> None:
        customer = Person()
        answer = await catalog.reserve(customer, offer)
        if not answer.codes:
            made = answer.data["reserveOffer"]["id"]
            await catalog.ask(customer, CANCEL, id=made)

    async def lower_and_raise(total: int) -> None:
        change = {"quantityTotal": total}
        await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input=change)

    async def pause_and_resume() -> None:
        await catalog.set_status(owner, offer, "PAUSED")
        await catalog.set_status(owner, offer, "ACTIVE")

    await asyncio.gather(
        *(come_and_go() for _ in range(60)),
        *(lower_and_raise(total) for total in (5, 1, 30, 2, 20)),
        *(pause_and_resume() for _ in range(3)),
    )
    available, total = await catalog.stock(offer)
    assert available == total
