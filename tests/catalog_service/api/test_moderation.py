"""What customers report, and what admins take down."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from tests.catalog_service.kit import (
    DELETE_OFFER,
    OFFER,
    Catalog,
    Person,
    ids,
    offer_input,
)
from tests.catalog_service.moderating import (
    CLOSE,
    CLOSE_DOWN,
    COPY,
    REOPEN,
    REPORT,
    REPORTS,
    RESTORE,
    TAKE_DOWN,
    TAKEDOWN,
    WHY,
    acts,
    letters,
    listed,
)
from tests.catalog_service.working_together import open_staffed_place

WAITING = """SELECT 1 FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'"""


async def test_an_offer_is_taken_down_and_given_back(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    place, manager, staff = await open_staffed_place(catalog, owner)
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


async def test_nothing_is_given_back_where_nobody_is_the_owner_any_more(
    catalog: Catalog, admin: Person
) -> None:
    for is_deleted in (True, False):
        owner, manager, heir = Person("partner"), Person("partner"), Person("partner")
        place, other = await catalog.open_place(owner), await catalog.open_place(owner)
        await catalog.link(owner, place, manager, "MANAGER")
        offer = await catalog.publish_offer(owner, place)
        beside = await catalog.publish_offer(owner, other)
        await catalog.ask(admin, TAKE_DOWN, id=str(offer), why=WHY)
        await catalog.ask(admin, CLOSE_DOWN, id=str(other), why=WHY)
        gone = catalog.deliver(owner.id) if is_deleted else catalog.tell(owner, 2, role="user")
        assert await gone == 204
        back = await catalog.ask(admin, RESTORE, id=str(offer), why="x")
        assert back.data["restoreOffer"] == {"status": "PAUSED"}
        assert (await catalog.ask(admin, REOPEN, id=str(other), why="x")).codes == []
        assert (await listed(catalog))[0] == set()
        await catalog.tell(admin)
        for each in (place, other):
            await catalog.link(admin, each, heir, "OWNER")
        assert (await listed(catalog))[0] == set()
        for each in (offer, beside):
            assert (await catalog.set_status(heir, each, "ACTIVE")).codes == []
            assert (await catalog.set_status(heir, each, "PAUSED")).codes == []


async def test_what_its_partner_pauses_meanwhile_is_not_for_sale_afterwards(
    catalog: Catalog, owner: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    manager = Person("partner")
    await catalog.link(owner, place, manager, "MANAGER")
    offers = [await catalog.publish_offer(owner, place) for _ in range(4)]
    await catalog.ask(admin, TAKE_DOWN, id=str(offers[0]), why=WHY)
    assert (await catalog.set_status(owner, offers[0], "PAUSED")).codes == []
    await catalog.ask(admin, RESTORE, id=str(offers[0]), why="x")
    await catalog.ask(admin, CLOSE_DOWN, id=str(place), why=WHY)
    for _ in range(2):
        paused = await catalog.set_status(manager, offers[1], "PAUSED")
        assert paused.data["setOfferStatus"]["status"] == "PAUSED"
    await catalog.ask(admin, REOPEN, id=str(place), why="x")
    assert (await listed(catalog))[0] == {str(offers[2]), str(offers[3])}
    await catalog.tell(owner, version=2, isSuspended=True)
    assert (await catalog.set_status(manager, offers[2], "PAUSED")).codes == []
    await catalog.tell(owner, version=3)
    assert (await listed(catalog))[0] == {str(offers[3])}
    assert (await catalog.set_status(owner, offers[0], "ACTIVE")).codes == []


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


async def test_what_was_reported_or_taken_down_does_not_vanish(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    """Taken back to a draft, and deleted."""
    place = await catalog.open_place(owner)
    reported, taken_down = [await catalog.publish_offer(owner, place) for _ in range(2)]
    given = {"id": str(reported), "reason": "UNSAFE", "text": "Mouldy."}
    assert (await catalog.ask(customer, REPORT, **given)).codes == []
    await catalog.ask(admin, TAKE_DOWN, id=str(taken_down), why=WHY)
    for offer in (reported, taken_down):
        for status in ("PAUSED", "DRAFT"):
            assert (await catalog.set_status(owner, offer, status)).codes == []
        assert (await catalog.ask(owner, DELETE_OFFER, id=str(offer))).codes == []
        assert (await catalog.ask(owner, OFFER, id=str(offer))).codes == ["NOT_FOUND"]
    (edge,) = (await catalog.ask(admin, REPORTS)).data["reports"]["edges"]
    assert edge["node"]["offer"] == {"id": str(reported), "title": "Yesterday's bread"}
    kept = await catalog.sql("SELECT id FROM offers WHERE deleted_at IS NOT NULL")
    assert {each["id"] for each in kept} == {reported, taken_down}
    assert await acts(catalog, reported) == [("OFFER_DELETED", None)]


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


async def test_a_report_does_not_go_with_an_offer_that_is_just_being_deleted(
    own_catalog: Catalog, owner: Person, admin: Person
) -> None:
    """Whoever deletes looks for reports first: none may come after that."""
    catalog = own_catalog
    draft = await catalog.draft_offer(owner, await catalog.open_place(owner))
    given = {"id": str(draft), "reason": "OTHER", "text": ""}
    deleting = await asyncpg.connect(catalog.database_url)
    try:
        async with deleting.transaction():
            await deleting.execute("SELECT FROM offers WHERE id = $1 FOR NO KEY UPDATE", draft)
            report = asyncio.create_task(catalog.ask(admin, REPORT, **given))
            while not report.done() and not await catalog.sql(WAITING):
                await asyncio.sleep(0.02)
            assert not report.done()
            await deleting.execute("DELETE FROM offers WHERE id = $1", draft)
        assert (await report).codes == ["NOT_FOUND"]
    finally:
        await deleting.close()
