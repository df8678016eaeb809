"""Whom a place invited by their accounts, and who have not answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.catalog_service.api.test_lists import counted_statements
from tests.catalog_service.kit import ACCEPT, CLOSE_PLACE, UPDATE_PARTNERSHIP, Catalog, Person

FIELDS = "id role status invitedAt invitedBy { id } invitedByName partner { id } partnerName"
INVITED = f"""query($id: UUID!, $first: Int! = 20, $after: String) {{ place(id: $id) {{
  invitedPartnerships(first: $first, after: $after) {{
    edges {{ node {{ {FIELDS} }} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"""


async def invited(catalog: Catalog, person: Person, place: UUID, **page: Any) -> list[Any]:
    """The nodes of the list."""
    answer = await catalog.ask(person, INVITED, id=str(place), **page)
    return [each["node"] for each in answer.data["place"]["invitedPartnerships"]["edges"]]


async def test_owners_see_whom_who_invited_and_since_when(
    catalog: Catalog, owner: Person, stranger: Person, admin: Person
) -> None:
    place, another = await catalog.open_place(owner), await catalog.open_place(owner)
    second = Person("partner")
    await catalog.link(owner, place, second, "OWNER")
    await catalog.tell(owner, version=2, displayName="Ada")
    await catalog.invite(owner, another, stranger)
    first = (await catalog.invite(owner, place, stranger)).data["linkPartner"]["id"]
    await catalog.tell(stranger, version=2, displayName="Ben")
    newest = Person("partner")
    last = (await catalog.invite(second, place, newest, "MANAGER")).data["linkPartner"]["id"]
    for person in (owner, second, admin):
        shown = await invited(catalog, person, place)
        assert [each["id"] for each in shown] == [last, first]
        assert [each["role"] for each in shown] == ["MANAGER", "STAFF"]
        assert [each["status"] for each in shown] == ["INVITED"] * 2
        assert [each["partner"]["id"] for each in shown] == [str(newest.id), str(stranger.id)]
        assert [each["partnerName"] for each in shown] == [None, "Ben"]
        assert [each["invitedBy"]["id"] for each in shown] == [str(second.id), str(owner.id)]
        assert [each["invitedByName"] for each in shown] == [None, "Ada"]
        assert shown[0]["invitedAt"] > shown[1]["invitedAt"]


async def test_what_was_answered_or_taken_back_waits_no_more(
    catalog: Catalog, owner: Person
) -> None:
    place = await catalog.open_place(owner)
    asked = [Person("partner") for _ in range(3)]
    accepted, withdrawn, waiting = [
        (await catalog.invite(owner, place, each)).data["linkPartner"]["id"] for each in asked
    ]
    taken_back = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=withdrawn, isActive=False)
    assert taken_back.codes == []
    answer = await catalog.ask(asked[0], ACCEPT.replace("status", FIELDS, 1), id=accepted)
    made = answer.data["acceptPartnership"]
    assert (made["invitedAt"], made["invitedBy"], made["invitedByName"]) == (None, None, None)
    (left,) = await invited(catalog, owner, place)
    assert left["id"] == waiting
    await catalog.ask(owner, UPDATE_PARTNERSHIP, id=withdrawn, isActive=True)
    again = {each["id"]: each["invitedAt"] for each in await invited(catalog, owner, place)}
    assert again.keys() == {withdrawn, waiting}
    assert again[withdrawn] > again[waiting]


OWN = """query($r: [_Any!]!) { _entities(representations: $r) { ... on User {
  partnerships { edges { node { id status } } } } } }"""


async def own(catalog: Catalog, person: Person) -> list[tuple[str, str]]:
    """The person's partnerships: id and status."""
    answer = await catalog.ask(person, OWN, r=[{"__typename": "User", "id": str(person.id)}])
    edges = answer.data["_entities"][0]["partnerships"]["edges"]
    return [(each["node"]["id"], each["node"]["status"]) for each in edges]


async def test_they_end_with_the_place(catalog: Catalog, owner: Person, stranger: Person) -> None:
    place = await catalog.open_place(owner)
    asked = (await catalog.invite(owner, place, stranger)).data["linkPartner"]["id"]
    assert await own(catalog, stranger) == [(asked, "INVITED")]
    assert (await catalog.ask(owner, CLOSE_PLACE, id=str(place))).codes == []
    assert await own(catalog, stranger) == [(asked, "ENDED")]
    assert await invited(catalog, owner, place) == []
    assert (await catalog.ask(stranger, ACCEPT, id=asked)).codes == ["CONFLICT"]


async def test_what_nobody_stands_behind_waits_for_no_answer(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    """Who owns the place sees it on, and may renew it in their own name or withdraw it."""
    place = await catalog.open_place(owner)
    second = Person("partner")
    await catalog.link(owner, place, second, "OWNER")
    asked = (await catalog.invite(owner, place, stranger)).data["linkPartner"]["id"]
    await catalog.tell(owner, 2, isSuspended=True)
    assert await own(catalog, stranger) == []
    await catalog.tell(owner, 3)
    assert await own(catalog, stranger) == [(asked, "INVITED")]
    ((mine, _),) = await own(catalog, owner)
    assert (await catalog.ask(second, UPDATE_PARTNERSHIP, id=mine, isActive=False)).codes == []
    assert await own(catalog, stranger) == []
    assert [each["id"] for each in await invited(catalog, second, place)] == [asked]
    assert (await catalog.invite(second, place, stranger)).codes == []
    assert await own(catalog, stranger) == [(asked, "INVITED")]


async def test_it_is_read_page_by_page_and_for_many_places_at_once(
    catalog: Catalog, owner: Person
) -> None:
    place = await catalog.open_place(owner)
    made = [
        (await catalog.invite(owner, place, Person("partner"))).data["linkPartner"]["id"]
        for _ in range(3)
    ]
    first = await catalog.ask(owner, INVITED, id=str(place), first=2)
    page = first.data["place"]["invitedPartnerships"]["pageInfo"]
    assert page["hasNextPage"] is True
    rest = await invited(catalog, owner, place, first=2, after=page["endCursor"])
    assert [each["id"] for each in rest] == made[:1]
    document = f"""{{ myPlaces {{ edges {{ node {{ invitedPartnerships(first: 5) {{
      edges {{ node {{ {FIELDS} }} }} }} }} }} }} }}"""
    with counted_statements() as alone:
        await catalog.ask(owner, document)
    for _ in range(3):
        await catalog.invite(owner, await catalog.open_place(owner), Person("partner"))
    with counted_statements() as many:
        found = await catalog.ask(owner, document)
    assert len(found.data["myPlaces"]["edges"]) == 4
    assert len(many) == len(alone)


async def test_others_see_nothing_of_it(
    catalog: Catalog, owner: Person, stranger: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    helper = Person("partner")
    await catalog.link(owner, place, helper, "MANAGER")
    await catalog.invite(owner, place, stranger)
    for person, code in (
        (helper, "NOT_FOUND"),
        (stranger, "NOT_FOUND"),
        (customer, "FORBIDDEN"),
        (None, "UNAUTHENTICATED"),
    ):
        assert (await catalog.ask(person, INVITED, id=str(place))).codes == [code]
