"""The catalog's rows of docs/AUTHORIZATION.md, cell by cell, at the subgraph itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.catalog_service.desk import CREATE, schedule_input
from tests.catalog_service.kit import (
    ACCEPT,
    CANCEL,
    CHANGE,
    CLOSE_PLACE,
    CONFIRM,
    CREATE_OFFER,
    DELETE_OFFER,
    LINK,
    OFFER,
    RESERVE,
    SET_STATUS,
    UPDATE_OFFER,
    UPDATE_PARTNERSHIP,
    Answer,
    Catalog,
    Person,
    offer_input,
    running_catalog,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "AUTHORIZATION.md"
ACTORS = (
    *("anonymous", "unverified", "customer", "other"),
    *("owner", "manager", "staff", "stranger", "admin"),
)


@dataclass(slots=True)
class Stage:
    """A place and the people of the table."""

    catalog: Catalog
    people: dict[str, Person]
    place: UUID
    deputy: str

    async def draft(self) -> str:
        return str(await self.catalog.draft_offer(self.people["owner"], self.place))

    async def published(self) -> str:
        return str(await self.catalog.publish_offer(self.people["owner"], self.place))

    async def reserved(self) -> str:
        held = await self.catalog.hold(self.people["customer"], UUID(await self.published()))
        return str(held.id)

    async def code_at_the_counter(self) -> str:
        offer = UUID(await self.published())
        held = await self.catalog.hold(self.people["customer"], offer)
        await self.catalog.shift(timedelta(minutes=-90), offer)
        return held.code


Act = tuple[str, dict[str, Any]]
Recipe = Callable[[Stage], Awaitable[Act]]


def with_id(document: str, thing: Callable[[Stage], Awaitable[str]], **more: Any) -> Recipe:
    """An operation on one thing by its id."""

    async def made(stage: Stage) -> Act:
        return document, {"id": await thing(stage)} | more

    return made


async def the_place(stage: Stage) -> str:
    return str(stage.place)


async def another_place(stage: Stage) -> str:
    return str(await stage.catalog.open_place(stage.people["owner"]))


async def the_deputy(stage: Stage) -> str:
    return stage.deputy


async def the_owner(stage: Stage) -> str:
    return str(stage.people["owner"].id)


def plain(document: str) -> Recipe:
    """An operation that needs nothing."""

    async def made(_stage: Stage) -> Act:
        return document, {}

    return made


async def create_place(_stage: Stage) -> Act:
    return (
        """mutation { createPlace(input: {name: "x", address: "y", latitude: 1, longitude: 1,
        timeZone: "UTC", currency: "EUR"}) { id } }""",
        {},
    )


async def create_offer(stage: Stage) -> Act:
    return CREATE_OFFER, {"input": offer_input(stage.place)}


async def link_partner(stage: Stage) -> Act:
    invited = Person("partner")
    await stage.catalog.tell(invited)
    return LINK, {"placeId": str(stage.place), "userId": str(invited.id), "role": "STAFF"}


async def accept_partnership(stage: Stage) -> Act:
    place = await stage.catalog.open_place(stage.people["owner"])
    made = await stage.catalog.invite(stage.people["owner"], place, stage.people["stranger"])
    return ACCEPT, {"id": made.data["linkPartner"]["id"]}


async def create_schedule(stage: Stage) -> Act:
    place = await stage.catalog.open_place(stage.people["owner"])  # one has fifty at most
    for name in ("manager", "staff"):
        await stage.catalog.link(stage.people["owner"], place, stage.people[name], name.upper())
    given = schedule_input(place, weekdays=["MONDAY"], firstDay="2083-01-04")
    return CREATE, {"input": given}


async def a_schedule(stage: Stage) -> str:
    document, variables = await create_schedule(stage)
    made = await stage.catalog.ask(stage.people["owner"], document, **variables)
    return str(made.data["createSchedule"]["id"])


def of_schedule(mutation: str, more: str = "") -> Recipe:
    return with_id(f"mutation($id: UUID!) {{ {mutation}(id: $id, {more}) {{ id }} }}", a_schedule)


async def copy_offer(stage: Stage) -> Act:
    given = offer_input(stage.place)
    window = {name: given[name] for name in ("pickupStart", "pickupEnd")}
    document = """mutation($id: UUID!, $input: CopyOfferInput!) {
      copyOffer(id: $id, input: $input) { id } }"""
    return document, {"id": await stage.draft(), "input": window}


async def reserve_offer(stage: Stage) -> Act:
    return RESERVE, {"offerId": await stage.published(), "quantity": 1, "key": uuid4().hex}


async def confirm_pickup(stage: Stage) -> Act:
    return CONFIRM, {"placeId": str(stage.place), "code": await stage.code_at_the_counter()}


async def customer_name(stage: Stage) -> Act:
    await stage.catalog.tell(stage.people["customer"], version=2, displayName="Robin")
    document = "query($id: UUID!) { reservation(id: $id) { customerName } }"
    return document, {"id": await stage.reserved()}


async def ended_by_name(stage: Stage) -> Act:
    owner = stage.people["owner"]
    await stage.catalog.tell(owner, version=2, displayName="Beatrice")
    held = await stage.reserved()
    await stage.catalog.ask(owner, CANCEL, id=held, reason="Sorry.")
    return "query($id: UUID!) { reservation(id: $id) { endedByName } }", {"id": held}


async def partner_name(stage: Stage) -> Act:
    await stage.catalog.tell(stage.people["owner"], version=2, displayName="Beatrice")
    document = "query($id: UUID!) { place(id: $id) { partnerships { partnerName } } }"
    return document, {"id": str(stage.place)}


def of_place(selection: str) -> Recipe:
    document = f"query($id: UUID!) {{ place(id: $id) {{ {selection} }} }}"
    return with_id(document, the_place)


def of_offer(selection: str) -> Recipe:
    document = f"query($id: UUID!) {{ offer(id: $id) {{ {selection} }} }}"
    return with_id(document, Stage.published)


def of_owner(field: str, selection: str = "edges { cursor }") -> Recipe:
    document = f"""query($id: String!) {{
      _entities(representations: [{{__typename: "User", id: $id}}]) {{
        ... on User {{ {field} {{ {selection} }} }} }} }}"""
    return with_id(document, the_owner)


MODERATION = {
    "reports": "{ reports { edges { cursor } } }",
    "closeReport": """mutation($id: UUID!) {
      closeReport(id: $id, resolution: "Seen.") { id } }""",
    "reportOffer": "mutation($id: UUID!) { reportOffer(offerId: $id, reason: OTHER) { id } }",
    "takeDownOffer": 'mutation($id: UUID!) { takeDownOffer(id: $id, reason: "x") { id } }',
    "restoreOffer": 'mutation($id: UUID!) { restoreOffer(id: $id, reason: "x") { id } }',
    "takeDownPlace": 'mutation($id: UUID!) { takeDownPlace(id: $id, reason: "x") { id } }',
    "restorePlace": 'mutation($id: UUID!) { restorePlace(id: $id, reason: "x") { id } }',
    "Offer.takedown": "query($id: UUID!) { offer(id: $id) { takedown { reason } } }",
    "Place.takedown": "query($id: UUID!) { place(id: $id) { takedown { reason } } }",
}


async def reported(stage: Stage) -> str:
    document, offer = MODERATION["reportOffer"], await stage.published()
    made = await stage.catalog.ask(Person(), document, id=offer)
    return str(made.data["reportOffer"]["id"])


async def offer_taken_down(stage: Stage) -> str:
    offer = await stage.published()
    await stage.catalog.ask(stage.people["admin"], MODERATION["takeDownOffer"], id=offer)
    return offer


async def place_taken_down(stage: Stage) -> str:
    owner = stage.people["owner"]
    place = await stage.catalog.open_place(owner)
    for role in ("MANAGER", "STAFF"):
        await stage.catalog.link(owner, place, stage.people[role.lower()], role)
    down = {"id": str(place)}
    await stage.catalog.ask(stage.people["admin"], MODERATION["takeDownPlace"], **down)
    return str(place)


RECIPES: dict[str, Recipe] = {
    "`reports`": plain(MODERATION["reports"]),
    "`closeReport`": with_id(MODERATION["closeReport"], reported),
    "`reportOffer`": with_id(MODERATION["reportOffer"], Stage.published),
    "`takeDownOffer`": with_id(MODERATION["takeDownOffer"], Stage.published),
    "`restoreOffer`": with_id(MODERATION["restoreOffer"], offer_taken_down),
    "`takeDownPlace`": with_id(MODERATION["takeDownPlace"], another_place),
    "`restorePlace`": with_id(MODERATION["restorePlace"], place_taken_down),
    "`Offer.takedown` of one taken down": with_id(MODERATION["Offer.takedown"], offer_taken_down),
    "`Place.takedown`": with_id(MODERATION["Place.takedown"], place_taken_down),
    "`offers`": plain("{ offers { edges { cursor } } }"),
    "`offer(id)`, active": with_id(OFFER, Stage.published),
    "`offer(id)`, draft": with_id(OFFER, Stage.draft),
    "`place(id)`": of_place("id"),
    "`places`": plain("{ places { edges { cursor } } }"),
    "`myPlaces`": plain("{ myPlaces { edges { cursor } } }"),
    "`myStats`": plain("{ myStats { views } }"),
    "`reservation(id)` of the customer": with_id(
        "query($id: UUID!) { reservation(id: $id) { id } }", Stage.reserved
    ),
    "`createPlace`": create_place,
    "`updatePlace`": with_id(
        'mutation($id: UUID!) { updatePlace(id: $id, input: {name: "z"}) { id } }', the_place
    ),
    "`closePlace`": with_id(CLOSE_PLACE, another_place),
    "`linkPartner`": link_partner,
    "`acceptPartnership` of the stranger": accept_partnership,
    "`updatePartnership` of another": with_id(UPDATE_PARTNERSHIP, the_deputy, role="STAFF"),
    "`createOffer`": create_offer,
    "`updateOffer`": with_id(UPDATE_OFFER, Stage.draft, input={"title": "z"}),
    "`createImageUpload`": with_id(
        "mutation($id: UUID!) { createImageUpload(placeId: $id) { expiresAt } }", the_place
    ),
    "`copyOffer`": copy_offer,
    "`schedule(id)`": with_id("query($id: UUID!) { schedule(id: $id) { id } }", a_schedule),
    "`createSchedule`": create_schedule,
    "`updateSchedule`": of_schedule("updateSchedule", 'input: {title: "z"}'),
    "`pauseSchedule`": of_schedule("pauseSchedule"),
    "`resumeSchedule`": of_schedule("resumeSchedule"),
    "`skipDay`": of_schedule("skipDay", 'day: "2083-01-04"'),
    "`unskipDay`": of_schedule("unskipDay", 'day: "2083-01-04"'),
    "`deleteSchedule`": with_id("mutation($id: UUID!) { deleteSchedule(id: $id) }", a_schedule),
    "`sellAtCounter`": with_id(
        "mutation($id: UUID!) { sellAtCounter(offerId: $id, quantity: 1) { id } }", Stage.published
    ),
    "`setOfferStatus`": with_id(SET_STATUS, Stage.draft, status="ACTIVE"),
    "`deleteOffer`": with_id(DELETE_OFFER, Stage.draft),
    "`reserveOffer`": reserve_offer,
    "`changeReservation` of the customer": with_id(CHANGE, Stage.reserved, quantity=2),
    "`cancelReservation` of the customer": with_id(CANCEL, Stage.reserved, reason="Sorry."),
    "`confirmPickup`": confirm_pickup,
    "`User.reservations` of the owner": of_owner("reservations"),
    "`User.activity` of the owner": of_owner("activity"),
    "`User.impact` of the owner": of_owner("impact", "portions"),
    "`User.partnerships` of the owner": of_owner("partnerships"),
    "`Place.partnerships`": of_place("partnerships { id }"),
    "`Partnership.partnerName`": partner_name,
    "`Place.invitations`": of_place("invitations { id }"),
    "`Place.activePartnerships`": of_place("activePartnerships { edges { cursor } }"),
    "`Place.invitedPartnerships`": of_place("invitedPartnerships { edges { cursor } }"),
    "`Place.schedules`": of_place("schedules { edges { cursor } }"),
    "`Place.reservations`": of_place("reservations { edges { cursor } }"),
    "`Place.stats`": of_place("stats { views }"),
    "`Place.stats.revenue`": of_place("stats { revenue { amount } }"),
    "`Offer.reservations`": of_offer("reservations { edges { cursor } }"),
    "`Offer.stats`": of_offer("stats { views }"),
    "`Reservation.customerName`": customer_name,
    "`Reservation.endedByName`": ended_by_name,
    "`Reservation.customerNoShows`": with_id(
        "query($id: UUID!) { reservation(id: $id) { customerNoShows } }", Stage.reserved
    ),
    "`Reservation.pickupCode`": with_id(
        "query($id: UUID!) { reservation(id: $id) { pickupCode } }", Stage.reserved
    ),
}


def expected() -> dict[str, dict[str, str]]:
    """The document's rows: what each actor gets."""
    rows = {}
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == len(ACTORS) + 1:
            rows[cells[0]] = dict(zip(ACTORS, cells[1:], strict=True))
    return rows


