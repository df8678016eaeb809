"""An account is deleted elsewhere: the catalog hears of it, once or twenty times."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.catalog_service.api.test_signed_out import export_link
from tests.catalog_service.kit import (
    CANCEL,
    CREATE_OFFER,
    CREATE_PLACE,
    LINK,
    OFFER,
    Catalog,
    Person,
    offer_input,
)
from tests.catalog_service.moderating import REPORTS
from tests.catalog_service.pictures import link, picture


async def test_delivered_twenty_times_applied_once(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    live = await catalog.publish_offer(owner, place)
    past = await catalog.publish_offer(owner, place)
    await catalog.hold(customer, live, 3)
    held = await catalog.hold(customer, past, 2)
    await catalog.shift(timedelta(minutes=-90), past)
    document = (
        "mutation($p: UUID!, $c: String!) { confirmPickup(placeId: $p, pickupCode: $c) { id } }"
    )
    await catalog.ask(owner, document, p=str(place), c=held.code)
    event = uuid4()
    statuses = await asyncio.gather(*(catalog.deliver(customer.id, event) for _ in range(20)))
    assert statuses == [204] * 20
    assert await catalog.statuses(live) == ["CANCELLED_BY_CUSTOMER"]
    assert await catalog.statuses(past) == ["PICKED_UP"]
    assert await catalog.stock(live) == (10, 10)
    assert await catalog.stock(past) == (8, 10)
    assert [row[0] for row in await catalog.sql("SELECT user_id FROM reservations")] == [None, None]
    assert await catalog.sql("SELECT 1 FROM user_history") == []


async def test_a_living_token_writes_nothing(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place)
    held = await catalog.hold(customer, offer)
    for person in (customer, owner):
        assert await catalog.deliver(person.id) == 204
    refused = [
        await catalog.reserve(customer, offer),
        await catalog.ask(customer, CANCEL, id=str(held.id)),
        await catalog.ask(owner, CREATE_OFFER, input=offer_input(place)),
        await catalog.ask(
            owner,
            CREATE_PLACE,
            input={
                "name": "Again",
                "address": "x",
                "latitude": 0,
                "longitude": 0,
                "timeZone": "UTC",
                "currency": "EUR",
            },
        ),
    ]
    assert [answer.codes for answer in refused] == [["UNAUTHENTICATED"]] * 4
    assert refused[0].errors[0]["extensions"]["reason"] == "account_deleted"
    await catalog.ask(customer, OFFER, id=str(offer))
    assert len(await catalog.sql("SELECT 1 FROM places")) == 1


OWN = """query($r: [_Any!]!) { _entities(representations: $r) {
  ... on User { reservations { edges { node { id } } } } ... on Reservation { quantity }
  ... on Offer { title } ... on DataExport { catalog } } }"""


async def test_a_living_token_of_an_admin_reads_nothing(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    """What was told of the account, and would end its role, is forgotten with it."""
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    held = await catalog.hold(customer, await catalog.publish_offer(owner, place))
    file, upload = await export_link(catalog, admin, place), await link(catalog, admin, place)
    private = [
        {"__typename": "User", "id": str(customer.id)},
        {"__typename": "Reservation", "id": str(held.id)},
        {"__typename": "Offer", "id": str(draft)},
        {"__typename": "DataExport", "userId": str(admin.id)},
    ]
    await catalog.tell(admin)
    assert await catalog.deliver(admin.id) == 204
    seen = await catalog.ask(admin, OWN, r=private)
    assert seen.body["data"]["_entities"] == [{"reservations": None}, None, None, {"catalog": None}]
    assert seen.codes == ["UNAUTHENTICATED"] * 2
    assert {each["extensions"]["reason"] for each in seen.errors} == {"account_deleted"}
    assert (await catalog.ask(admin, OFFER, id=str(draft))).codes == ["UNAUTHENTICATED"]
    refused = await catalog.ask(admin, REPORTS)
    assert refused.codes == ["UNAUTHENTICATED"]
    assert refused.errors[0]["extensions"]["reason"] == "account_deleted"
    assert (await catalog.http.get(file)).text.count("\r\n") == 1  # the columns' names
    assert (await catalog.http.put(upload, content=picture())).status_code == 404


async def test_reserving_while_the_account_is_deleted(catalog: Catalog, owner: Person) -> None:
    """Whichever is first, no live reservation of the account is left."""
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner), quantityTotal=100)
    for _ in range(5):
        customer = Person()
        await asyncio.gather(
            *(catalog.reserve(customer, offer) for _ in range(4)),
            catalog.deliver(customer.id),
            *(catalog.reserve(customer, offer) for _ in range(4)),
        )
    rows = await catalog.sql("SELECT status, user_id FROM reservations")
    assert {(row["status"], row["user_id"]) for row in rows} <= {("CANCELLED_BY_CUSTOMER", None)}
    assert await catalog.stock(offer) == (100, 100)
    assert await catalog.sql("SELECT 1 FROM user_history") == []


async def test_a_partner_is_deleted(
    catalog: Catalog, owner: Person, stranger: Person, customer: Person
) -> None:
    shared_place = await catalog.open_place(owner)
    await catalog.link(owner, shared_place, stranger, "OWNER")
    alone = await catalog.open_place(owner)
    manager = Person("partner")
    await catalog.link(owner, alone, manager, "MANAGER")
    kept = await catalog.publish_offer(owner, shared_place)
    orphan = await catalog.publish_offer(owner, alone)
    await catalog.hold(customer, orphan)
    assert await catalog.deliver(owner.id) == 204
    found = await catalog.ask(stranger, OFFER, id=str(kept))
    assert found.data["offer"]["status"] == "ACTIVE"
    rows = await catalog.sql("SELECT status FROM offers WHERE id = $1", orphan)
    assert rows[0]["status"] == "paused"  # a manager is no owner
    (letter,) = await catalog.sql(
        "SELECT payload->>'letter' AS name, subject FROM outbox WHERE subject = $1"
        " AND payload->>'letter' <> 'reservation_made'",
        customer.id,
    )
    assert letter["name"] == "reservation_unattended"
    assert await catalog.statuses(orphan) == ["RESERVED"]
    linked = await catalog.ask(
        Person("admin"), LINK, placeId=str(alone), userId=str(owner.id), role="OWNER"
    )
    assert linked.codes == ["NOT_FOUND"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"id": "x", "type": "account.deleted", "userId": "y", "occurredAt": "z"}', 400),
        (b"{" + b" " * 20_000 + b"}", 413),
        (b"\xff", 400),
    ],
)
async def test_what_is_no_event(catalog: Catalog, body: bytes, status: int) -> None:
    response = await catalog.http.post("/internal/events", content=body)
    assert response.status_code == status


async def test_another_type_of_event_is_not_swallowed(catalog: Catalog, customer: Person) -> None:
    event = {
        "id": str(uuid4()),
        "type": "account.created",
        "userId": str(customer.id),
        "occurredAt": "2026-11-23T12:00:00Z",
    }
    assert (await catalog.http.post("/internal/events", json=event)).status_code == 400


async def test_who_reserved_is_told_once_that_nobody_runs_the_place(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    """That its staff go as well, or an owner who could not act, changes nothing for them."""
    place = await catalog.open_place(owner)
    early, late, suspended = (Person("partner") for _ in range(3))
    for partner, role in ((early, "STAFF"), (late, "STAFF"), (suspended, "OWNER")):
        await catalog.link(owner, place, partner, role)
    await catalog.tell(suspended, 2, isSuspended=True)
    await catalog.hold(customer, await catalog.publish_offer(owner, place))
    for gone in (early, owner, late):
        assert await catalog.deliver(gone.id) == 204
    assert await catalog.tell(suspended, 3, isSuspended=True, role="user") == 204
    letters = [name for name, _ in await catalog.letters(customer)]
    assert letters == ["reservation_made", "reservation_unattended"]
