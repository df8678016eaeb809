"""One answer holds what both services have of an account, and nothing of anybody else's."""

from __future__ import annotations

import json

from tests.e2e.accounts import register_verified
from tests.e2e.shop import Shop
from tests.testkit.client import Client
from tests.testkit.smtp import MailServer

EXPORT = "{exportMyData {account catalog}}"
NAME = 'mutation {updateProfile(displayName: "Robin", language: FRENCH) {id}}'


async def test_what_one_takes_along(client: Client, mailbox: MailServer) -> None:
    owner = await register_verified(client, mailbox, "PARTNER")
    customer = await register_verified(client, mailbox)
    shop = await Shop.open(client, owner.token)
    offer = await shop.publish()
    held = await shop.reserve(customer.token, offer)
    await client.run(NAME, {}, customer.token)

    found = (await client.run(EXPORT, {}, customer.token)).field("exportMyData")
    account, catalog = json.loads(found["account"]), json.loads(found["catalog"])
    assert (account["email"], account["displayName"], account["language"]) == (
        *(customer.email, "Robin"),
        "fr",
    )
    assert "password" not in found["account"].lower()
    (reservation,) = catalog["reservations"]
    assert reservation["id"] == held["id"]
    assert reservation["pickup_code"] == held["pickupCode"]
    assert "OFFER_RESERVED" in {entry["action"] for entry in catalog["activity"]}
    assert catalog["partnerships"] == []

    of_owner = (await client.run(EXPORT, {}, owner.token)).field("exportMyData")
    assert [each["role"] for each in json.loads(of_owner["catalog"])["partnerships"]] == ["OWNER"]
    assert held["pickupCode"] not in of_owner["catalog"]
