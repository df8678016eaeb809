"""Who runs a place: roles, owners, and how a partnership ends."""

from __future__ import annotations

import asyncio
import json

from tests.catalog_service.kit import (
    ACCEPT,
    CLOSE_PLACE,
    CREATE_OFFER,
    UPDATE_PARTNERSHIP,
    Catalog,
    Person,
    offer_input,
)
from tests.catalog_service.working_together import leave, open_staffed_place, own_partnership


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
        await catalog.link(first, place, second, "OWNER")
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
    await catalog.link(owner, place, stranger, "OWNER")
    own = [await own_partnership(catalog, person) for person in (owner, stranger)]
    answers = await asyncio.gather(leave(catalog, owner, own[0]), leave(catalog, stranger, own[1]))
    assert sorted(answers) == [[], ["CONFLICT"]]


async def test_who_gets_another_role_or_none_is_written_to(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    own = await catalog.link(owner, place, stranger)
    for given in ({"role": "OWNER"}, {"role": "OWNER"}, {"isActive": False}, {"isActive": False}):
        changed = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=own, **given)
        assert changed.codes == []
    deputy = Person("partner")
    leaves = await catalog.link(owner, place, deputy)
    assert await leave(catalog, deputy, leaves) == []  # by themselves
    other = (await catalog.invite(owner, place, Person("partner"))).data["linkPartner"]["id"]
    await catalog.ask(owner, UPDATE_PARTNERSHIP, id=other, isActive=False)  # not yet accepted
    letters = await catalog.sql(
        "SELECT subject, payload FROM outbox WHERE payload ->> 'letter' ~ 'partnership_[ce]'"
        " ORDER BY created_at"
    )
    assert [each["subject"] for each in letters] == [stranger.id] * 2
    changed, ended = (json.loads(each["payload"]) for each in letters)
    assert (changed["letter"], changed["facts"]["role"]) == ("partnership_changed", "OWNER")
    assert (ended["letter"], ended["facts"]["place"]) == ("partnership_ended", "Corner Bakery")


async def test_a_partner_may_leave_and_nothing_else(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    own = await catalog.link(owner, place, stranger)
    promoted = await catalog.ask(stranger, UPDATE_PARTNERSHIP, id=own, role="OWNER")
    assert promoted.codes == ["NOT_FOUND"]
    assert await leave(catalog, stranger, own) == []
    resumed = await catalog.ask(stranger, UPDATE_PARTNERSHIP, id=own, isActive=True)
    assert resumed.codes == ["NOT_FOUND"]
    of_owner = await own_partnership(catalog, owner)
    assert await leave(catalog, stranger, of_owner) == ["NOT_FOUND"]


async def test_leaving_and_declining_again_changes_nothing(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    own = await catalog.link(owner, place, stranger)
    asked = Person("partner")
    offered = (await catalog.invite(owner, place, asked)).data["linkPartner"]["id"]
    for person, partnership in ((stranger, own), (asked, offered)):
        for _ in range(2):
            assert await leave(catalog, person, partnership) == []
        assert (await catalog.ask(person, ACCEPT, id=partnership)).codes == ["NOT_FOUND"]
        for given in ({"role": "OWNER"}, {"isActive": True}):
            back = await catalog.ask(person, UPDATE_PARTNERSHIP, id=partnership, **given)
            assert back.codes == ["NOT_FOUND"]


async def test_roles_at_a_place(catalog: Catalog, owner: Person) -> None:
    place, manager, staff = await open_staffed_place(catalog, owner)
    for person, codes in ((owner, []), (manager, []), (staff, ["NOT_FOUND"])):
        made = await catalog.ask(person, CREATE_OFFER, input=offer_input(place))
        assert made.codes == codes
    for person in (manager, staff):
        refused = await catalog.invite(person, place, Person("partner"))
        assert refused.codes == ["NOT_FOUND"]


async def test_whoever_is_named_may_end_it_whatever_their_role(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    """A customer who was named before only partners could be."""
    place = await catalog.open_place(owner)
    await catalog.sql(
        "INSERT INTO partnerships (id, partner_user_id, place_id, role) "
        "VALUES (gen_random_uuid(), $1, $2, 'STAFF')",
        customer.id,
        place,
    )
    own = await own_partnership(catalog, customer)
    assert await leave(catalog, Person(), own) == ["NOT_FOUND"]
    assert await leave(catalog, customer, own) == []


async def test_whoever_works_there_is_told_that_a_place_closed(
    catalog: Catalog, owner: Person, admin: Person, stranger: Person
) -> None:
    people = [Person("partner") for _ in range(4)]
    second, helper, left, invited = people
    for closing, told in ((owner, [second, helper]), (admin, [owner, second, helper])):
        place = await catalog.open_place(owner, name=f"Closed by {closing.role}")
        await catalog.link(owner, place, second, "OWNER")
        await catalog.link(owner, place, helper)
        gone = await catalog.link(owner, place, left)
        await catalog.ask(left, UPDATE_PARTNERSHIP, id=gone, isActive=False)
        await catalog.invite(owner, place, invited)
        for _ in range(2):
            done = await catalog.ask(closing, CLOSE_PLACE, id=str(place))
            assert done.codes == []
        written = [
            person
            for person in (owner, stranger, *people)
            for letter, facts in await catalog.letters(person)
            if letter == "workplace_closed" and facts["place"] == f"Closed by {closing.role}"
        ]
        assert written == told
