"""A partner is asked to work at a place, and answers."""

from __future__ import annotations

from uuid import uuid4

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
from tests.catalog_service.working_together import leave, own_partnership, shown


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


async def test_nobody_is_linked_to_nothing(catalog: Catalog, owner: Person) -> None:
    assert (await catalog.invite(owner, uuid4(), Person("partner"))).codes == ["NOT_FOUND"]


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
