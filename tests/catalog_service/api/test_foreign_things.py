"""What is not yours is not there: the same answer whichever way one asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.catalog_service.kit import (
    CREATE_OFFER,
    DELETE_OFFER,
    ENTITIES,
    OFFER,
    SET_STATUS,
    UPDATE_OFFER,
    UPDATE_PARTNERSHIP,
    Catalog,
    Person,
    ids,
    offer_input,
)

UPDATE_PLACE = 'mutation($id: UUID!) { updatePlace(id: $id, input: {name: "x"}) { id } }'
CLOSE_PLACE = "mutation($id: UUID!) { closePlace(id: $id) { id } }"
STATS = "query($id: UUID!) { place(id: $id) { stats { views } reservations { edges { cursor } } } }"


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (UPDATE_OFFER, {"input": {"title": "x"}}),
        (SET_STATUS, {"status": "PAUSED"}),
        (SET_STATUS, {"status": "ACTIVE"}),
        (DELETE_OFFER, {}),
    ],
)
async def test_anothers_offer_and_no_offer_are_the_same(
    catalog: Catalog,
    owner: Person,
    stranger: Person,
    document: str,
    variables: dict[str, Any],
) -> None:
    await catalog.open_place(stranger)
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    published = await catalog.publish_offer(owner, place)
    answers = [
        await catalog.ask(stranger, document, id=str(offer), **variables)
        for offer in (draft, published, uuid4())
    ]
    assert [answer.codes for answer in answers] == [["NOT_FOUND"]] * 3
    assert answers[0].body == answers[1].body == answers[2].body
    assert await catalog.stock(published) == (10, 10)


async def test_anothers_place_and_no_place_are_the_same(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    for document in (UPDATE_PLACE, CLOSE_PLACE):
        foreign = await catalog.ask(stranger, document, id=str(place))
        missing = await catalog.ask(stranger, document, id=str(uuid4()))
        assert foreign.body == missing.body
        assert foreign.codes == ["NOT_FOUND"]
    foreign = await catalog.ask(stranger, CREATE_OFFER, input=offer_input(place))
    assert foreign.codes == ["NOT_FOUND"]
    assert (await catalog.ask(stranger, STATS, id=str(place))).codes == ["NOT_FOUND"] * 2


async def test_an_ended_partnership_is_none(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    partnership = await catalog.link(owner, place, stranger, "OWNER")
    assert (await catalog.ask(stranger, OFFER, id=str(draft))).codes == []
    await catalog.ask(owner, UPDATE_PARTNERSHIP, id=partnership, isActive=False)
    assert (await catalog.ask(stranger, OFFER, id=str(draft))).codes == ["NOT_FOUND"]
    assert (await catalog.ask(stranger, DELETE_OFFER, id=str(draft))).codes == ["NOT_FOUND"]
    own = await catalog.ask(stranger, "{ myPlaces { edges { node { id } } } }")
    assert own.data["myPlaces"]["edges"] == []


@pytest.mark.parametrize("status", ["DRAFT", "PAUSED", "CANCELLED"])
async def test_unpublished_offers_show_in_no_list(
    catalog: Catalog, owner: Person, stranger: Person, customer: Person, status: str
) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.draft_offer(owner, place)
    steps = {"DRAFT": [], "PAUSED": ["ACTIVE", "PAUSED"], "CANCELLED": ["CANCELLED"]}
    for step in steps[status]:
        await catalog.set_status(owner, offer, step)
    listing = """query($place: UUID!, $status: [OfferStatus!]) {
      offers(filter: {status: $status, placeId: $place}) { edges { node { id } } }
      place(id: $place) { offers(filter: {status: $status}) { edges { node { id } } } }
    }"""
    for person in (None, customer, stranger):
        found = await catalog.ask(person, listing, place=str(place), status=[status, "ACTIVE"])
        assert ids(found.data["offers"]) == ids(found.data["place"]["offers"]) == []
        assert (await catalog.ask(person, OFFER, id=str(offer))).codes == ["NOT_FOUND"]
        assert await entity(catalog, person, "Offer", offer) is None
    found = await catalog.ask(owner, listing, place=str(place), status=[status])
    assert ids(found.data["offers"]) == ids(found.data["place"]["offers"]) == [str(offer)]
    assert await entity(catalog, owner, "Offer", offer) == {"id": str(offer)}


async def entity(catalog: Catalog, person: Person | None, type_: str, key: UUID) -> Any:
    """An entity by its representation."""
    representation = {"__typename": type_, "id": str(key)}
    found = await catalog.ask(person, ENTITIES, representations=[representation])
    return found.data["_entities"][0]


async def test_reservations_belong_to_customer_and_place(
    catalog: Catalog, owner: Person, customer: Person, stranger: Person, admin: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    held = await catalog.hold(customer, offer)
    document = "query($id: UUID!) { reservation(id: $id) { id } }"
    codes = {}
    for name, person in {
        "customer": customer,
        "owner": owner,
        "admin": admin,
        "stranger": stranger,
        "another customer": Person(),
        "nobody": None,
    }.items():
        codes[name] = (await catalog.ask(person, document, id=str(held.id))).codes
        found = await entity(catalog, person, "Reservation", held.id)
        assert (found is not None) == (codes[name] == [])
    assert codes == {
        "customer": [],
        "owner": [],
        "admin": [],
        "stranger": ["NOT_FOUND"],
        "another customer": ["NOT_FOUND"],
        "nobody": ["UNAUTHENTICATED"],
    }


async def test_a_user_is_private_without_an_error(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    await catalog.hold(customer, offer)
    document = """query($r: [_Any!]!) { _entities(representations: $r) { ... on User {
      id mine: reservations { edges { node { id } } } activity { edges { node { action } } }
      partnerships { edges { node { role } } } } } }"""
    user = {"__typename": "User", "id": str(customer.id)}
    for person in (None, owner, Person()):
        hidden = await catalog.ask(person, document, r=[user])
        assert hidden.data["_entities"] == [
            {"id": str(customer.id), "mine": None, "activity": None, "partnerships": None}
        ]
    for person in (customer, admin):
        shown = (await catalog.ask(person, document, r=[user])).data["_entities"][0]
        assert len(shown["mine"]["edges"]) == 1
        assert shown["activity"]["edges"] == [{"node": {"action": "OFFER_RESERVED"}}]
        assert shown["partnerships"] == {"edges": []}


async def test_admins_do_all(catalog: Catalog, owner: Person, admin: Person) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.draft_offer(admin, place)
    assert (await catalog.set_status(admin, offer, "ACTIVE")).codes == []
    assert (await catalog.reserve(admin, offer)).codes == []
    changed = await catalog.ask(admin, UPDATE_OFFER, id=str(offer), input={"title": "y"})
    assert changed.data["updateOffer"]["title"] == "y"
    assert (await catalog.ask(admin, CLOSE_PLACE, id=str(place))).codes == []
