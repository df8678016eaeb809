"""The audit log: who did what, never changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.catalog_service.api.test_invitations import ACCEPT as ACCEPT_BY_MAIL
from tests.catalog_service.api.test_invitations import INVITE, token_of_last
from tests.catalog_service.desk import CHANGE, DELETE, PAUSE, RESUME, SKIP, UNSKIP, Desk
from tests.catalog_service.kit import (
    CANCEL,
    CONFIRM,
    DELETE_OFFER,
    HOUR,
    SET_STATUS,
    UPDATE_OFFER,
    UPDATE_PARTNERSHIP,
    Catalog,
    Person,
    offer_input,
)
from tests.catalog_service.kit import CHANGE as CHANGE_QUANTITY
from tests.catalog_service.moderating import CLOSE_DOWN, COPY, WHY, acts
from tests.catalog_service.working_together import open_staffed_place

DECLINE_BY_MAIL = "mutation($token: String!) { declineInvitation(token: $token) { id } }"
UPDATE_PLACE = """mutation($id: UUID!, $input: UpdatePlaceInput!, $reason: String) {
  updatePlace(id: $id, input: $input, reason: $reason) { id } }"""
SELL = """mutation($id: UUID!, $quantity: Int!, $key: String) {
  sellAtCounter(offerId: $id, quantity: $quantity, idempotencyKey: $key) { id } }"""
WITHDRAW = "mutation($id: UUID!) { cancelInvitation(id: $id) { id } }"


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
    await catalog.ask(owner, CANCEL, id=str(held.id), reason="No oven.")
    close = 'mutation($id: UUID!) { closePlace(id: $id, reason: "Sold.") { id } }'
    await catalog.ask(owner, close, id=str(place))
    asked = [("PARTNER_INVITED", None), ("PARTNERSHIP_ACCEPTED", None)]
    assert await acts(catalog, partner.id) == asked
    assert await acts(catalog, held.id) == [("RESERVATION_CANCELLED", "No oven.")]
    assert await acts(catalog, place) == [("PLACE_CLOSED", "Sold.")]


async def test_what_admins_do_to_a_customers_reservation_is_in_the_log_and_told(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    held = await catalog.hold(customer, offer, 5)
    for person, quantity in ((customer, 4), (admin, 2), (admin, 2)):
        changed = await catalog.ask(person, CHANGE_QUANTITY, id=str(held.id), quantity=quantity)
        assert changed.codes == []
    assert await acts(catalog, held.id) == [("RESERVATION_CHANGED", None)]
    (row,) = await catalog.sql("SELECT details FROM audit_log WHERE target_id = $1", held.id)
    assert json.loads(row["details"]) == {"before": "4", "quantity": "2"}
    told = [(name, facts["quantity"]) for name, facts in await catalog.letters(customer)]
    assert told == [("reservation_made", 5), ("reservation_changed", 2)]


def done(entries: list[tuple[str, str | None]]) -> list[str]:
    return [action for action, _ in entries]


async def test_what_is_done_to_a_schedule_is_in_the_log(desk: Desk) -> None:
    schedule = await desk.create()
    day = (await desk.dates(schedule))[2]["day"]
    changed = {"input": {"title": "Late bag"}}
    steps: list[tuple[str, dict[str, Any]]] = [
        (CHANGE, changed),
        (PAUSE, {}),
        (RESUME, {}),
        (SKIP, {"day": day}),
        (UNSKIP, {"day": day}),
    ]
    for document, more in steps:
        for _ in range(2):  # the second time changes nothing
            assert (await desk.ask(document, schedule, **more)).codes == []
    await desk.ask(DELETE, schedule)
    assert done(await acts(desk.catalog, schedule)) == [
        "SCHEDULE_CREATED",
        "SCHEDULE_CHANGED",
        "SCHEDULE_PAUSED",
        "SCHEDULE_RESUMED",
        "DAY_SKIPPED",
        "DAY_UNSKIPPED",
        "SCHEDULE_DELETED",
    ]
    skips = "SELECT details FROM audit_log WHERE action = 'DAY_SKIPPED' AND target_id = $1"
    [row] = await desk.catalog.sql(skips, schedule)
    assert json.loads(row["details"]) == {"placeId": str(desk.place), "day": day}


async def test_answers_to_invitations_are_in_the_log(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    partner = Person("partner")
    for document, action in (
        (ACCEPT_BY_MAIL, "INVITATION_ACCEPTED"),
        (DECLINE_BY_MAIL, "INVITATION_DECLINED"),
    ):
        invited = {"place": str(place), "email": f"{action}@example.com"}
        made = (await catalog.ask(owner, INVITE, **invited)).data["invitePartner"]["id"]
        token = await token_of_last(catalog)
        for _ in range(2):
            assert (await catalog.ask(partner, document, token=token)).codes == []
        assert done(await acts(catalog, made)) == ["PARTNER_INVITED", action]
    invited = {"place": str(place), "email": "withdrawn@example.com"}
    made = (await catalog.ask(owner, INVITE, **invited)).data["invitePartner"]["id"]
    assert (await catalog.ask(owner, WITHDRAW, id=made)).codes == []
    assert done(await acts(catalog, made)) == ["PARTNER_INVITED", "INVITATION_CANCELLED"]
    own = await catalog.link(owner, place, other := Person("partner"))
    steps = ["PARTNER_INVITED", "PARTNERSHIP_ACCEPTED"]
    assert done(await acts(catalog, other.id)) == steps
    for _ in range(2):  # the second time changes nothing
        assert (await catalog.ask(owner, UPDATE_PARTNERSHIP, id=own, isActive=False)).codes == []
    assert done(await acts(catalog, other.id)) == [*steps, "PARTNERSHIP_CHANGED"]


async def test_offers_that_are_cancelled_or_deleted_are_in_the_log(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    first, second = [await catalog.publish_offer(owner, place) for _ in range(2)]
    await catalog.hold(customer, first)
    for _ in range(2):
        assert (await catalog.set_status(owner, first, "CANCELLED")).codes == []
    assert (await catalog.ask(owner, DELETE_OFFER, id=str(second))).codes == []
    assert await acts(catalog, first) == [("OFFER_CANCELLED", None)]
    assert await acts(catalog, second) == [("OFFER_DELETED", None)]
    rows = await catalog.sql("SELECT details FROM audit_log WHERE target_id = $1", first)
    assert json.loads(rows[0]["details"]) == {"reservationsCancelled": "1"}


async def details(catalog: Catalog, target: UUID) -> list[dict[str, str]]:
    """What is told of each act on a target beside its name, the oldest first."""
    of_it = "SELECT details FROM audit_log WHERE target_id = $1 ORDER BY created_at"
    return [json.loads(row["details"]) for row in await catalog.sql(of_it, target)]


async def test_what_admins_do_to_a_partners_offer_is_in_the_log(
    catalog: Catalog, owner: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    drafted = await catalog.draft_offer(admin, place)
    changes = {"title": "Old bread", "quantityTotal": 5, "tags": []}
    steps: list[tuple[str, dict[str, Any]]] = [
        (UPDATE_OFFER, {"input": changes}),
        (SET_STATUS, {"status": "ACTIVE"}),
        (SELL, {"quantity": 2, "key": "a"}),
        (SET_STATUS, {"status": "PAUSED"}),
        (SET_STATUS, {"status": "CANCELLED"}),
    ]
    for document, more in steps:
        for _ in range(2):  # the second time changes nothing
            assert (await catalog.ask(admin, document, id=str(drafted), **more)).codes == []
    assert done(await acts(catalog, drafted)) == [
        "OFFER_CREATED",
        "OFFER_CHANGED",
        "OFFER_STATUS_CHANGED",
        "OFFER_SOLD_AT_COUNTER",
        "OFFER_STATUS_CHANGED",
        "OFFER_CANCELLED",
    ]
    assert await details(catalog, drafted) == [
        {"placeId": str(place)},
        {"changed": "quantityTotal, title"},
        {"before": "DRAFT", "status": "ACTIVE"},
        {"quantity": "2"},
        {"before": "ACTIVE", "status": "PAUSED"},
        {"reservationsCancelled": "0"},
    ]
    held = await catalog.publish_offer(owner, place)
    later = (datetime.now(UTC) + 5 * HOUR).isoformat()
    await catalog.ask(admin, UPDATE_OFFER, id=str(held), input={"pickupEnd": later})
    assert await details(catalog, held) == [{"changed": "pickupEnd"}]
    times = {name: offer_input(place)[name] for name in ("pickupStart", "pickupEnd")}
    copied = await catalog.ask(admin, COPY, id=str(drafted), input=times)
    copy = UUID(copied.data["copyOffer"]["id"])
    assert (await catalog.ask(admin, DELETE_OFFER, id=str(copy))).codes == []
    assert done(await acts(catalog, copy)) == ["OFFER_CREATED", "OFFER_DELETED"]


async def test_what_admins_do_to_a_partners_place_is_in_the_log(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    named = {"input": {"name": "Mill", "phone": "+4930901820"}, "reason": WHY}
    for _ in range(2):
        assert (await catalog.ask(admin, UPDATE_PLACE, id=str(place), **named)).codes == []
    assert await acts(catalog, place) == [("PLACE_CHANGED", WHY)]
    assert await details(catalog, place) == [{"changed": "name, phone"}]
    offer = await catalog.publish_offer(owner, place)
    held = await catalog.hold(customer, offer)
    await catalog.shift(-2 * HOUR, offer)
    shown = {"placeId": str(place), "code": held.code}
    assert (await catalog.ask(admin, CONFIRM, **shown)).codes == []
    assert (await catalog.ask(admin, CONFIRM, **shown)).codes == ["CONFLICT"]
    assert done(await acts(catalog, held.id)) == ["RESERVATION_PICKED_UP"]
    own = await catalog.open_place(admin)
    assert done(await acts(catalog, own)) == ["PLACE_CREATED"]


async def told(catalog: Catalog, person: Person) -> list[tuple[str, str | None, str | None]]:
    """What a person was told that an admin did: the act, to what, and why."""
    facts = [each for name, each in await catalog.letters(person) if name == "changed_by_admin"]
    return [(each["what"], each["offer"], each["reason"]) for each in facts]


async def test_whoever_runs_a_place_is_told_what_an_admin_changes_there(
    catalog: Catalog, owner: Person, admin: Person, stranger: Person
) -> None:
    place, manager, staff = await open_staffed_place(catalog, owner)
    offer = await catalog.publish_offer(owner, place)
    held = await catalog.hold(Person(), offer)
    for _ in range(2):
        assert (await catalog.ask(admin, CANCEL, id=str(held.id), reason=WHY)).codes == []
    steps: list[tuple[str, dict[str, Any]]] = [
        (UPDATE_OFFER, {"input": {"title": "Old bread"}}),
        (SET_STATUS, {"status": "PAUSED"}),
        (SET_STATUS, {"status": "CANCELLED"}),
        (DELETE_OFFER, {}),
    ]
    for document, more in steps:
        for _ in range(2):  # the second time changes nothing
            assert (await catalog.ask(admin, document, id=str(offer), **more)).codes == []
    named = {"id": str(place), "input": {"name": "Mill"}, "reason": WHY}
    for _ in range(2):
        assert (await catalog.ask(admin, UPDATE_PLACE, **named)).codes == []
    for keeper in (owner, manager):
        assert await told(catalog, keeper) == [
            ("RESERVATION_CANCELLED", "Yesterday's bread", WHY),
            ("OFFER_CHANGED", "Yesterday's bread", None),
            ("OFFER_PAUSED", "Old bread", None),
            ("OFFER_CANCELLED", "Old bread", None),
            ("OFFER_DELETED", "Old bread", None),
            ("PLACE_CHANGED", None, WHY),
        ]
    for other in (staff, stranger, admin):
        assert await told(catalog, other) == []
    own = await catalog.publish_offer(owner, place)
    await catalog.set_status(owner, own, "PAUSED")
    await catalog.open_place(admin)
    assert (len(await told(catalog, manager)), await told(catalog, admin)) == (6, [])


async def test_of_a_place_that_an_admin_closed_its_partners_are_told_why(
    catalog: Catalog, owner: Person, admin: Person
) -> None:
    helper = Person("partner")
    close = "mutation($id: UUID!, $why: String) { closePlace(id: $id, reason: $why) { id } }"
    reasons = []
    for closing in (owner, admin):
        place = await catalog.open_place(owner)
        await catalog.link(owner, place, helper)
        assert (await catalog.ask(closing, close, id=str(place), why=WHY)).codes == []
        name, facts = (await catalog.letters(helper))[-1]
        assert name == "workplace_closed"
        reasons.append(facts.get("reason"))
    assert reasons == [None, WHY]  # an owner's is for who held reservations


async def test_what_partners_do_at_their_own_place_is_not(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place)
    await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"title": "Old bread"})
    await catalog.ask(owner, UPDATE_PLACE, id=str(place), input={"name": "Mill"})
    await catalog.ask(owner, SELL, id=str(offer), quantity=1)
    held = await catalog.hold(customer, offer)
    await catalog.shift(-2 * HOUR, offer)
    await catalog.ask(owner, CONFIRM, placeId=str(place), id=str(held.id))
    await catalog.set_status(owner, offer, "PAUSED")
    await catalog.ask(owner, DELETE_OFFER, id=str(await catalog.draft_offer(owner, place)))
    assert await catalog.sql("SELECT action FROM audit_log WHERE actor_id = $1", owner.id) == []
