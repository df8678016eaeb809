"""What a suspended account, or one that waits for approval, may still do here."""

from __future__ import annotations

from tests.catalog_service.kit import (
    CREATE_OFFER,
    CREATE_PLACE,
    OFFER,
    UPDATE_PARTNERSHIP,
    Catalog,
    Person,
    ids,
    offer_input,
    running_catalog,
)
from tests.catalog_service.moderating import MINE, REPORTS, TAKE_DOWN, letters, listed


async def test_a_suspended_partner_is_signed_out_and_what_they_sell_is_hidden(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    manager = Person("partner")
    await catalog.link(owner, place, manager, "MANAGER")
    offer = await catalog.publish_offer(owner, place)
    draft = await catalog.draft_offer(owner, place)
    await catalog.hold(customer, offer, 2)
    await catalog.tell(owner, version=2, isSuspended=True)
    assert (await catalog.ask(owner, MINE)).codes == ["UNAUTHENTICATED"]
    made = await catalog.ask(owner, CREATE_OFFER, input=offer_input(place))
    assert made.codes == ["UNAUTHENTICATED"]
    assert (await catalog.ask(owner, OFFER, id=str(draft))).codes == ["UNAUTHENTICATED"]
    assert (await listed(catalog))[0] == set()
    assert await catalog.statuses(offer) == ["CANCELLED_BY_PARTNER"]
    assert await catalog.stock(offer) == (10, 10)
    assert [name for name, _ in await letters(catalog, customer)] == [
        "reservation_made",
        "reservation_cancelled",
    ]
    assert (await catalog.set_status(manager, draft, "ACTIVE")).codes == ["CONFLICT"]
    await catalog.tell(owner, version=2, isSuspended=True)
    await catalog.tell(owner, version=3)
    assert (await listed(catalog))[0] == {str(offer)}
    assert ids((await catalog.ask(owner, MINE)).data["myPlaces"]) == [str(place)]
    assert (await catalog.reserve(customer, offer)).codes == []


async def test_another_owner_goes_on_selling_and_a_new_one_begins_again(
    catalog: Catalog, owner: Person, stranger: Person, admin: Person
) -> None:
    shared, alone = await catalog.open_place(owner), await catalog.open_place(owner)
    await catalog.link(owner, shared, stranger, "OWNER")
    kept = await catalog.publish_offer(owner, shared)
    hidden = await catalog.publish_offer(owner, alone)
    await catalog.tell(owner, version=2, isSuspended=True)
    assert (await listed(catalog))[0] == {str(kept)}
    (mine,) = await catalog.sql(
        "SELECT id FROM partnerships WHERE place_id = $1 AND partner_user_id = $2",
        shared,
        stranger.id,
    )
    leave = {"id": str(mine["id"]), "isActive": False}
    assert (await catalog.ask(stranger, UPDATE_PARTNERSHIP, **leave)).codes == ["CONFLICT"]
    await catalog.link(admin, alone, stranger, "OWNER")
    assert (await listed(catalog))[0] == {str(kept), str(hidden)}
    await catalog.tell(stranger, version=2, isSuspended=True)
    assert (await listed(catalog))[0] == set()
    await catalog.tell(owner, version=3)
    assert (await listed(catalog))[0] == {str(kept), str(hidden)}


async def test_a_suspended_customer_holds_nothing_and_reads_nothing(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    held = await catalog.hold(customer, offer, 2)
    own = "query($id: UUID!) { reservation(id: $id) { id } }"
    entity = """query($r: [_Any!]!) { _entities(representations: $r) {
      ... on User { reservations { edges { node { id } } } } ... on Reservation { pickupCode }
      ... on DataExport { catalog } } }"""
    mine = [
        {"__typename": "User", "id": str(customer.id)},
        {"__typename": "Reservation", "id": str(held.id)},
        {"__typename": "DataExport", "userId": str(customer.id)},
    ]
    before = (await catalog.ask(customer, entity, r=mine)).data["_entities"]
    assert before[0]["reservations"] is not None
    await catalog.tell(customer, version=2, isSuspended=True)
    assert await catalog.statuses(offer) == ["CANCELLED_BY_CUSTOMER"]
    assert await catalog.stock(offer) == (10, 10)
    assert (await catalog.ask(customer, own, id=str(held.id))).codes == ["UNAUTHENTICATED"]
    assert (await catalog.reserve(customer, offer)).codes == ["UNAUTHENTICATED"]
    after = await catalog.ask(customer, entity, r=mine)
    assert after.body["data"]["_entities"] == [{"reservations": None}, None, {"catalog": None}]
    assert after.codes == ["UNAUTHENTICATED"] * 2
    assert {each["extensions"]["reason"] for each in after.errors} == {"suspended"}
    await catalog.tell(customer, version=3)
    assert (await catalog.reserve(customer, offer)).codes == []


async def test_a_suspended_admin_does_and_sees_nothing(
    catalog: Catalog, owner: Person, admin: Person
) -> None:
    draft = await catalog.draft_offer(owner, await catalog.open_place(owner))
    assert (await catalog.ask(admin, OFFER, id=str(draft))).codes == []
    await catalog.tell(admin, version=2, isSuspended=True)
    assert (await catalog.ask(admin, OFFER, id=str(draft))).codes == ["UNAUTHENTICATED"]
    assert (await catalog.ask(admin, REPORTS)).codes == ["UNAUTHENTICATED"]
    assert (await catalog.ask(admin, TAKE_DOWN, id=str(draft), why="x")).codes == [
        "UNAUTHENTICATED"
    ]


async def test_a_partner_who_waits_to_be_approved(database_url: str) -> None:
    waiting = Person("partner")
    given = {
        "name": "Mill",
        "address": "1 Mill Lane",
        "latitude": 1.0,
        "longitude": 1.0,
        "timeZone": "Europe/Berlin",
        "currency": "EUR",
    }
    async with running_catalog(database_url) as catalog:
        headers = {"Authorization": f"Bearer {waiting.token(approved=False)}"}
        for document, variables in ((CREATE_PLACE, {"input": given}), (MINE, {})):
            body = {"query": document, "variables": variables}
            answer = (await catalog.http.post("/graphql", json=body, headers=headers)).json()
            # also before the event is there: the token says so
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        await catalog.tell(waiting, isApproved=False)
        assert (await catalog.ask(waiting, CREATE_PLACE, input=given)).codes == ["FORBIDDEN"]
        assert (await catalog.ask(waiting, MINE)).codes == ["FORBIDDEN"]
        await catalog.tell(waiting, version=2)
        assert (await catalog.ask(waiting, CREATE_PLACE, input=given)).codes == []
        body = {"query": CREATE_PLACE, "variables": {"input": given}}
        answer = (await catalog.http.post("/graphql", json=body, headers=headers)).json()
        assert "errors" not in answer  # the token from before, as with verification


async def test_who_works_at_a_place_without_an_owner_may_leave_it(
    catalog: Catalog, owner: Person, stranger: Person, admin: Person
) -> None:
    """And decline to begin there; the owner that is suspended stays its owner."""
    place = await catalog.open_place(owner)
    staff = await catalog.link(owner, place, stranger, "STAFF")
    asked = Person("partner")
    offered = (await catalog.invite(owner, place, asked, "OWNER")).data["linkPartner"]["id"]
    (own,) = await catalog.sql("SELECT id FROM partnerships WHERE partner_user_id = $1", owner.id)
    await catalog.tell(owner, version=2, isSuspended=True)
    changed = await catalog.ask(admin, UPDATE_PARTNERSHIP, id=staff, role="MANAGER")
    assert changed.data["updatePartnership"]["role"] == "MANAGER"
    for person, partnership in ((stranger, staff), (asked, offered)):
        left = await catalog.ask(person, UPDATE_PARTNERSHIP, id=partnership, isActive=False)
        assert left.data["updatePartnership"]["status"] == "ENDED"
    ended = await catalog.ask(admin, UPDATE_PARTNERSHIP, id=str(own["id"]), isActive=False)
    assert ended.codes == ["CONFLICT"]
