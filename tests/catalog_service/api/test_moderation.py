"""What customers report, and what admins take down, suspend and approve."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

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

WHY = "Sold what was spoilt."
TAKE_DOWN = (
    "mutation($id: UUID!, $why: String!) { takeDownOffer(id: $id, reason: $why) { status } }"
)
RESTORE = "mutation($id: UUID!, $why: String!) { restoreOffer(id: $id, reason: $why) { status } }"
CLOSE_DOWN = "mutation($id: UUID!, $why: String!) { takeDownPlace(id: $id, reason: $why) { id } }"
REOPEN = "mutation($id: UUID!, $why: String!) { restorePlace(id: $id, reason: $why) { id } }"
REPORT = """mutation($id: UUID!, $reason: ReportReason!, $text: String!) {
  reportOffer(offerId: $id, reason: $reason, text: $text) { id reason text closedAt } }"""
REPORTS = """query($open: Boolean, $offer: UUID) { reports(isOpen: $open, offerId: $offer) { edges {
  node { id reason text resolution offer { id title } place { name } reporter { id }
    closedBy { id } } } } }"""
CLOSE = """mutation($id: UUID!, $how: String!) {
  closeReport(id: $id, resolution: $how) { resolution closedAt } }"""
COPY = """mutation($id: UUID!, $input: CopyOfferInput!) {
  copyOffer(id: $id, input: $input) { id } }"""
LISTED = "{ offers { edges { node { id } } } places { edges { node { id } } } }"
MINE = "{ myPlaces { edges { node { id } } } }"
TAKEDOWN = "query($id: UUID!) { offer(id: $id) { status takedown { reason } } }"


async def listed(catalog: Catalog) -> tuple[set[str], set[str]]:
    """The offers and places that everybody sees."""
    found = (await catalog.ask(None, LISTED)).data
    return set(ids(found["offers"])), set(ids(found["places"]))


async def letters(catalog: Catalog, person: Person) -> list[tuple[str, str | None]]:
    rows = await catalog.sql(
        "SELECT payload FROM outbox WHERE subject = $1 ORDER BY created_at", person.id
    )
    events = [json.loads(row["payload"]) for row in rows]
    return [(event["letter"], event["facts"].get("reason")) for event in events]


async def acts(catalog: Catalog, target: object) -> list[tuple[str, str | None]]:
    """What the log has of a target, and what the auth service will be told: the same."""
    rows = await catalog.sql(
        "SELECT id, action, reason FROM audit_log WHERE target_id = $1 ORDER BY created_at",
        UUID(str(target)),
    )
    for row in rows:
        (told,) = await catalog.sql("SELECT payload FROM outbox WHERE id = $1", row["id"])
        event = json.loads(told["payload"])
        assert (event["type"], event["action"]) == ("audit.recorded", row["action"])
    return [(row["action"], row["reason"]) for row in rows]


async def test_an_offer_is_taken_down_and_given_back(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    manager, staff = Person("partner"), Person("partner")
    await catalog.link(owner, place, manager, "MANAGER")
    await catalog.link(owner, place, staff, "STAFF")
    offer = await catalog.publish_offer(owner, place)
    other = await catalog.publish_offer(owner, place)
    await catalog.hold(customer, offer, 3)
    for _ in range(2):
        done = await catalog.ask(admin, TAKE_DOWN, id=str(offer), why=WHY)
        assert done.data["takeDownOffer"] == {"status": "PAUSED"}
    assert (await listed(catalog))[0] == {str(other)}
    assert await catalog.stock(offer) == (10, 10)
    assert await catalog.statuses(offer) == ["CANCELLED_BY_PARTNER"]
    assert (await letters(catalog, customer))[1:] == [("reservation_cancelled", WHY)]
    for keeper in (owner, manager):
        assert ("offer_taken_down", WHY) in await letters(catalog, keeper)
    assert "offer_taken_down" not in dict(await letters(catalog, staff))
    assert (await catalog.reserve(Person(), offer)).codes == ["OFFER_CLOSED"]
    assert (await catalog.set_status(owner, offer, "ACTIVE")).codes == ["CONFLICT"]
    start = offer_input(place)
    window = {"pickupStart": start["pickupStart"], "pickupEnd": start["pickupEnd"]}
    assert (await catalog.ask(owner, COPY, id=str(offer), input=window)).codes == ["CONFLICT"]
    assert (await catalog.ask(owner, TAKEDOWN, id=str(offer))).data["offer"]["takedown"] == {
        "reason": WHY
    }
    seen = await catalog.ask(customer, TAKEDOWN, id=str(offer))  # who reserved it may read it
    assert seen.data["offer"]["takedown"] is None
    for _ in range(2):
        back = await catalog.ask(admin, RESTORE, id=str(offer), why="A mistake.")
        assert back.data["restoreOffer"] == {"status": "ACTIVE"}
    assert (await listed(catalog))[0] == {str(offer), str(other)}
    assert (await catalog.reserve(customer, offer)).codes == []
    assert ("offer_restored", "A mistake.") in await letters(catalog, owner)
    assert await acts(catalog, offer) == [
        ("OFFER_TAKEN_DOWN", WHY),
        ("OFFER_RESTORED", "A mistake."),
    ]


async def test_what_was_not_for_sale_is_not_afterwards(
    catalog: Catalog, owner: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    paused = await catalog.publish_offer(owner, place)
    await catalog.set_status(owner, paused, "PAUSED")
    over = await catalog.publish_offer(owner, place)
    for offer, status in ((draft, "DRAFT"), (paused, "PAUSED"), (over, "PAUSED")):
        done = await catalog.ask(admin, TAKE_DOWN, id=str(offer), why=WHY)
        assert done.data["takeDownOffer"]["status"] == status
    await catalog.shift(timedelta(hours=-4), over)
    for offer, status in ((draft, "DRAFT"), (paused, "PAUSED"), (over, "PAUSED")):
        back = await catalog.ask(admin, RESTORE, id=str(offer), why="x")
        assert back.data["restoreOffer"]["status"] == status
    assert (await catalog.set_status(owner, paused, "ACTIVE")).codes == []


async def test_a_place_is_taken_down_and_given_back(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    place, beside = await catalog.open_place(owner), await catalog.open_place(owner)
    offers = [await catalog.publish_offer(owner, place) for _ in range(2)]
    kept = await catalog.publish_offer(owner, beside)
    await catalog.hold(customer, offers[0])
    for _ in range(2):
        assert (await catalog.ask(admin, CLOSE_DOWN, id=str(place), why=WHY)).codes == []
    assert await listed(catalog) == ({str(kept)}, {str(beside)})
    assert await catalog.statuses(offers[0]) == ["CANCELLED_BY_PARTNER"]
    assert (await letters(catalog, customer))[1:] == [("reservation_cancelled", WHY)]
    assert ("place_taken_down", WHY) in await letters(catalog, owner)
    assert (await catalog.set_status(owner, offers[0], "ACTIVE")).codes == ["CONFLICT"]
    new = await catalog.draft_offer(owner, place)
    assert (await catalog.set_status(owner, new, "ACTIVE")).codes == ["CONFLICT"]
    # one of them is taken down itself, and stays so
    await catalog.ask(admin, TAKE_DOWN, id=str(offers[1]), why="Spoilt.")
    for _ in range(2):
        assert (await catalog.ask(admin, REOPEN, id=str(place), why="Clean.")).codes == []
    assert await listed(catalog) == ({str(kept), str(offers[0])}, {str(place), str(beside)})
    await catalog.ask(admin, RESTORE, id=str(offers[1]), why="x")
    assert str(offers[1]) in (await listed(catalog))[0]
    assert await acts(catalog, place) == [("PLACE_TAKEN_DOWN", WHY), ("PLACE_RESTORED", "Clean.")]


async def test_whoever_publishes_while_it_is_taken_down(
    catalog: Catalog, owner: Person, admin: Person
) -> None:
    """Whichever is first, nothing is on sale afterwards."""
    for _ in range(4):
        place = await catalog.open_place(owner)
        draft = await catalog.draft_offer(owner, place)
        publish = [catalog.set_status(owner, draft, "ACTIVE") for _ in range(3)]
        down = catalog.ask(admin, CLOSE_DOWN, id=str(place), why=WHY)
        answers = await asyncio.gather(*publish, down)
        assert answers[-1].codes == []
    assert await catalog.sql("SELECT 1 FROM offers WHERE status = 'active'") == []


async def test_who_may_not(catalog: Catalog, owner: Person, admin: Person) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place)
    for document, target in ((TAKE_DOWN, offer), (RESTORE, offer), (CLOSE_DOWN, place)):
        for person, code in ((None, "UNAUTHENTICATED"), (owner, "FORBIDDEN")):
            assert (await catalog.ask(person, document, id=str(target), why="x")).codes == [code]
        missing = await catalog.ask(admin, document, id=str(uuid4()), why="x")
        assert missing.codes == ["NOT_FOUND"]
        for why, code in (("", "TOO_SHORT"), ("x" * 501, "TOO_LONG")):
            refused = await catalog.ask(admin, document, id=str(target), why=why)
            assert refused.violations == [("reason", code)]
    assert str(offer) in (await listed(catalog))[0]
    await catalog.tell(admin, version=2, role="user")
    assert (await catalog.ask(admin, TAKE_DOWN, id=str(offer), why="x")).codes == ["FORBIDDEN"]
    assert (await catalog.ask(admin, REPORTS)).codes == ["FORBIDDEN"]


async def test_reports_once_per_customer_and_offer(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    given: dict[str, Any] = {"id": str(offer), "reason": "UNSAFE", "text": " It was mouldy. "}
    made = [await catalog.ask(customer, REPORT, **given) for _ in range(2)]
    made += await asyncio.gather(
        *(catalog.ask(customer, REPORT, **given | {"reason": "OTHER"}) for _ in range(5))
    )
    assert {each.data["reportOffer"]["id"] for each in made} == {made[0].data["reportOffer"]["id"]}
    assert {each.data["reportOffer"]["reason"] for each in made} == {"UNSAFE"}
    other = await catalog.ask(Person(), REPORT, **given | {"reason": "MISLEADING", "text": ""})
    found = await catalog.ask(admin, REPORTS, open=True)
    first, second = (edge["node"] for edge in found.data["reports"]["edges"])
    assert (first["text"], first["reporter"]) == ("It was mouldy.", {"id": str(customer.id)})
    assert (first["offer"]["title"], first["place"]["name"]) == (
        "Yesterday's bread",
        "Corner Bakery",
    )
    assert second["id"] == other.data["reportOffer"]["id"]
    for _ in range(2):
        closed = await catalog.ask(admin, CLOSE, id=first["id"], how="Taken down.")
        assert closed.data["closeReport"]["resolution"] == "Taken down."
    assert (await catalog.ask(admin, CLOSE, id=first["id"], how="No.")).codes == ["CONFLICT"]
    assert (await catalog.ask(admin, CLOSE, id=str(uuid4()), how="x")).codes == ["NOT_FOUND"]
    still = await catalog.ask(admin, REPORTS, open=True)
    assert ids(still.data["reports"]) == [second["id"]]
    done = await catalog.ask(admin, REPORTS, open=False, offer=str(offer))
    assert done.data["reports"]["edges"][0]["node"]["closedBy"] == {"id": str(admin.id)}
    assert await acts(catalog, first["id"]) == [("REPORT_CLOSED", "Taken down.")]


async def test_what_cannot_be_reported(catalog: Catalog, owner: Person, customer: Person) -> None:
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    offer = await catalog.publish_offer(owner, place)
    for person, target, text, codes in (
        (None, offer, "", ["UNAUTHENTICATED"]),
        (owner, offer, "", ["FORBIDDEN"]),
        (customer, draft, "", ["NOT_FOUND"]),
        (customer, uuid4(), "", ["NOT_FOUND"]),
        (customer, offer, "x" * 1001, ["BAD_USER_INPUT"]),
        (customer, offer, "\u202e", ["BAD_USER_INPUT"]),
    ):
        refused = await catalog.ask(person, REPORT, id=str(target), reason="OTHER", text=text)
        assert refused.codes == codes
    assert await catalog.sql("SELECT 1 FROM reports") == []


async def test_who_reports_everything_is_stopped_for_a_while(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    offers = [await catalog.publish_offer(owner, place) for _ in range(21)]
    codes = [
        (await catalog.ask(customer, REPORT, id=str(offer), reason="OTHER", text="")).codes
        for offer in offers
    ]
    assert codes == [[]] * 20 + [["RATE_LIMITED"]]
    again = await catalog.ask(customer, REPORT, id=str(offers[0]), reason="OTHER", text="")
    assert again.codes == []  # that is no new one


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
    assert (await catalog.ask(owner, OFFER, id=str(draft))).codes == ["NOT_FOUND"]
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
    after = (await catalog.ask(customer, entity, r=mine)).data["_entities"]
    assert after == [{"reservations": None}, None, {"catalog": None}]
    await catalog.tell(customer, version=3)
    assert (await catalog.reserve(customer, offer)).codes == []


async def test_a_suspended_admin_does_and_sees_nothing(
    catalog: Catalog, owner: Person, admin: Person
) -> None:
    draft = await catalog.draft_offer(owner, await catalog.open_place(owner))
    assert (await catalog.ask(admin, OFFER, id=str(draft))).codes == []
    await catalog.tell(admin, version=2, isSuspended=True)
    assert (await catalog.ask(admin, OFFER, id=str(draft))).codes == ["NOT_FOUND"]
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


async def test_the_log_is_only_added_to(catalog: Catalog, owner: Person, admin: Person) -> None:
    place = await catalog.open_place(owner)
    await catalog.ask(admin, CLOSE_DOWN, id=str(place), why=WHY)
    for statement in (
        "UPDATE audit_log SET reason = 'x'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
    ):
        with pytest.raises(asyncpg.RaiseError):
            await catalog.sql(statement)


async def test_what_partners_do_to_others_is_in_the_log(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    partner = Person("partner")
    await catalog.link(owner, place, partner, "STAFF")
    held = await catalog.hold(customer, await catalog.publish_offer(owner, place))
    cancel = 'mutation($id: UUID!) { cancelReservation(id: $id, reason: "No oven.") { id } }'
    await catalog.ask(owner, cancel, id=str(held.id))
    close = 'mutation($id: UUID!) { closePlace(id: $id, reason: "Sold.") { id } }'
    await catalog.ask(owner, close, id=str(place))
    assert await acts(catalog, partner.id) == [("PARTNER_INVITED", None)]
    assert await acts(catalog, held.id) == [("RESERVATION_CANCELLED", "No oven.")]
    assert await acts(catalog, place) == [("PLACE_CLOSED", "Sold.")]
