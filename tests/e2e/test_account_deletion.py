"""An account deleted in auth is gone from the catalog, too."""

from __future__ import annotations

import asyncio

from tests.e2e.accounts import PASSWORD, register_verified
from tests.e2e.shop import RESERVE, Shop, new_key
from tests.testkit.client import Client
from tests.testkit.smtp import MailServer

DELETE = "mutation($password: String!) {deleteAccount(password: $password)}"
AVAILABLE = "query($id: UUID!) {offer(id: $id) {quantityAvailable}}"
RESERVATIONS = "query($id: UUID!) {offer(id: $id) {reservations {edges {node {status}}}}}"


async def test_deleting_an_account_crosses_both_services(
    client: Client, mailbox: MailServer
) -> None:
    partner = await register_verified(client, mailbox, "PARTNER")
    customer = await register_verified(client, mailbox)
    shop = await Shop.open(client, partner.token)
    offer = await shop.publish(quantity=5)
    await shop.reserve(customer.token, offer, quantity=2)

    wrong = await client.run(DELETE, {"password": "Not-The-Word-1"}, customer.token)
    assert wrong.codes == ["INVALID_CREDENTIALS"]
    deleted = await client.run(DELETE, {"password": PASSWORD}, customer.token)
    assert deleted.field("deleteAccount") is True

    async with asyncio.timeout(60):  # the event travels through auth's outbox
        while await available(client, offer) != 5:
            await asyncio.sleep(0.1)
    seen = await client.run(RESERVATIONS, {"id": offer}, partner.token)
    statuses = [e["node"]["status"] for e in seen.field("offer", "reservations", "edges")]
    assert statuses == ["CANCELLED_BY_CUSTOMER"]

    wish = {"offer": offer, "quantity": 1, "key": new_key()}
    alive = await client.run(RESERVE, wish, customer.token)  # its access token outlives it
    assert alive.codes == ["UNAUTHENTICATED"]
    login = "mutation($e: String!, $p: String!) {login(email: $e, password: $p) {accessToken}}"
    gone = await client.run(login, {"e": customer.email, "p": PASSWORD})
    assert gone.codes == ["INVALID_CREDENTIALS"]


async def available(client: Client, offer: str) -> int:
    return int((await client.run(AVAILABLE, {"id": offer})).field("offer", "quantityAvailable"))
