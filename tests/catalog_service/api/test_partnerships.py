"""Who runs a place."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

from tests.catalog_service.kit import (
    ACCEPT,
    CLOSE_PLACE,
    CREATE_OFFER,
    LINK,
    UPDATE_PARTNERSHIP,
    Catalog,
    Person,
    offer_input,
    running_catalog,
)


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


async def test_linking_again(catalog: Catalog, owner: Person, stranger: Person) -> None:
    place = await catalog.open_place(owner)
    first = (await catalog.invite(owner, place, stranger)).data["linkPartner"]
    assert first["status"] == "INVITED"
    assert (await catalog.invite(owner, place, stranger)).data["linkPartner"] == first
    assert (await catalog.invite(owner, place, stranger, "MANAGER")).codes == ["CONFLICT"]
    assert len(await catalog.sql("SELECT 1 FROM outbox WHERE payload ? 'letter'")) == 1
    await catalog.ask(stranger, ACCEPT, id=first["id"])
    active = (await catalog.invite(owner, place, stranger)).data["linkPartner"]
    assert active == first | {"isActive": True, "status": "ACTIVE"}
    assert await leave(catalog, stranger, first["id"]) == []
    back = (await catalog.invite(owner, place, stranger, "MANAGER")).data["linkPartner"]
    assert back == {"id": first["id"], "role": "MANAGER", "isActive": False, "status": "INVITED"}


async def test_whoever_is_asked_again_is_written_to_again(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    own = await catalog.link(owner, await catalog.open_place(owner), stranger)
    assert await leave(catalog, stranger, own) == []
    for _ in range(2):  # once is enough
        asked = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=own, isActive=True)
        assert asked.data["updatePartnership"]["status"] == "INVITED"
    written = [name for name, _ in await catalog.letters(stranger)]
    assert written == ["partnership_offered"] * 2


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
    place = await catalog.open_place(owner)
    manager, staff = Person("partner"), Person("partner")
    await catalog.link(owner, place, manager, "MANAGER")
    await catalog.link(owner, place, staff, "STAFF")
    for person, codes in ((owner, []), (manager, []), (staff, ["NOT_FOUND"])):
        made = await catalog.ask(person, CREATE_OFFER, input=offer_input(place))
        assert made.codes == codes
    for person in (manager, staff):
        refused = await catalog.invite(person, place, Person("partner"))
        assert refused.codes == ["NOT_FOUND"]


async def test_only_partners_that_exist_are_invited(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    refused = await catalog.invite(owner, place, customer, "OWNER")
    assert refused.codes == ["BAD_USER_INPUT"]
    assert refused.violations == [("userId", "NOT_A_PARTNER")]
    gone = Person("partner")
    assert await catalog.deliver(gone.id) == 204
    assert (await catalog.invite(owner, place, gone)).codes == ["NOT_FOUND"]
    unknown = {"placeId": str(place), "userId": str(uuid4()), "role": "STAFF"}
    # nothing was told of it, and auth cannot be asked: that is no answer either way
    assert (await catalog.ask(owner, LINK, **unknown)).codes == ["UNAVAILABLE"]
    assert len(await catalog.sql("SELECT 1 FROM partnerships")) == 1


async def test_an_invitation_gives_nothing_until_it_is_accepted(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    invited = (await catalog.invite(owner, place, stranger, "MANAGER")).data["linkPartner"]["id"]
    made = await catalog.ask(stranger, CREATE_OFFER, input=offer_input(place))
    assert made.codes == ["NOT_FOUND"]
    assert await shown(catalog, place) == [str(owner.id)]
    for person in (owner, Person("partner")):
        assert (await catalog.ask(person, ACCEPT, id=invited)).codes == ["NOT_FOUND"]
    for _ in range(2):
        accepted = await catalog.ask(stranger, ACCEPT, id=invited)
        assert accepted.data["acceptPartnership"]["status"] == "ACTIVE"
    made = await catalog.ask(stranger, CREATE_OFFER, input=offer_input(place))
    assert made.codes == []
    assert await shown(catalog, place) == [str(owner.id), str(stranger.id)]


async def test_an_invitation_is_declined_or_withdrawn(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    for ends in (stranger, owner):
        invited = (await catalog.invite(owner, place, stranger)).data["linkPartner"]["id"]
        assert await leave(catalog, ends, invited) == []
        assert (await catalog.ask(stranger, ACCEPT, id=invited)).codes == ["NOT_FOUND"]


async def test_an_invited_owner_is_no_owner_yet(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    await catalog.invite(owner, place, stranger, "OWNER")
    assert await leave(catalog, owner, await own_partnership(catalog, owner)) == ["CONFLICT"]


async def test_resuming_what_ended_asks_the_partner_again(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    linked = await catalog.link(owner, place, stranger)
    await leave(catalog, owner, linked)
    resumed = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=linked, isActive=True)
    assert resumed.data["updatePartnership"]["status"] == "INVITED"


async def test_whoever_is_no_partner_any_more_is_not_asked_again(
    catalog: Catalog, owner: Person
) -> None:
    place = await catalog.open_place(owner)
    for is_deleted in (True, False):
        partner = Person("partner")
        own = await catalog.link(owner, place, partner)
        gone = catalog.deliver(partner.id) if is_deleted else catalog.tell(partner, 2, role="user")
        assert await gone == 204
        again = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=own, isActive=True)
        assert again.codes == ["CONFLICT"]
    assert await catalog.sql("SELECT 1 FROM partnerships WHERE is_invited") == []


async def test_a_dismissed_owner_does_not_come_back_by_whom_they_invited(
    catalog: Catalog, owner: Person, stranger: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    mine = await own_partnership(catalog, owner)
    await catalog.link(owner, place, stranger, "OWNER")
    friends = [Person("partner") for _ in range(3)]
    asked = [
        (await catalog.invite(owner, place, each, "OWNER")).data["linkPartner"]["id"]
        for each in friends
    ]
    await catalog.tell(owner, 2, isSuspended=True)
    assert (await catalog.ask(friends[0], ACCEPT, id=asked[0])).codes == ["CONFLICT"]
    await catalog.tell(owner, 3)
    assert (await catalog.ask(friends[0], ACCEPT, id=asked[0])).codes == []
    assert await leave(catalog, stranger, mine) == []
    assert (await catalog.ask(friends[1], ACCEPT, id=asked[1])).codes == ["CONFLICT"]
    # asked by who owns it now, or by an admin, they may
    renewed = await catalog.invite(stranger, place, friends[1], "STAFF")
    assert renewed.data["linkPartner"]["id"] == asked[1]
    await catalog.tell(admin)
    changed = await catalog.ask(admin, UPDATE_PARTNERSHIP, id=asked[2], role="MANAGER")
    assert changed.data["updatePartnership"]["status"] == "INVITED"
    for friend, partnership, role in zip(friends[1:], asked[1:], ("STAFF", "MANAGER"), strict=True):
        accepted = await catalog.ask(friend, ACCEPT, id=partnership)
        assert accepted.data["acceptPartnership"]["role"] == role


async def test_an_invitation_goes_with_the_account_that_made_it(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    await catalog.link(owner, place, stranger, "OWNER")
    friend = Person("partner")
    asked = (await catalog.invite(owner, place, friend, "OWNER")).data["linkPartner"]["id"]
    assert await catalog.deliver(owner.id) == 204
    assert (await catalog.ask(friend, ACCEPT, id=asked)).codes == ["NOT_FOUND"]


async def test_a_closed_place_takes_nobody_in(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    invited = (await catalog.invite(owner, place, stranger)).data["linkPartner"]["id"]
    await catalog.ask(owner, CLOSE_PLACE, id=str(place))
    assert (await catalog.ask(stranger, ACCEPT, id=invited)).codes == ["CONFLICT"]
    assert await leave(catalog, owner, invited) == []
    again = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=invited, isActive=True)
    assert again.codes == ["CONFLICT"]
    assert (await catalog.invite(owner, place, stranger)).codes == ["NOT_FOUND"]


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


async def shown(catalog: Catalog, place: UUID) -> list[str]:
    """Whom the place shows to everybody."""
    document = "query($id: UUID!) { place(id: $id) { partnerships { partner { id } } } }"
    found = await catalog.ask(None, document, id=str(place))
    return [each["partner"]["id"] for each in found.data["place"]["partnerships"]]


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


async def test_nobody_is_linked_to_nothing(catalog: Catalog, owner: Person) -> None:
    assert (await catalog.invite(owner, uuid4(), Person("partner"))).codes == ["NOT_FOUND"]


async def test_a_partner_is_invited_so_often_and_no_more(
    database_url: str, owner: Person, stranger: Person
) -> None:
    """Each invitation is a mail, whichever way it is made; whoever works there is ended at once."""
    async with running_catalog(database_url, invitations_per_address=3) as catalog:
        place = await catalog.open_place(owner)
        made = await catalog.invite(owner, place, stranger)
        partnership = made.data["linkPartner"]["id"]
        for changes in ({"role": "MANAGER"}, {"isActive": False}, {"isActive": True}):
            done = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=partnership, **changes)
            assert done.codes == []
        again = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=partnership, role="OWNER")
        assert again.codes == ["RATE_LIMITED"]
        elsewhere = Person("partner")
        other = await catalog.open_place(elsewhere)
        assert (await catalog.invite(elsewhere, other, stranger)).codes == ["RATE_LIMITED"]
        assert len(await catalog.letters(stranger)) == 3
        assert (await catalog.ask(stranger, ACCEPT, id=partnership)).codes == []
        for changes in ({"role": "STAFF"}, {"isActive": False}):
            done = await catalog.ask(owner, UPDATE_PARTNERSHIP, id=partnership, **changes)
            assert done.codes == []
        who = {"placeId": str(place), "userId": str(stranger.id), "role": "STAFF"}
        assert (await catalog.ask(owner, LINK, **who)).codes == ["RATE_LIMITED"]


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
