"""A partner's offers: states, changes, what customers were promised."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.catalog_service.kit import (
    CREATE_OFFER,
    DELETE_OFFER,
    HOUR,
    OFFER,
    UPDATE_OFFER,
    Catalog,
    Person,
    offer_input,
)


async def change(catalog: Catalog, person: Person, offer: UUID, **changes: Any) -> list[str]:
    """Update an offer; the codes of the errors."""
    return (await catalog.ask(person, UPDATE_OFFER, id=str(offer), input=changes)).codes


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (["ACTIVE", "ACTIVE", "PAUSED", "PAUSED", "ACTIVE", "CANCELLED", "CANCELLED"], None),
        (["DRAFT", "ACTIVE"], None),
        (["PAUSED"], "CONFLICT"),
        (["ACTIVE", "DRAFT"], "CONFLICT"),
        (["CANCELLED", "ACTIVE"], "CONFLICT"),
        (["CANCELLED", "PAUSED"], "CONFLICT"),
    ],
)
async def test_the_states_of_an_offer(
    catalog: Catalog, owner: Person, steps: list[str], code: str | None
) -> None:
    offer = await catalog.draft_offer(owner, await catalog.open_place(owner))
    answers = [await catalog.set_status(owner, offer, step) for step in steps]
    assert [answer.codes for answer in answers[:-1]] == [[] for _ in steps[:-1]]
    assert answers[-1].codes == ([] if code is None else [code])


async def test_repeating_a_state_changes_nothing(catalog: Catalog, owner: Person) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    before = await catalog.sql("SELECT updated_at FROM offers")
    await catalog.set_status(owner, offer, "ACTIVE")
    assert await catalog.sql("SELECT updated_at FROM offers") == before


async def test_availability_is_derived(catalog: Catalog, owner: Person, customer: Person) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.draft_offer(owner, place, quantityTotal=1)

    async def availability() -> str:
        found = await catalog.ask(owner, OFFER, id=str(offer))
        return str(found.data["offer"]["availability"])

    assert await availability() == "UNAVAILABLE"
    await catalog.set_status(owner, offer, "ACTIVE")
    assert await availability() == "AVAILABLE"
    await catalog.hold(customer, offer)
    assert await availability() == "SOLD_OUT"
    await catalog.shift(-4 * HOUR, offer)
    assert await availability() == "ENDED"


async def test_publishing_needs_a_verified_address_and_time_left(
    catalog: Catalog, owner: Person
) -> None:
    offer = await catalog.draft_offer(owner, await catalog.open_place(owner))
    unverified = Person("partner", verified=False, id=owner.id)
    refused = await catalog.set_status(unverified, offer, "ACTIVE")
    assert refused.codes == ["EMAIL_NOT_VERIFIED"]
    await catalog.shift(-4 * HOUR, offer)
    assert (await catalog.set_status(owner, offer, "ACTIVE")).codes == ["CONFLICT"]


async def test_the_total_shifts_what_is_available(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    await catalog.hold(customer, offer, 4)
    assert await change(catalog, owner, offer, quantityTotal=6) == []
    assert await catalog.stock(offer) == (2, 6)
    too_few = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"quantityTotal": 3})
    assert too_few.codes == ["CONFLICT"]
    assert too_few.errors[0]["extensions"]["minimum"] == 4
    assert await change(catalog, owner, offer, quantityTotal=4) == []
    assert await catalog.stock(offer) == (0, 4)


async def test_live_reservations_hold_the_partner_to_the_promise(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    now = datetime.now(UTC)
    start, end = now + HOUR, now + 3 * HOUR
    offer = await catalog.publish_offer(
        owner,
        await catalog.open_place(owner),
        pickupStart=start.isoformat(),
        pickupEnd=end.isoformat(),
        allergens=["MILK"],
    )
    held = await catalog.hold(customer, offer)
    later = (start + timedelta(minutes=1)).isoformat()
    assert await change(catalog, owner, offer, pickupStart=later) == ["CONFLICT"]
    assert await change(catalog, owner, offer, allergens=[]) == ["CONFLICT"]
    assert await change(catalog, owner, offer, allergens=None) == ["CONFLICT"]
    assert await change(catalog, owner, offer, allergens=["MILK", "EGGS"]) == []
    wider = (end + HOUR).isoformat()
    assert await change(catalog, owner, offer, pickupEnd=wider, title="New", price="1.00") == []
    await catalog.ask(
        customer, "mutation($id: UUID!) { cancelReservation(id: $id) { id } }", id=str(held.id)
    )
    assert await change(catalog, owner, offer, pickupStart=later, allergens=None) == []


async def test_narrowing_while_somebody_reserves(catalog: Catalog, owner: Person) -> None:
    """Whoever comes second sees what the first did: the promise is never broken."""
    place = await catalog.open_place(owner)
    for _ in range(5):
        offer = await catalog.publish_offer(owner, place)
        later = (datetime.now(UTC) + 2 * HOUR).isoformat()
        codes, _ = await asyncio.gather(
            change(catalog, owner, offer, pickupStart=later),
            catalog.reserve(Person(), offer),
        )
        rows = await catalog.sql(
            "SELECT o.pickup_start <= r.pickup_start AS kept FROM reservations r"
            " JOIN offers o ON o.id = r.offer_id WHERE o.id = $1",
            offer,
        )
        assert [row["kept"] for row in rows] == [True]
        assert codes in ([], ["CONFLICT"])


async def test_absent_is_unchanged_and_null_is_refused(catalog: Catalog, owner: Person) -> None:
    offer = await catalog.draft_offer(
        owner, await catalog.open_place(owner), tags=["Bread", "bread ", "VEGAN"], allergens=[]
    )
    same = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={})
    assert same.data["updateOffer"]["tags"] == ["bread", "vegan"]
    assert same.data["updateOffer"]["allergens"] == []
    nulls = await catalog.ask(
        owner, UPDATE_OFFER, id=str(offer), input={"title": None, "price": None, "tags": None}
    )
    assert nulls.violations == [
        ("input.title", "NULL"),
        ("input.price", "NULL"),
        ("input.tags", "NULL"),
    ]
    undeclared = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"allergens": None})
    assert undeclared.data["updateOffer"]["allergens"] is None


async def test_an_allergen_is_declared_once(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.draft_offer(owner, place, allergens=["MILK", "MILK"])
    seen = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={})
    assert seen.data["updateOffer"]["allergens"] == ["MILK"]
    twice = {"allergens": ["EGGS", "MILK", "EGGS"]}
    changed = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input=twice)
    assert changed.data["updateOffer"]["allergens"] == ["EGGS", "MILK"]


async def test_deleting(catalog: Catalog, owner: Person, customer: Person) -> None:
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    sold = await catalog.publish_offer(owner, place)
    held = await catalog.hold(customer, sold, 2)
    for offer in (draft, sold):
        deleted = await catalog.ask(owner, DELETE_OFFER, id=str(offer))
        assert deleted.data["deleteOffer"] == str(offer)
        again = await catalog.ask(owner, DELETE_OFFER, id=str(offer))
        assert again.data["deleteOffer"] == str(offer)
        for other in (Person("partner"), customer):
            refused = (await catalog.ask(other, DELETE_OFFER, id=str(offer))).codes
            assert refused == ["NOT_FOUND" if other.role == "partner" else "FORBIDDEN"]
        assert (await catalog.ask(owner, OFFER, id=str(offer))).codes == ["NOT_FOUND"]
    assert [row["id"] for row in await catalog.sql("SELECT id FROM offers")] == [sold]
    assert await catalog.statuses(sold) == ["CANCELLED_BY_PARTNER"]
    assert await catalog.stock(sold) == (10, 10)
    mine = await catalog.ask(
        customer,
        "query($id: UUID!) { reservation(id: $id) { status offer { title status } } }",
        id=str(held.id),
    )
    assert mine.data["reservation"]["status"] == "CANCELLED_BY_PARTNER"
    assert mine.data["reservation"]["offer"]["status"] == "CANCELLED"


async def test_cancelling_an_offer_cancels_what_is_reserved(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    await catalog.hold(customer, offer)
    await catalog.set_status(owner, offer, "CANCELLED")
    assert await catalog.statuses(offer) == ["CANCELLED_BY_PARTNER"]


async def test_closing_a_place_cancels_everything(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    sold = await catalog.publish_offer(owner, place)
    draft = await catalog.draft_offer(owner, place)
    await catalog.hold(customer, sold)
    document = "mutation($id: UUID!) { closePlace(id: $id) { closedAt } }"
    closed = await catalog.ask(owner, document, id=str(place))
    assert closed.data["closePlace"]["closedAt"] is not None
    assert await catalog.statuses(sold) == ["CANCELLED_BY_PARTNER"]
    states = await catalog.sql(
        "SELECT DISTINCT status FROM offers WHERE id = ANY($1)", [sold, draft]
    )
    assert [row["status"] for row in states] == ["cancelled"]
    again = await catalog.ask(owner, document, id=str(place))
    assert again.data == closed.data
    closings = "SELECT 1 FROM audit_log WHERE action = 'PLACE_CLOSED' AND target_id = $1"
    acts = await catalog.sql(closings, place)
    assert len(acts) == 1
    refused = await catalog.ask(owner, CREATE_OFFER, input=offer_input(place))
    other = await catalog.ask(customer, document, id=str(place))
    stranger = await catalog.ask(Person("partner"), document, id=str(place))
    assert [refused.codes, other.codes, stranger.codes] == [
        ["NOT_FOUND"],
        ["FORBIDDEN"],
        ["NOT_FOUND"],
    ]


async def test_a_reason_left_empty_is_none(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    first, second = [await catalog.publish_offer(owner, place) for _ in range(2)]
    for each in (first, second):
        await catalog.hold(customer, each)
    delete = 'mutation($id: UUID!) { deleteOffer(id: $id, reason: "") }'
    close = 'mutation($id: UUID!) { closePlace(id: $id, reason: "  ") { id } }'
    assert (await catalog.ask(owner, delete, id=str(first))).codes == []
    assert (await catalog.ask(owner, close, id=str(place))).codes == []
    told = await catalog.sql(
        "SELECT payload->'facts'->>'reason' AS reason FROM outbox"
        " WHERE payload->>'letter' IN ('reservation_cancelled', 'place_closed')"
    )
    assert [row["reason"] for row in told] == [None, None]
    of_these = "SELECT reason FROM audit_log WHERE action ~ 'OFFER|CLOSED' AND target_id = ANY($1)"
    noted = await catalog.sql(of_these, [first, place])
    assert {row["reason"] for row in noted} == {None}
    listed = await catalog.ask(None, "{ places { edges { node { id } } } }")
    assert listed.data["places"]["edges"] == []


async def test_the_night_the_clocks_change(catalog: Catalog, owner: Person) -> None:
    """2083-10-31: in Berlin 02:30 comes twice, an hour apart; instants tell them apart."""
    place = await catalog.open_place(owner)
    first, second = "2083-10-31T02:30:00+02:00", "2083-10-31T02:30:00+01:00"
    offer = await catalog.draft_offer(owner, place, pickupStart=first, pickupEnd=second)
    read = await catalog.ask(
        owner, "query($id: UUID!) { offer(id: $id) { pickupStart pickupEnd } }", id=str(offer)
    )
    assert read.data["offer"] == {
        "pickupStart": "2083-10-31T00:30:00Z",
        "pickupEnd": "2083-10-31T01:30:00Z",
    }
    backwards = offer_input(place, pickupStart=second, pickupEnd=first)
    refused = await catalog.ask(owner, CREATE_OFFER, input=backwards)
    assert refused.violations == [("input.pickupEnd", "NOT_AFTER_START")]
    naive = offer_input(place, pickupStart="2083-10-31T02:30:00")
    assert (await catalog.ask(owner, CREATE_OFFER, input=naive)).codes == ["BAD_USER_INPUT"]
    # 48 hours are 48 hours, although the wall clock shows 47
    longest = offer_input(
        place, pickupStart="2083-10-30T12:00:00+02:00", pickupEnd="2083-11-01T11:00:00+01:00"
    )
    assert (await catalog.ask(owner, CREATE_OFFER, input=longest)).codes == []
    longer = longest | {"pickupEnd": "2083-11-01T11:00:01+01:00"}
    refused = await catalog.ask(owner, CREATE_OFFER, input=longer)
    assert refused.violations == [("input.pickupEnd", "TOO_LONG")]


@pytest.mark.parametrize(
    ("diets", "allergens"),
    [
        (["VEGAN"], ["MILK"]),
        (["VEGETARIAN", "HALAL"], ["FISH"]),
        (["KOSHER"], ["CRUSTACEANS"]),
        (["GLUTEN_FREE"], ["GLUTEN"]),
    ],
)
async def test_a_diet_does_not_contradict_the_allergens(
    catalog: Catalog, owner: Person, diets: list[str], allergens: list[str]
) -> None:
    place = await catalog.open_place(owner)
    given = offer_input(place, diets=diets, allergens=allergens)
    refused = await catalog.ask(owner, CREATE_OFFER, input=given)
    assert refused.violations == [("input.diets", "CONTRADICTS_ALLERGENS")]
    offer = await catalog.draft_offer(owner, place, diets=diets)
    refused = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"allergens": allergens})
    assert refused.violations == [("input.diets", "CONTRADICTS_ALLERGENS")]


async def test_milk_without_lactose_is_milk(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    fine = {"diets": ["LACTOSE_FREE", "VEGETARIAN"], "allergens": ["MILK", "EGGS"]}
    made = await catalog.ask(owner, CREATE_OFFER, input=offer_input(place, **fine))
    assert made.codes == []


async def test_an_allergen_that_turns_up_ends_a_diet_that_was_reserved(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place, diets=["VEGAN", "KOSHER"], allergens=[])
    await catalog.hold(customer, offer)
    assert await change(catalog, owner, offer, diets=["KOSHER"]) == ["CONFLICT"]
    eggs = {"allergens": ["EGGS"], "diets": ["KOSHER"]}
    assert await change(catalog, owner, offer, **eggs) == []
