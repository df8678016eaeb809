"""Every cell of the tables in docs/AUTHORIZATION.md, fired at the running system."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.accounts import register, register_verified
from tests.e2e.conftest import ADMIN, BEN, Tokens
from tests.e2e.recipes.accounts import (
    approve_partner,
    customer_again,
    reject_partner,
    restored,
    set_role,
    signed_in_again,
    suspended,
    user_of_the_customer,
)
from tests.e2e.recipes.cast import Cast, Recipe, query
from tests.e2e.recipes.moderation import MODERATION, close_report, on_offer, on_place, report_offer
from tests.e2e.recipes.offers import (
    active_offer,
    copy_offer,
    create_image_upload,
    create_offer,
    delete_offer,
    draft,
    offer_field,
    sell_at_counter,
    set_offer_status,
    update_offer,
)
from tests.e2e.recipes.places import (
    accept_partnership,
    close_place,
    create_place,
    invitation,
    invite_partner,
    link_partner,
    owner_field,
    place,
    place_field,
    update_partnership,
    update_place,
)
from tests.e2e.recipes.reservations import (
    CANCEL,
    CHANGE,
    confirm_pickup,
    ended_by_name,
    on_reservation,
    reservation_field,
    reserve_offer,
    reserved_by_the_customer,
)
from tests.e2e.recipes.schedules import MONDAY, create_schedule, schedule
from tests.e2e.shop import Shop
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
    for name in ("owner", "customer"):
        (await client.run(NAME, {}, accounts[name].token)).field("updateProfile")
    shop = await Shop.open(client, accounts["owner"].token)
    await shop.link(accounts["manager"].token, "MANAGER")
    await shop.link(accounts["staff"].token, "STAFF")
    deputy = await shop.link((await register_verified(client, mailbox, "PARTNER")).token, "STAFF")
    admin = await tokens.of(ADMIN)
    return Cast(client, {"anonymous": None, "admin": admin} | signed_in, accounts, shop, deputy)


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
    "`reservation(id)` of the customer": reservation_field("id"),
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
    "`changeReservation` of the customer": on_reservation(CHANGE),
    "`cancelReservation` of the customer": on_reservation(CANCEL),
    "`confirmPickup`": confirm_pickup,
    "`User.id`, `User.role` of the owner": owner_field("id role"),
    "`User.displayName` of the owner": owner_field("displayName"),
    "`User.email` of the owner": owner_field("email"),
    "`User.reservations` of the owner": owner_field(f"reservations({LIST}"),
    "`User.activity` of the owner": owner_field(f"activity({LIST}"),
    "`User.impact` of the owner": owner_field("impact {portions}"),
    "`User.partnerships` of the owner": owner_field(f"partnerships({LIST}"),
    "`Place.partnerships`": place_field("partnerships {id}"),
    "`Partnership.partnerName`": place_field("partnerships {partnerName}"),
    "`Place.invitations`": place_field("invitations {id}"),
    "`Place.activePartnerships`": place_field(f"activePartnerships({LIST}"),
    "`Place.invitedPartnerships`": place_field(f"invitedPartnerships({LIST}"),
    "`Place.schedules`": place_field(f"schedules({LIST}"),
    "`Place.reservations`": place_field(f"reservations({LIST}"),
    "`Place.stats`": place_field("stats {views}"),
    "`Place.stats.revenue`": place_field("stats {revenue {amount}}"),
    "`Offer.reservations`": offer_field(f"reservations({LIST}"),
    "`Offer.stats`": offer_field("stats {views}"),
    "`Reservation.customerName`": reservation_field("customerName"),
    "`Reservation.endedByName`": ended_by_name,
    "`Reservation.customerNoShows`": reservation_field("customerNoShows"),
    # The place's are reached through the offer by who may; the customer by their own.
    "`Reservation.pickupCode`": reservation_field("pickupCode"),
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
    "`becomePartner`": query("mutation {becomePartner {id}}"),
    "`setNotificationChoices`": query("mutation {setNotificationChoices(choices: []) {id}}"),
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
async def test_cell(cast: Cast, tokens: Tokens, row: str, actor: str, expected: str) -> None:
    text, variables = await RECIPES[row](cast)
    answer = await cast.client.run(text, variables, cast.tokens[actor])
    assert outcome(answer) == expected, answer
    if row == "`becomePartner`" and actor in {"customer", "other"}:
        await customer_again(cast, actor)
    if row == "`signOutEverywhere`" and actor == "admin":
        cast.tokens[actor] = await tokens.renewed(ADMIN)
    elif row == "`signOutEverywhere`" and actor != "anonymous":
        await signed_in_again(cast, actor)


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
