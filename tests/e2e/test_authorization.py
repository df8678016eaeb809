"""Every cell of the tables in docs/AUTHORIZATION.md, fired at the running system."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.accounts import Account, register, register_verified
from tests.e2e.conftest import BEN, Tokens
from tests.e2e.shop import (
    ACCEPT,
    CREATE_OFFER,
    CREATE_PLACE,
    LINK,
    RESERVE,
    SET_STATUS,
    Shop,
    new_key,
    offer_input,
    place_input,
)
from tests.testkit.client import Answer, Client
from tests.testkit.smtp import MailServer

DOCUMENT = Path(__file__).parents[2] / "docs" / "AUTHORIZATION.md"
ACTORS = (
    "anonymous",
    "unverified",
    "customer",
    "other",
    "owner",
    "manager",
    "staff",
    "stranger",
    "admin",
)

NAME = 'mutation {updateProfile(displayName: "Robin") {id}}'

Operation = tuple[str, dict[str, Any]]
Recipe = Callable[["Cast"], Awaitable[Operation]]


@dataclass(frozen=True, slots=True)
class Cast:
    """The callers of the tables and the place that they meet at."""

    client: Client
    tokens: dict[str, str | None]
    accounts: dict[str, Account]
    shop: Shop
    deputy_partnership: str
    schedules: list[str] = field(default_factory=list)

    def token(self, actor: str) -> str:
        token = self.tokens[actor]
        assert token is not None
        return token


def rows() -> list[tuple[str, str, str]]:
    """(row, actor, expected cell) of both tables."""
    found = []
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == len(ACTORS) + 1:
            found += [(cells[0], a, e) for a, e in zip(ACTORS, cells[1:], strict=True)]
    return found


@pytest.fixture(scope="module")
async def cast(client: Client, tokens: Tokens, mailbox: MailServer) -> Cast:
    partners = {
        name: await register_verified(client, mailbox, "PARTNER")
        for name in ("owner", "manager", "staff", "stranger")
    }
    customers = {name: await register_verified(client, mailbox) for name in ("customer", "other")}
    accounts = {**partners, **customers, "unverified": await register(client)}
    signed_in: dict[str, str | None] = {name: account.token for name, account in accounts.items()}
    for name in ("owner", "customer"):  # now: `signOutEverywhere` stands in the table
        (await client.run(NAME, {}, accounts[name].token)).field("updateProfile")
    shop = await Shop.open(client, accounts["owner"].token)
    await shop.link(accounts["manager"].token, "MANAGER")
    await shop.link(accounts["staff"].token, "STAFF")
    deputy = await shop.link((await register_verified(client, mailbox, "PARTNER")).token, "STAFF")
    admin = await tokens.of("admin@demo.example")
    return Cast(client, {"anonymous": None, "admin": admin} | signed_in, accounts, shop, deputy)


def query(text: str) -> Recipe:
    """A query that needs nothing."""

    async def made(_cast: Cast) -> Operation:
        return text, {}

    return made


async def user_of_the_customer(cast: Cast) -> Operation:
    return "query($id: UUID!) {user(id: $id) {id}}", {"id": cast.accounts["customer"].id}


async def set_role(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {setRole(userId: $id, role: USER) {id}}"
    return text, {"id": cast.accounts["unverified"].id}


async def restored(cast: Cast) -> Operation:
    text = 'mutation($id: UUID!) {restoreAccount(userId: $id, reason: "A mistake.") {id}}'
    return text, {"id": cast.accounts["unverified"].id}


async def suspended(cast: Cast) -> Operation:
    somebody = await register(cast.client)
    text = 'mutation($id: UUID!) {suspendAccount(userId: $id, reason: "Spam.") {id}}'
    return text, {"id": somebody.id}


async def approve_partner(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {approvePartner(userId: $id) {id}}"
    return text, {"id": cast.accounts["stranger"].id}


async def reject_partner(cast: Cast) -> Operation:
    text = 'mutation($id: UUID!) {rejectPartner(userId: $id, reason: "No.") {id}}'
    return text, {"id": cast.accounts["stranger"].id}


MODERATION = {
    "reports": "{reports(first: 1) {edges {node {id}}}}",
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


async def close_report(cast: Cast) -> Operation:
    text, variables = await report_offer(cast)
    made = await cast.client.run(text, variables, cast.token("customer"))
    return MODERATION["closeReport"], {"id": made.field("reportOffer", "id")}


async def report_offer(cast: Cast) -> Operation:
    return MODERATION["reportOffer"], {"id": await cast.shop.publish()}


def on_offer(name: str, *, down: bool) -> Recipe:
    """An operation on an offer, which was taken down before or not."""

    async def made(cast: Cast) -> Operation:
        variables = {"id": await cast.shop.publish()}
        if down:
            await cast.client.run(MODERATION["takeDownOffer"], variables, cast.token("admin"))
        return MODERATION[name], variables

    return made


def on_place(name: str, *, down: bool) -> Recipe:
    """An operation on a place, which was taken down before or not."""

    async def made(cast: Cast) -> Operation:
        place = await Shop.open(cast.client, cast.token("owner"))
        for role in ("MANAGER", "STAFF"):
            await place.link(cast.token(role.lower()), role)
        variables = {"id": place.place_id}
        if down:
            await cast.client.run(MODERATION["takeDownPlace"], variables, cast.token("admin"))
        return MODERATION[name], variables

    return made


async def active_offer(cast: Cast) -> Operation:
    return "query($id: UUID!) {offer(id: $id) {id}}", {"id": await cast.shop.publish()}


async def draft(cast: Cast) -> Operation:
    return "query($id: UUID!) {offer(id: $id) {id}}", {"id": await cast.shop.draft()}


async def place(cast: Cast) -> Operation:
    return "query($id: UUID!) {place(id: $id) {id}}", {"id": cast.shop.place_id}


async def reservation(cast: Cast) -> Operation:
    text = "query($id: UUID!) {reservation(id: $id) {id}}"
    return text, {"id": await reserved_by_the_customer(cast)}


async def reserved_by_the_customer(cast: Cast) -> str:
    offer = await cast.shop.publish()
    return str((await cast.shop.reserve(cast.token("customer"), offer))["id"])


async def create_place(_cast: Cast) -> Operation:
    return CREATE_PLACE, {"input": place_input()}


async def update_place(cast: Cast) -> Operation:
    text = 'mutation($id: UUID!) {updatePlace(id: $id, input: {name: "Mill"}) {id}}'
    return text, {"id": cast.shop.place_id}


async def close_place(cast: Cast) -> Operation:
    doomed = await Shop.open(cast.client, cast.token("owner"))
    return "mutation($id: UUID!) {closePlace(id: $id) {id}}", {"id": doomed.place_id}


async def link_partner(cast: Cast) -> Operation:
    variables = {"user": cast.accounts["manager"].id, "role": "MANAGER"}
    return LINK, {"place": cast.shop.place_id, **variables}


async def accept_partnership(cast: Cast) -> Operation:
    elsewhere = await Shop.open(cast.client, cast.token("owner"))
    return ACCEPT, {"id": await elsewhere.invite(cast.token("stranger"), "STAFF")}


INVITE = """mutation($place: UUID!, $email: String!) {
  invitePartner(placeId: $place, email: $email, role: STAFF) {id}
}"""


async def invite_partner(cast: Cast) -> Operation:
    address = f"someone-{new_key()}@e2e.example"
    return INVITE, {"place": cast.shop.place_id, "email": address}


def invitation(mutation: str) -> Recipe:
    """Something done with an invitation of the stranger, which has reached the auth service."""

    async def made(cast: Cast) -> Operation:
        invited = cast.accounts["stranger"]
        other = await Shop.open(cast.client, cast.token("owner"))
        place = cast.shop.place_id if mutation == "cancelInvitation" else other.place_id
        variables = {"place": place, "email": invited.email}
        answer = await cast.client.run(INVITE, variables, cast.token("owner"))
        found = answer.field("invitePartner", "id")
        while True:
            mine = await cast.client.run("{myInvitations {id}}", token=invited.token)
            if found in [each["id"] for each in mine.field("myInvitations")]:
                return f"mutation($id: UUID!) {{{mutation}(id: $id) {{id}}}}", {"id": found}
            await asyncio.sleep(0.05)

    return made


async def update_partnership(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {updatePartnership(id: $id, role: STAFF) {id}}"
    return text, {"id": cast.deputy_partnership}


async def create_offer(cast: Cast) -> Operation:
    return CREATE_OFFER, {"input": offer_input(cast.shop.place_id)}


async def update_offer(cast: Cast) -> Operation:
    text = 'mutation($id: UUID!) {updateOffer(id: $id, input: {title: "Rye"}) {id}}'
    return text, {"id": await cast.shop.draft()}


async def create_image_upload(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {createImageUpload(placeId: $id) {uploadUrl}}"
    return text, {"id": cast.shop.place_id}


async def copy_offer(cast: Cast) -> Operation:
    text = """mutation($id: UUID!, $input: CopyOfferInput!) {
      copyOffer(id: $id, input: $input) {id}
    }"""
    given = offer_input(cast.shop.place_id)
    window = {name: given[name] for name in ("pickupStart", "pickupEnd")}
    return text, {"id": await cast.shop.draft(), "input": window}


async def sell_at_counter(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {sellAtCounter(offerId: $id, quantity: 1) {id}}"
    return text, {"id": await cast.shop.publish()}


CREATE_SCHEDULE = """mutation($input: CreateScheduleInput!) {
  createSchedule(input: $input) {id}
}"""
MONDAY = 'day: "2027-01-04"'


async def create_schedule(cast: Cast) -> Operation:
    given = offer_input(cast.shop.place_id)
    said = {name: given[name] for name in ("placeId", "title", "price", "originalPrice")}
    when = {"weekdays": ["MONDAY"], "pickupStart": "17:00", "pickupEnd": "18:00"}
    return CREATE_SCHEDULE, {
        "input": {**said, **when, "quantityTotal": 6, "firstDay": "2027-01-04"}
    }


def schedule(kind: str, selection: str) -> Recipe:
    """Something done with a new schedule; none is left over, for a place has fifty at most."""

    async def made(cast: Cast) -> Operation:
        for left in cast.schedules:
            text = "mutation($id: UUID!) {deleteSchedule(id: $id)}"
            await cast.client.run(text, {"id": left}, cast.shop.owner)
        text, variables = await create_schedule(cast)
        answer = await cast.client.run(text, variables, cast.shop.owner)
        cast.schedules[:] = [answer.field("createSchedule", "id")]
        return f"{kind}($id: UUID!) {{{selection}}}", {"id": cast.schedules[0]}

    return made


async def set_offer_status(cast: Cast) -> Operation:
    return SET_STATUS, {"id": await cast.shop.draft(), "s": "ACTIVE"}


async def delete_offer(cast: Cast) -> Operation:
    return "mutation($id: UUID!) {deleteOffer(id: $id)}", {"id": await cast.shop.draft()}


async def reserve_offer(cast: Cast) -> Operation:
    return RESERVE, {"offer": await cast.shop.publish(), "quantity": 1, "key": new_key()}


async def change_reservation(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {changeReservation(id: $id, quantity: 2) {id}}"
    return text, {"id": await reserved_by_the_customer(cast)}


async def customer_no_shows(cast: Cast) -> Operation:
    text = "query($id: UUID!) {reservation(id: $id) {customerNoShows}}"
    return text, {"id": await reserved_by_the_customer(cast)}


async def cancel_reservation(cast: Cast) -> Operation:
    text = 'mutation($id: UUID!) {cancelReservation(id: $id, reason: "Sorry.") {id}}'
    return text, {"id": await reserved_by_the_customer(cast)}


async def confirm_pickup(cast: Cast) -> Operation:
    offer = await cast.shop.publish(starts_in=-1)
    code = (await cast.shop.reserve(cast.token("customer"), offer))["pickupCode"]
    text = "mutation($p: UUID!, $c: String!) {confirmPickup(placeId: $p, pickupCode: $c) {id}}"
    return text, {"p": cast.shop.place_id, "c": code}


async def customer_name(cast: Cast) -> Operation:
    text = "query($id: UUID!) {reservation(id: $id) {customerName}}"
    return text, {"id": await reserved_by_the_customer(cast)}


def owner_field(selection: str) -> Recipe:
    """A field of the owner's account, reached as a place's partner."""

    async def made(cast: Cast) -> Operation:
        text = f"query($id: UUID!) {{place(id: $id) {{partnerships {{partner {{{selection}}}}}}}}}"
        own_place = await Shop.open(cast.client, cast.token("owner"))
        return text, {"id": own_place.place_id}

    return made


def place_field(selection: str) -> Recipe:
    async def made(cast: Cast) -> Operation:
        text = f"query($id: UUID!) {{place(id: $id) {{{selection}}}}}"
        return text, {"id": cast.shop.place_id}

    return made


def offer_field(selection: str) -> Recipe:
    async def made(cast: Cast) -> Operation:
        text = f"query($id: UUID!) {{offer(id: $id) {{{selection}}}}}"
        return text, {"id": await cast.shop.publish()}

    return made


async def pickup_code(cast: Cast) -> Operation:
    # The place's reservations are reached through the offer by who may; the customer by their own.
    text = "query($id: UUID!) {reservation(id: $id) {pickupCode}}"
    return text, {"id": await reserved_by_the_customer(cast)}


LIST = "first: 1) {edges {node {id}}}"
RECIPES: dict[str, Recipe] = {
    "`me`": query("{me {id}}"),
    "`user(id)` of the customer": user_of_the_customer,
    "`users`": query(f"{{users({LIST}}}"),
    "`setRole` of the unverified": set_role,
    "`offers`": query(f"{{offers({LIST}}}"),
    "`offer(id)`, active": active_offer,
    "`offer(id)`, draft": draft,
    "`place(id)`": place,
    "`places`": query(f"{{places({LIST}}}"),
    "`myPlaces`": query(f"{{myPlaces({LIST}}}"),
    "`myStats`": query("{myStats {views}}"),
    "`reservation(id)` of the customer": reservation,
    "`createPlace`": create_place,
    "`updatePlace`": update_place,
    "`closePlace`": close_place,
    "`linkPartner`": link_partner,
    "`acceptPartnership` of the stranger": accept_partnership,
    "`invitePartner`": invite_partner,
    "`myInvitations`": query("{myInvitations {id}}"),
    "`acceptInvitation` of the stranger": invitation("acceptInvitation"),
    "`declineInvitation` of the stranger": invitation("declineInvitation"),
    "`cancelInvitation`": invitation("cancelInvitation"),
    "`updatePartnership` of another": update_partnership,
    "`createOffer`": create_offer,
    "`updateOffer`": update_offer,
    "`createImageUpload`": create_image_upload,
    "`copyOffer`": copy_offer,
    "`schedule(id)`": schedule("query", "schedule(id: $id) {id}"),
    "`createSchedule`": create_schedule,
    "`updateSchedule`": schedule("mutation", 'updateSchedule(id: $id, input: {title: "z"}) {id}'),
    "`pauseSchedule`": schedule("mutation", "pauseSchedule(id: $id) {id}"),
    "`resumeSchedule`": schedule("mutation", "resumeSchedule(id: $id) {id}"),
    "`skipDay`": schedule("mutation", f"skipDay(id: $id, {MONDAY}) {{id}}"),
    "`unskipDay`": schedule("mutation", f"unskipDay(id: $id, {MONDAY}) {{id}}"),
    "`deleteSchedule`": schedule("mutation", "deleteSchedule(id: $id)"),
    "`sellAtCounter`": sell_at_counter,
    "`setOfferStatus`": set_offer_status,
    "`deleteOffer`": delete_offer,
    "`reserveOffer`": reserve_offer,
    "`changeReservation` of the customer": change_reservation,
    "`cancelReservation` of the customer": cancel_reservation,
    "`confirmPickup`": confirm_pickup,
    "`User.id`, `User.role` of the owner": owner_field("id role"),
    "`User.displayName` of the owner": owner_field("displayName"),
    "`User.email` of the owner": owner_field("email"),
    "`User.reservations` of the owner": owner_field(f"reservations({LIST}"),
    "`User.activity` of the owner": owner_field(f"activity({LIST}"),
    "`User.impact` of the owner": owner_field("impact {portions}"),
    "`User.partnerships` of the owner": owner_field(f"partnerships({LIST}"),
    "`Place.partnerships`": place_field("partnerships {id}"),
    "`Place.invitations`": place_field("invitations {id}"),
    "`Place.schedules`": place_field(f"schedules({LIST}"),
    "`Place.reservations`": place_field(f"reservations({LIST}"),
    "`Place.stats`": place_field("stats {views}"),
    "`Place.stats.revenue`": place_field("stats {revenue {amount}}"),
    "`Offer.reservations`": offer_field(f"reservations({LIST}"),
    "`Offer.stats`": offer_field("stats {views}"),
    "`Reservation.customerName`": customer_name,
    "`Reservation.customerNoShows`": customer_no_shows,
    "`Reservation.pickupCode`": pickup_code,
    "`exportMyData`": query("{exportMyData {account catalog}}"),
    "`updateProfile`": query("mutation {updateProfile(language: GERMAN) {id}}"),
    "`accounts`": query(f"{{accounts({LIST}}}"),
    "`auditLog`": query(f"{{auditLog({LIST}}}"),
    "`suspendAccount` of somebody": suspended,
    "`restoreAccount` of the unverified": restored,
    "`approvePartner` of the stranger": approve_partner,
    "`rejectPartner` of the stranger": reject_partner,
    "`reports`": query(MODERATION["reports"]),
    "`closeReport`": close_report,
    "`reportOffer`": report_offer,
    "`takeDownOffer`": on_offer("takeDownOffer", down=False),
    "`restoreOffer`": on_offer("restoreOffer", down=True),
    "`takeDownPlace`": on_place("takeDownPlace", down=False),
    "`restorePlace`": on_place("restorePlace", down=True),
    "`Offer.takedown` of one taken down": on_offer("Offer.takedown", down=True),
    "`Place.takedown`": on_place("Place.takedown", down=True),
    "`setNotificationChoices`": query("mutation {setNotificationChoices(choices: []) {id}}"),
    # Last: it ends the sessions of whoever fires it, though not their access tokens.
    "`signOutEverywhere`": query("mutation {signOutEverywhere}"),
}


def outcome(answer: Answer) -> str:
    """``ok``, ``null``, or the code of the refusal."""
    if answer.errors:
        assert len(answer.errors) == 1, answer.errors
        return str(answer.codes[0])
    value: Any = answer.data
    while isinstance(value, dict | list) and value:
        value = next(iter(value.values())) if isinstance(value, dict) else value[0]
    return "null" if value is None else "ok"


@pytest.mark.parametrize(("row", "actor", "expected"), rows())
async def test_cell(cast: Cast, row: str, actor: str, expected: str) -> None:
    text, variables = await RECIPES[row](cast)
    answer = await cast.client.run(text, variables, cast.tokens[actor])
    assert outcome(answer) == expected, answer


def test_every_operation_of_the_schema_is_in_the_document() -> None:
    api = (DOCUMENT.parents[1] / "schema" / "api.graphql").read_text()
    roots = "".join(re.findall(r"^type (?:Query|Mutation) \{.*?^\}", api, re.MULTILINE | re.DOTALL))
    operations = set(re.findall(r"^  (\w+)(?=[(:])", roots, re.MULTILINE))
    named = set(re.findall(r"`(\w+)", DOCUMENT.read_text()))
    assert operations
    assert operations <= named


async def test_another_customers_reservation_is_not_found(cast: Cast, tokens: Tokens) -> None:
    text = "query($id: UUID!) {reservation(id: $id) {pickupCode}}"
    variables = {"id": await reserved_by_the_customer(cast)}
    assert (await cast.client.run(text, variables, await tokens.of(BEN))).codes == ["NOT_FOUND"]