ROWS = expected()


def outcome(answer: Answer) -> str:
    """What a cell says: ok, null, or the code of the refusal."""
    if answer.codes:
        return answer.codes[0]
    value: Any = answer.data
    while isinstance(value, dict | list):
        value = value[0] if isinstance(value, list) and value else value
        if not isinstance(value, dict) or len(value) != 1:
            return "ok"
        value = next(iter(value.values()))
    return "null" if value is None else "ok"


@pytest.fixture(scope="module")
async def stage(catalog_database: str) -> AsyncIterator[Stage]:
    """One place for all cells."""
    roles = {"owner": "partner", "manager": "partner", "staff": "partner", "stranger": "partner"}
    people = {name: Person(roles.get(name, "user")) for name in ACTORS if name != "anonymous"}
    people |= {"admin": Person("admin"), "unverified": Person(verified=False)}
    async with running_catalog(catalog_database, reservations_per_customer=1000) as catalog:
        owner = people["owner"]
        place = await catalog.open_place(owner)
        deputy = ""
        for name in ("manager", "staff", "deputy"):
            partner = people.get(name, Person("partner"))
            role = "MANAGER" if name == "manager" else "STAFF"
            deputy = await catalog.link(owner, place, partner, role)
        yield Stage(catalog, people, place, deputy)


def test_every_row_of_the_catalog_has_a_recipe() -> None:
    others = {"me", "user", "users", "setRole", "signOutEverywhere", "User.id", "User.email"}
    others |= {"updateProfile", "exportMyData", "User.displayName", "setNotificationChoices"}
    others |= {"accounts", "auditLog", "suspendAccount", "restoreAccount"}
    others |= {"approvePartner", "rejectPartner", "becomePartner"}
    # these ask the auth service whose address it is: tests/e2e fires them
    others |= {"invitePartner", "myInvitations", "acceptInvitation", "declineInvitation"}
    others |= {"cancelInvitation"}
    rows = {row for row in ROWS if row.split("`")[1].partition("(")[0] not in others}
    assert rows == set(RECIPES)


@pytest.mark.parametrize("row", RECIPES)
async def test_a_row(stage: Stage, row: str) -> None:
    found = {}
    for actor in ACTORS:
        document, variables = await RECIPES[row](stage)
        answer = await stage.catalog.ask(stage.people.get(actor), document, **variables)
        found[actor] = outcome(answer)
    assert found == ROWS[row]
