"""An admin's day through the gateway: both services follow, people are written to, all is told."""

from __future__ import annotations

import asyncio
import json
from email.message import EmailMessage
from typing import Any

from est.demo.people import PASSWORD
from tests.e2e.accounts import register_verified
from tests.e2e.shop import CREATE_OFFER, RESERVE, Shop, new_key, offer_input
from tests.testkit.client import Client
from tests.testkit.smtp import MailServer, text_of

SUSPEND = """mutation($id: UUID!) {
  suspendAccount(userId: $id, reason: "Sold what was spoilt.") { suspendedAt } }"""
RESTORE = """mutation($id: UUID!) {
  restoreAccount(userId: $id, reason: "A mistake.") { suspendedAt } }"""
REPORT = """mutation($id: UUID!) {
  reportOffer(offerId: $id, reason: UNSAFE, text: "Mouldy.") { id } }"""
TAKE_DOWN = """mutation($id: UUID!) { takeDownOffer(id: $id, reason: "Mouldy.") { status } }"""
LOG = """query($id: UUID!) { auditLog(filter: {targetId: $id}) { edges { node {
  service action reason actor { email } } } } }"""
CHOOSE = "mutation { setNotificationChoices(choices: [PICKUP_TOMORROW]) { language } }"
GERMAN = "mutation { updateProfile(language: GERMAN) { language } }"
MINE = "{ myPlaces { edges { node { id } } } }"


async def mail_about(mailbox: MailServer, address: str, subject: str) -> EmailMessage:
    """The first mail to the address whose subject has these words."""
    async with asyncio.timeout(60):
        while True:
            for mail in mailbox.to(address):
                if subject in mail["Subject"]:
                    return mail
            await asyncio.sleep(0.05)


async def acts(client: Client, admin: str, target: str, count: int) -> list[dict[str, Any]]:
    """What the log has of a target, once there are ``count`` entries."""
    async with asyncio.timeout(60):
        while True:
            found = await client.run(LOG, {"id": target}, admin)
            nodes = [edge["node"] for edge in found.field("auditLog", "edges")]
            if len(nodes) >= count:
                return nodes
            await asyncio.sleep(0.1)


async def test_a_reservation_is_confirmed_in_the_reader_s_language(
    client: Client, mailbox: MailServer
) -> None:
    owner = await register_verified(client, mailbox, "PARTNER")
    customer = await register_verified(client, mailbox)
    await client.run(GERMAN, {}, customer.token)
    shop = await Shop.open(client, owner.token)
    offer = await shop.publish()
    held = await shop.reserve(customer.token, offer, 2)
    mail = await mail_about(mailbox, customer.email, "Reserviert: ")
    for form in ("plain", "html"):
        text = text_of(mail, form)
        assert held["pickupCode"] in text
        assert "1 Mill Lane, Ghent" in text
        assert "(Brüssel, UTC+" in text
        assert "5,00" in text
    assert mail["List-Unsubscribe"].startswith("<http")
    await client.run(CHOOSE, {}, customer.token)
    await shop.reserve(customer.token, offer)
    cancel = 'mutation($id: UUID!) {cancelReservation(id: $id, reason: "Der Ofen.") {id}}'
    await client.run(cancel, {"id": held["id"]}, owner.token)
    told = await mail_about(mailbox, customer.email, "storniert")
    assert "Der Ofen." in text_of(told)
    assert len([m for m in mailbox.to(customer.email) if "Reserviert" in m["Subject"]]) == 1


async def test_suspended_in_both_services_at_once_and_restored(
    client: Client, mailbox: MailServer
) -> None:
    admin = await client.sign_in("admin@demo.example", PASSWORD)
    owner = await register_verified(client, mailbox, "PARTNER")
    customer = await register_verified(client, mailbox)
    shop = await Shop.open(client, owner.token)
    offer = await shop.publish()
    await shop.reserve(customer.token, offer)
    assert (await client.run(SUSPEND, {"id": owner.id}, admin)).codes == []
    for text, variables in (
        ("{me {email}}", {}),
        (MINE, {}),
        (CREATE_OFFER, {"input": offer_input(shop.place_id)}),
    ):
        assert (await client.run(text, variables, owner.token)).codes == ["UNAUTHENTICATED"]
    wish = {"offer": offer, "quantity": 1, "key": new_key()}
    assert (await client.run(RESERVE, wish, customer.token)).codes == ["OFFER_CLOSED"]
    await mail_about(mailbox, customer.email, "was cancelled")
    assert "spoilt" in text_of(await mail_about(mailbox, owner.email, "is suspended"))
    assert (await client.run(RESTORE, {"id": owner.id}, admin)).codes == []
    assert (await client.run(RESERVE, wish, customer.token)).codes == []
    await client.sign_in(owner.email, "Fresh-Bread-1")
    entries = await acts(client, admin, owner.id, 2)
    assert [entry["action"] for entry in entries] == ["ACCOUNT_RESTORED", "ACCOUNT_SUSPENDED"]


async def test_reported_taken_down_and_told(client: Client, mailbox: MailServer) -> None:
    admin = await client.sign_in("admin@demo.example", PASSWORD)
    owner = await register_verified(client, mailbox, "PARTNER")
    customer = await register_verified(client, mailbox)
    shop = await Shop.open(client, owner.token)
    offer = await shop.publish()
    assert (await client.run(REPORT, {"id": offer}, customer.token)).codes == []
    done = await client.run(TAKE_DOWN, {"id": offer}, admin)
    assert done.field("takeDownOffer", "status") == "PAUSED"
    assert "Mouldy." in text_of(await mail_about(mailbox, owner.email, "was taken down"))
    (entry,) = await acts(client, admin, offer, 1)
    assert entry == {
        "service": "catalog",
        "action": "OFFER_TAKEN_DOWN",
        "reason": "Mouldy.",
        "actor": {"email": "admin@demo.example"},
    }
    export = await client.run("{exportMyData {account catalog}}", {}, customer.token)
    account = json.loads(export.field("exportMyData", "account"))
    assert "reserved" in account["notificationChoices"]
    (report,) = json.loads(export.field("exportMyData", "catalog"))["reports"]
    assert (report["reason"], report["text"]) == ("UNSAFE", "Mouldy.")
