"""A token from before a new password, or from before signing out everywhere, is over here, too."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from tests.catalog_service.kit import (
    CREATE_OFFER,
    OFFER,
    Catalog,
    Person,
    ids,
    offer_input,
)
from tests.catalog_service.moderating import CLOSE_DOWN, MINE, REPORTS, TAKE_DOWN, listed
from tests.catalog_service.pictures import link, picture

RESERVATION = "query($id: UUID!) { reservation(id: $id) { id } }"
OWN = """query($r: [_Any!]!) { _entities(representations: $r) {
  ... on User { reservations { edges { node { id } } } } ... on Reservation { pickupCode }
  ... on DataExport { catalog } } }"""

FOR_PARTNERS = """query($id: UUID!) { place(id: $id) {
  takedown { reason } partnerships { partnerName }
  offers(filter: {status: [DRAFT]}) { edges { node { id } } } } }"""


def generations(person: Person) -> tuple[Person, Person]:
    """The person with a token from before the sessions ended, and with one from after."""
    return replace(person, generation=3), replace(person, generation=4)


async def test_a_partner(catalog: Catalog, owner: Person) -> None:
    before, after = generations(owner)
    place = await catalog.open_place(before)
    offer = await catalog.publish_offer(before, place)
    draft = await catalog.draft_offer(before, place)
    assert await catalog.tell(owner, version=2, leastTokenVersion=4) == 204
    refused = await catalog.ask(before, CREATE_OFFER, input=offer_input(place))
    assert refused.codes == ["UNAUTHENTICATED"]
    assert refused.errors[0]["extensions"]["reason"] == "revoked"
    assert (await catalog.ask(before, MINE)).codes == ["UNAUTHENTICATED"]
    assert (await catalog.ask(before, OFFER, id=str(draft))).codes == ["UNAUTHENTICATED"]
    assert (await catalog.ask(before, OFFER, id=str(offer))).codes == []
    assert (await listed(catalog))[0] == {str(offer)}
    assert ids((await catalog.ask(after, MINE)).data["myPlaces"]) == [str(place)]
    assert (await catalog.ask(after, OFFER, id=str(draft))).codes == []
    assert (await catalog.ask(after, CREATE_OFFER, input=offer_input(place))).codes == []


async def test_what_is_null_for_others_is_not_null_in_silence(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    before, after = generations(owner)
    place = await catalog.open_place(before)
    draft = await catalog.draft_offer(before, place)
    assert (await catalog.ask(admin, CLOSE_DOWN, id=str(place), why="Mice.")).codes == []
    await catalog.tell(owner, version=2, leastTokenVersion=4, displayName="Ada")
    for other in (None, customer):
        nothing = (await catalog.ask(other, FOR_PARTNERS, id=str(place))).data["place"]
        assert nothing == {
            "takedown": None,
            "partnerships": [{"partnerName": None}],
            "offers": {"edges": []},
        }
    refused = await catalog.ask(before, FOR_PARTNERS, id=str(place))
    assert refused.codes == ["UNAUTHENTICATED"] * 3
    assert {each["extensions"]["reason"] for each in refused.errors} == {"revoked"}
    shown = (await catalog.ask(after, FOR_PARTNERS, id=str(place))).data["place"]
    assert shown["takedown"] == {"reason": "Mice."}
    assert shown["partnerships"] == [{"partnerName": "Ada"}]
    assert ids(shown["offers"]) == [str(draft)]


async def test_a_customer(catalog: Catalog, owner: Person, customer: Person) -> None:
    before, after = generations(customer)
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    held = await catalog.hold(before, offer, 2)
    mine = [
        {"__typename": "User", "id": str(customer.id)},
        {"__typename": "Reservation", "id": str(held.id)},
        {"__typename": "DataExport", "userId": str(customer.id)},
    ]
    await catalog.tell(customer, version=2, leastTokenVersion=4)
    assert (await catalog.ask(before, RESERVATION, id=str(held.id))).codes == ["UNAUTHENTICATED"]
    assert (await catalog.reserve(before, offer)).codes == ["UNAUTHENTICATED"]
    answer = await catalog.ask(before, OWN, r=mine)
    assert answer.body["data"]["_entities"] == [{"reservations": None}, None, {"catalog": None}]
    assert answer.codes == ["UNAUTHENTICATED"] * 2
    assert {each["extensions"]["reason"] for each in answer.errors} == {"revoked"}
    others = [{"__typename": "User", "id": str(owner.id)}]
    assert (await catalog.ask(before, OWN, r=others)).codes == ["UNAUTHENTICATED"]
    assert (await catalog.ask(after, OWN, r=others)).data["_entities"] == [{"reservations": None}]
    assert await catalog.statuses(offer) == ["RESERVED"]
    assert (await catalog.ask(after, RESERVATION, id=str(held.id))).codes == []
    seen = (await catalog.ask(after, OWN, r=mine)).data["_entities"]
    assert None not in (seen[0]["reservations"], seen[1], seen[2]["catalog"])


async def test_an_admin(catalog: Catalog, owner: Person, admin: Person) -> None:
    before, after = generations(admin)
    draft = await catalog.draft_offer(owner, await catalog.open_place(owner))
    await catalog.tell(admin, version=2, leastTokenVersion=4)
    assert (await catalog.ask(before, OFFER, id=str(draft))).codes == ["UNAUTHENTICATED"]
    for document, variables in ((REPORTS, {}), (TAKE_DOWN, {"id": str(draft), "why": "x"})):
        assert (await catalog.ask(before, document, **variables)).codes == ["UNAUTHENTICATED"]
    assert (await catalog.ask(after, OFFER, id=str(draft))).codes == []
    assert (await catalog.ask(after, REPORTS)).codes == []


async def test_links_that_were_made_before(catalog: Catalog, owner: Person, admin: Person) -> None:
    """They are good for minutes, without a token."""
    place = await catalog.open_place(owner)
    assert (await catalog.reserve(Person(), await catalog.publish_offer(owner, place))).codes == []
    for before, after in (generations(owner), generations(admin)):
        files = [await export_link(catalog, person, place) for person in (before, after)]
        uploads = [await link(catalog, person, place) for person in (before, after)]
        await catalog.tell(before, version=2, role=before.role, leastTokenVersion=4)
        rows = [(await catalog.http.get(each)).text.count("\r\n") - 1 for each in files]
        assert rows[0] == 0 < rows[1]
        sent = [await catalog.http.put(each, content=picture()) for each in uploads]
        assert [answer.status_code for answer in sent] == [404, 201]


async def export_link(catalog: Catalog, person: Person, place: UUID) -> str:
    query = "query($id: UUID!) { place(id: $id) { stats { export { url } } } }"
    made = await catalog.ask(person, query, id=str(place))
    parts = urlsplit(made.data["place"]["stats"]["export"]["url"])
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("late", [{"version": 1}, {"version": 2, "leastTokenVersion": 3}])
async def test_what_comes_late_signs_nobody_in_again(
    catalog: Catalog, owner: Person, late: dict[str, int]
) -> None:
    before, after = generations(owner)
    await catalog.tell(owner, version=2, leastTokenVersion=4)
    assert await catalog.tell(owner, **late) == 204
    assert (await catalog.ask(before, MINE)).codes == ["UNAUTHENTICATED"]
    assert (await catalog.ask(after, MINE)).codes == []


async def test_tokens_of_an_issuer_that_does_not_count_end_by_their_time(
    catalog: Catalog, owner: Person
) -> None:
    await catalog.tell(owner, version=2, leastTokenVersion=4)
    assert (await catalog.ask(owner, MINE)).codes == []
