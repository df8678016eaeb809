"""Who works at a place, as everybody and as colleagues see it."""

from __future__ import annotations

from typing import Any

from tests.catalog_service.kit import UPDATE_PARTNERSHIP, Catalog, Person

ACTIVE = """query($id: UUID!, $first: Int!, $after: String) { place(id: $id) {
  activePartnerships(first: $first, after: $after) {
    edges { node { id partner { id } } } pageInfo { hasNextPage endCursor } } } }"""


async def test_at_most_twenty_are_shown(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    for _ in range(25):
        await catalog.link(owner, place, Person("partner"))
    shown = await catalog.ask(
        None,
        "query($id: UUID!) { place(id: $id) { partnerships { role partner { id } } } }",
        id=str(place),
    )
    partnerships = shown.data["place"]["partnerships"]
    assert len(partnerships) == 20
    assert partnerships[0] == {"role": "OWNER", "partner": {"id": str(owner.id)}}


async def test_who_works_there_reads_of_all_who_do(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    people = [Person("partner") for _ in range(22)]
    made = [await catalog.link(owner, place, each) for each in people]
    await catalog.ask(owner, UPDATE_PARTNERSHIP, id=made.pop(3), isActive=False)
    await catalog.invite(owner, place, stranger)
    page: dict[str, Any] = {"id": str(place), "first": 12}
    found = []
    for _ in range(2):
        answer = await catalog.ask(people[0], ACTIVE, **page)
        part = answer.data["place"]["activePartnerships"]
        found += [each["node"] for each in part["edges"]]
        page["after"] = part["pageInfo"]["endCursor"]
    assert part["pageInfo"]["hasNextPage"] is False
    assert found[0]["partner"] == {"id": str(owner.id)}
    assert [each["id"] for each in found[1:]] == made
