"""A customer's day: what was seen is what is kept, and nobody takes more than their share."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from catalog_service.services.expire_reservations import expire_reservations
from shared.database import Database
from tests.catalog_service.kit import (
    CANCEL,
    CHANGE,
    CONFIRM,
    HOUR,
    UPDATE_OFFER,
    Answer,
    Catalog,
    Held,
    Person,
    running_catalog,
    settings_for,
)
from tests.testkit.counting_clock import Hands

SEEN = """query($id: UUID!) { reservation(id: $id) {
  title description allergens unitPrice { amount } pickupStart status endedAt cancelReason
  customerNoShows endedBy { id }
} }"""


async def opened(catalog: Catalog, owner: Person, **changes: Any) -> tuple[UUID, UUID]:
    """A place and a published offer of it."""
    place = await catalog.open_place(owner)
    return place, await catalog.publish_offer(owner, place, **changes)


async def seen_by(catalog: Catalog, person: Person, held: Held) -> dict[str, Any]:
    """The reservation as somebody sees it."""
    found: dict[str, Any] = (await catalog.ask(person, SEEN, id=str(held.id))).data["reservation"]
    return found


async def change(catalog: Catalog, person: Person, held: Held, quantity: int) -> Answer:
    return await catalog.ask(person, CHANGE, id=str(held.id), quantity=quantity)


async def cancel(catalog: Catalog, person: Person, held: Held, reason: str | None = None) -> Answer:
    return await catalog.ask(person, CANCEL, id=str(held.id), reason=reason)


async def test_another_price_than_the_one_seen(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    _, offer = await opened(catalog, owner)
    await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"price": "3.00"})
    refused = await catalog.reserve(customer, offer, price="2.50")
    assert refused.codes == ["PRICE_CHANGED"]
    assert refused.errors[0]["extensions"]["price"] == {"amount": "3.00", "currency": "EUR"}
    assert await catalog.stock(offer) == (10, 10)
    assert (await catalog.reserve(customer, offer, key="k", price="3.00")).codes == []
    await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"price": "4.00"})
    assert (await catalog.reserve(customer, offer, key="k", price="3.00")).codes == []
    odd = await catalog.reserve(customer, offer, price="2.505")
    assert odd.codes == ["BAD_USER_INPUT"]


async def test_what_was_seen_is_kept(catalog: Catalog, owner: Person, customer: Person) -> None:
    _, offer = await opened(catalog, owner, title="Rye", description="Dense.", allergens=["GLUTEN"])
    held = await catalog.hold(customer, offer)
    changes = {"title": "Wheat", "description": "Airy.", "allergens": ["GLUTEN", "MILK"]}
    await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input=changes | {"price": "1.00"})
    kept = await seen_by(catalog, customer, held)
    assert (kept["title"], kept["description"]) == ("Rye", "Dense.")
    assert kept["allergens"] == ["GLUTEN"]
    assert kept["unitPrice"] == {"amount": "2.50"}


async def test_more_and_fewer_portions(catalog: Catalog, owner: Person, customer: Person) -> None:
    _, offer = await opened(catalog, owner)
    held = await catalog.hold(customer, offer, 2)
    more = (await change(catalog, customer, held, 5)).data["changeReservation"]
    assert (more["quantity"], more["totalPrice"]) == (5, {"amount": "12.50"})
    assert await catalog.stock(offer) == (5, 10)
    assert (await change(catalog, customer, held, 1)).codes == []
    assert (await change(catalog, customer, held, 1)).codes == []
    assert await catalog.stock(offer) == (9, 10)
    assert (await change(catalog, customer, held, 11)).codes == ["SOLD_OUT"]
    for quantity in (0, -1, 1001):
        assert (await change(catalog, customer, held, quantity)).codes == ["BAD_USER_INPUT"]
    for person in (owner, Person()):
        assert (await change(catalog, person, held, 2)).codes == ["NOT_FOUND"]
    await catalog.set_status(owner, offer, "PAUSED")
    assert (await change(catalog, customer, held, 2)).codes == ["OFFER_CLOSED"]
    await cancel(catalog, customer, held)
    assert (await change(catalog, customer, held, 2)).codes == ["CONFLICT"]
    assert await catalog.stock(offer) == (10, 10)


async def test_what_was_changed_in_time_may_be_asked_for_again_later(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    """The answer may have been lost."""
    _, offer = await opened(catalog, owner)
    held = await catalog.hold(customer, offer, 2)
    assert (await change(catalog, customer, held, 3)).codes == []
    await catalog.shift(-2 * HOUR, offer)
    await catalog.age(timedelta(minutes=10), held.id)
    again = await change(catalog, customer, held, 3)
    assert again.data["changeReservation"]["quantity"] == 3
    assert (await change(catalog, customer, held, 2)).codes == ["CONFLICT"]
    assert await catalog.stock(offer) == (7, 10)


async def test_more_portions_cost_what_was_seen_or_are_refused(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    _, offer = await opened(catalog, owner)
    held = await catalog.hold(customer, offer, 2)
    await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"price": "3.00"})
    refused = await change(catalog, customer, held, 3)
    assert refused.codes == ["PRICE_CHANGED"]
    assert refused.errors[0]["extensions"]["price"]["amount"] == "3.00"
    assert (await change(catalog, customer, held, 1)).codes == []


async def test_changing_side_by_side_never_oversells(catalog: Catalog, owner: Person) -> None:
    _, offer = await opened(catalog, owner)
    people = [Person() for _ in range(5)]
    held = [await catalog.hold(person, offer) for person in people]
    pairs = list(zip(people, held, strict=True))
    await asyncio.gather(*(change(catalog, p, h, q) for p, h in pairs for q in (6, 2, 9, 1)))
    rows = await catalog.sql("SELECT sum(quantity) FROM reservations")
    available, total = await catalog.stock(offer)
    assert available == total - rows[0][0] >= 0


@pytest.mark.parametrize(("minutes", "codes"), [(0, []), (4, []), (5, ["CONFLICT"])])
async def test_five_minutes_to_think_it_over_inside_the_window(
    catalog: Catalog, owner: Person, customer: Person, minutes: int, codes: list[str]
) -> None:
    _, offer = await opened(catalog, owner)
    await catalog.shift(-2 * HOUR, offer)
    held = await catalog.hold(customer, offer, 2)
    await catalog.age(timedelta(minutes=minutes), held.id)
    assert (await change(catalog, customer, held, 1)).codes == codes
    assert (await cancel(catalog, customer, held)).codes == codes


async def test_the_place_cancels_one_with_a_reason(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    place, offer = await opened(catalog, owner)
    staff, manager = Person("partner"), Person("partner")
    await catalog.link(owner, place, staff, "STAFF")
    await catalog.link(owner, place, manager, "MANAGER")
    held = await catalog.hold(customer, offer, 3)
    await catalog.shift(-2 * HOUR, offer)
    await catalog.age(HOUR, held.id)
    for person in (staff, Person("partner")):
        assert (await cancel(catalog, person, held, "No.")).codes == ["NOT_FOUND"]
    for reason, violation in (
        *((nothing, "REQUIRED") for nothing in (None, " ", "\u200b\u2060")),
        ("x" * 501, "TOO_LONG"),
    ):
        refused = await cancel(catalog, manager, held, reason)
        assert refused.violations == [("reason", violation)]
    for _ in range(2):
        done = (await cancel(catalog, manager, held, "The oven broke.")).data
        assert done["cancelReservation"]["status"] == "CANCELLED_BY_PARTNER"
    assert await catalog.stock(offer) == (10, 10)
    kept = await seen_by(catalog, customer, held)
    assert kept["cancelReason"] == "The oven broke."
    assert (kept["endedBy"], kept["customerNoShows"]) == (None, None)
    assert (await seen_by(catalog, owner, held))["endedBy"] == {"id": str(manager.id)}
    letters = await catalog.sql(
        "SELECT payload->'facts'->>'reason' AS reason FROM outbox WHERE subject = $1"
        " AND payload->>'letter' = 'reservation_cancelled'",
        customer.id,
    )
    assert [row["reason"] for row in letters] == ["The oven broke."]
    second = await catalog.hold(customer, offer)
    assert (await cancel(catalog, admin, second, "Reported.")).codes == []


async def test_handed_over_by_the_reservation(
    catalog: Catalog, owner: Person, stranger: Person, customer: Person
) -> None:
    place, offer = await opened(catalog, owner)
    held = await catalog.hold(customer, offer)

    async def confirm(person: Person, **how: Any) -> Answer:
        return await catalog.ask(person, CONFIRM, placeId=str(place), **how)

    assert (await confirm(owner, id=str(held.id))).codes == ["CONFLICT"]  # before the window
    await catalog.shift(timedelta(minutes=-90), offer)
    for how in ({}, {"id": str(held.id), "code": held.code}):
        assert (await confirm(owner, **how)).violations == [("pickupCode", "ONE_OF")]
    assert (await confirm(stranger, id=str(held.id))).codes == ["NOT_FOUND"]
    assert (await confirm(owner, id=str(uuid4()))).codes == ["NOT_FOUND"]
    assert (await confirm(owner, id=str(held.id))).data["confirmPickup"]["status"] == "PICKED_UP"
    for name in (None, "Beatrice"):
        if name is not None:
            await catalog.tell(owner, version=2, displayName=name)
        for how in ({"id": str(held.id)}, {"code": held.code}):
            again = await confirm(owner, **how)
            assert again.codes == ["CONFLICT"]
            told = again.errors[0]["extensions"]
            assert (told["pickedUpBy"], told["pickedUpByName"]) == (str(owner.id), name)
            assert told["pickedUpAt"].startswith("20")
    assert (await confirm(stranger, code=held.code)).codes == ["NOT_FOUND"]


async def test_the_tills_lock_tells_the_true_wait_and_ends(
    catalog: Catalog, owner: Person, customer: Person, counting_clock: Hands
) -> None:
    place, offer = await opened(catalog, owner)
    held = await catalog.hold(customer, offer)
    await catalog.shift(timedelta(minutes=-90), offer)

    async def typed(code: str) -> Answer:
        return await catalog.ask(owner, CONFIRM, placeId=str(place), code=code)

    wrong = [await typed("222222") for _ in range(11)]
    assert [each.codes[0] for each in wrong] == ["NOT_FOUND"] * 10 + ["RATE_LIMITED"]
    assert wrong[-1].errors[0]["extensions"]["retryAfter"] == 600
    counting_clock.now += 598.5
    locked = await typed(held.code)
    assert locked.codes == ["RATE_LIMITED"]
    wait = locked.errors[0]["extensions"]["retryAfter"]
    assert wait == 2
    counting_clock.now += wait
    assert (await typed("222222")).codes == ["NOT_FOUND"]  # one wrong code locks nothing again
    assert (await typed(held.code)).codes == []


async def test_one_customers_share_of_an_offer(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    _, offer = await opened(catalog, owner, maxPerCustomer=2)
    answers = await asyncio.gather(*(catalog.reserve(customer, offer) for _ in range(10)))
    outcomes = Counter(answer.codes[0] if answer.codes else "RESERVED" for answer in answers)
    assert outcomes == {"RESERVED": 2, "LIMIT_REACHED": 8}
    refused = await catalog.reserve(customer, offer)
    told = refused.errors[0]["extensions"]
    assert (told["limit"], told["maximum"]) == ("maxPerCustomer", 2)
    assert (await catalog.reserve(Person(), offer, 3)).codes == ["LIMIT_REACHED"]
    other = Person()
    held = await catalog.hold(other, offer)
    assert (await change(catalog, other, held, 3)).codes == ["LIMIT_REACHED"]
    assert (await change(catalog, other, held, 2)).codes == []
    for limit in (0, -1):
        refused = await catalog.ask(
            owner, UPDATE_OFFER, id=str(offer), input={"maxPerCustomer": limit}
        )
        assert refused.violations == [("input.maxPerCustomer", "OUT_OF_RANGE")]
    await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"maxPerCustomer": None})
    assert (await catalog.reserve(customer, offer, 3)).codes == []


async def test_a_picked_up_share_is_used_and_a_cancelled_one_is_not(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place, offer = await opened(catalog, owner, maxPerCustomer=1)
    held = await catalog.hold(customer, offer)
    await cancel(catalog, customer, held)
    held = await catalog.hold(customer, offer)
    await catalog.shift(timedelta(minutes=-90), offer)
    await catalog.ask(owner, CONFIRM, placeId=str(place), code=held.code)
    assert (await catalog.reserve(customer, offer)).codes == ["LIMIT_REACHED"]


async def test_live_reservations_of_one_account(
    database_url: str, owner: Person, customer: Person
) -> None:
    async with running_catalog(database_url, reservations_per_customer=3) as catalog:
        _, offer = await opened(catalog, owner)
        answers = await asyncio.gather(
            *(catalog.reserve(customer, offer, 1, f"key {n}") for n in range(8))
        )
        made = [number for number, answer in enumerate(answers) if not answer.codes]
        assert len(made) == 3
        refused = await catalog.reserve(customer, offer)
        assert refused.codes == ["LIMIT_REACHED"]
        assert refused.errors[0]["extensions"]["limit"] == "reservations"
        # whoever asks again for what was made gets it, limit or not
        assert (await catalog.reserve(customer, offer, 1, f"key {made[0]}")).codes == []


async def test_reserving_and_giving_back_again_and_again(
    database_url: str, owner: Person, customer: Person
) -> None:
    async with running_catalog(database_url, cancellations_per_hour=2) as catalog:
        _, offer = await opened(catalog, owner)
        for _ in range(2):
            await cancel(catalog, customer, await catalog.hold(customer, offer))
        refused = await catalog.reserve(customer, offer)
        assert refused.codes == ["RATE_LIMITED"]
        assert 3500 < refused.errors[0]["extensions"]["retryAfter"] <= 3600
        await catalog.sql("UPDATE reservations SET ended_at = ended_at - interval '1 hour'")
        assert (await catalog.reserve(customer, offer)).codes == []


async def test_who_does_not_come_is_counted(
    database_url: str, owner: Person, customer: Person
) -> None:
    async with running_catalog(database_url) as catalog:
        place, offer = await opened(catalog, owner)
        for _ in range(2):
            await catalog.hold(customer, offer)
        await catalog.hold(Person(), offer)
        await catalog.shift(-5 * HOUR, offer)
        database = Database.from_settings(settings_for(database_url))
        assert await expire_reservations(database) == 3
        await database.dispose()
        held = await catalog.hold(customer, await catalog.publish_offer(owner, place))
        assert (await seen_by(catalog, owner, held))["customerNoShows"] == 2
        assert (await seen_by(catalog, customer, held))["customerNoShows"] is None
        document = "query($id: UUID!) { place(id: $id) { stats { noShows cancellations } } }"
        figures = (await catalog.ask(owner, document, id=str(place))).data["place"]["stats"]
        assert figures == {"noShows": 3, "cancellations": 0}
