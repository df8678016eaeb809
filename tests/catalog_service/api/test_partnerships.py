"""Who runs a place."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from tests.catalog_service.kit import (
    CREATE_OFFER,
    LINK,
    UPDATE_PARTNERSHIP,
    Answer,
    Catalog,
    Person,
    offer_input,
)


async def link(
    catalog: Catalog, owner: Person, place: UUID, partner: Person, role: str = "STAFF"
) -> Answer:
    """Take a partner into a place."""
    return await catalog.ask(owner, LINK, placeId=str(place), userId=str(partner.id), role=role)


async def own_partnership(catalog: Catalog, person: Person) -> str:
    """The id of the one partnership that the person holds."""
    rows = await catalog.sql("SELECT id FROM partnerships WHERE partner_user_id = $1", person.id)
    return str(rows[0]["id"])


async def leave(catalog: Catalog, person: Person, partnership: str) -> list[str]:
    """End a partnership; the codes of the errors."""
    ended = await catalog.ask(person, UPDATE_PARTNERSHIP, id=partnership, isActive=False)
    return ended.codes


async def test_the_only_owner_stays(catalog: Catalog, owner: Person) -> None:
    await catalog.open_place(owner)
    own = await own_partnership(catalog, owner)
    assert await leave(catalog, owner, own) == ["CONFLICT"]
    demoted = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=own, role="STAFF")
    assert demoted.codes == ["CONFLICT"]
    assert [row[0] for row in await catalog.sql("SELECT is_active FROM partnerships")] == [True]


async def test_of_two_owners_who_remove_each_other_one_stays(
    catalog: Catalog, owner: Person
) -> None:
    for _ in range(5):
        first, second = Person("partner"), Person("partner")
        place = await catalog.open_place(first)
        await link(catalog, first, place, second, "OWNER")
        of_first = await own_partnership(catalog, first)
        of_second = await own_partnership(catalog, second)
        answers = await asyncio.gather(
            leave(catalog, first, of_second), leave(catalog, second, of_first)
        )
        assert sorted(answers) in ([[], ["CONFLICT"]], [[], ["NOT_FOUND"]])
        rows = await catalog.sql(
            "SELECT count(*) FROM partnerships WHERE place_id = $1 AND is_active", place
        )
        assert rows[0][0] == 1


async def test_both_owners_leave_at_once(catalog: Catalog, owner: Person, stranger: Person) -> None:
    place = await catalog.open_place(owner)
    await link(catalog, owner, place, stranger, "OWNER")
    own = [await own_partnership(catalog, person) for person in (owner, stranger)]
    answers = await asyncio.gather(leave(catalog, owner, own[0]), leave(catalog, stranger, own[1]))
    assert sorted(answers) == [[], ["CONFLICT"]]


async def test_linking_again(catalog: Catalog, owner: Person, stranger: Person) -> None:
    place = await catalog.open_place(owner)
    first = (await link(catalog, owner, place, stranger)).data["linkPartner"]
    assert (await link(catalog, owner, place, stranger)).data["linkPartner"] == first
    assert (await link(catalog, owner, place, stranger, "MANAGER")).codes == ["CONFLICT"]
    assert await leave(catalog, stranger, first["id"]) == []
    back = (await link(catalog, owner, place, stranger, "MANAGER")).data["linkPartner"]
    assert back == {"id": first["id"], "role": "MANAGER", "isActive": True}


async def test_a_partner_may_leave_and_nothing_else(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    own = (await link(catalog, owner, place, stranger)).data["linkPartner"]["id"]
    promoted = await catalog.ask(stranger, UPDATE_PARTNERSHIP, id=own, role="OWNER")
    assert promoted.codes == ["NOT_FOUND"]
    assert await leave(catalog, stranger, own) == []
    resumed = await catalog.ask(stranger, UPDATE_PARTNERSHIP, id=own, isActive=True)
    assert resumed.codes == ["NOT_FOUND"]
    of_owner = await own_partnership(catalog, owner)
    assert await leave(catalog, stranger, of_owner) == ["NOT_FOUND"]


async def test_roles_at_a_place(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    manager, staff = Person("partner"), Person("partner")
    await link(catalog, owner, place, manager, "MANAGER")
    await link(catalog, owner, place, staff, "STAFF")
    for person, codes in ((owner, []), (manager, []), (staff, ["NOT_FOUND"])):
        made = await catalog.ask(person, CREATE_OFFER, input=offer_input(place))
        assert made.codes == codes
    for person in (manager, staff):
        assert (await link(catalog, person, place, Person("partner"))).codes == ["NOT_FOUND"]


async def test_a_partnership_without_the_role_gives_nothing(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    assert (await link(catalog, owner, place, customer, "OWNER")).codes == []
    made = await catalog.ask(customer, CREATE_OFFER, input=offer_input(place))
    assert made.codes == ["FORBIDDEN"]


async def test_at_most_twenty_are_shown(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    for _ in range(25):
        await link(catalog, owner, place, Person("partner"))
    shown = await catalog.ask(
        None,
        "query($id: UUID!) { place(id: $id) { partnerships { role partner { id } } } }",
        id=str(place),
    )
    partnerships = shown.data["place"]["partnerships"]
    assert len(partnerships) == 20
    assert partnerships[0] == {"role": "OWNER", "partner": {"id": str(owner.id)}}


async def test_nobody_is_linked_to_nothing(catalog: Catalog, owner: Person) -> None:
    assert (await link(catalog, owner, uuid4(), Person("partner"))).codes == ["NOT_FOUND"]
