"""A role and a verified address count at once, through the gateway, with tokens from before."""

from __future__ import annotations

import asyncio
from pathlib import Path

from est.demo.people import PASSWORD
from tests.e2e.accounts import PASSWORD as OWN_PASSWORD
from tests.e2e.accounts import VERIFY, register, register_verified
from tests.e2e.shop import CREATE_OFFER, RESERVE, Shop, new_key, offer_input
from tests.testkit.client import Client
from tests.testkit.smtp import MailServer, token_in

OWN = "email partnerships { edges { cursor } }"
SET_ROLE = "mutation($id: UUID!, $role: Role!) {setRole(userId: $id, role: $role) {role}}"
CHANGE_PASSWORD = """mutation($current: String!, $new: String!) {
  changePassword(currentPassword: $current, newPassword: $new) { accessToken } }"""
MY_PLACES = "{ myPlaces { edges { node { id } } } }"
DELETE = "mutation($p: String!) {deleteAccount(password: $p)}"
FIRST_QUERY = Path(__file__).parents[2] / "est/explorer/01-across-services.graphql"


async def test_who_verifies_reserves_at_once_with_the_token_from_before(
    client: Client, mailbox: MailServer
) -> None:
    owner = await register_verified(client, mailbox, "PARTNER")
    offer = await (await Shop.open(client, owner.token)).publish()
    for _ in range(5):
        newcomer = await register(client)
        wish = {"offer": offer, "quantity": 1, "key": new_key()}
        refused = await client.run(RESERVE, wish, newcomer.token)
        assert refused.codes == ["EMAIL_NOT_VERIFIED"]
        await client.run(VERIFY, {"token": token_in(await mailbox.wait_for(newcomer.email))})
        assert (await client.run(RESERVE, wish, newcomer.token)).codes == []


async def test_a_role_taken_away_ends_at_once_and_customers_are_written_to(
    client: Client, mailbox: MailServer
) -> None:
    # Signed in anew: the table of operations has signed everybody out, if it came before.
    admin = await client.sign_in("admin@demo.example", PASSWORD)
    owner = await register_verified(client, mailbox, "PARTNER")
    shop = await Shop.open(client, owner.token)
    offer = await shop.publish()
    customer = await register_verified(client, mailbox)
    await shop.reserve(customer.token, offer)
    given = (await client.run(SET_ROLE, {"id": owner.id, "role": "USER"}, admin)).codes
    assert given == []
    made = await client.run(CREATE_OFFER, {"input": offer_input(shop.place_id)}, owner.token)
    assert made.codes == ["FORBIDDEN"]
    wish = {"offer": offer, "quantity": 1, "key": new_key()}
    assert (await client.run(RESERVE, wish, customer.token)).codes == ["OFFER_CLOSED"]
    async with asyncio.timeout(60):
        while not [
            mail
            for mail in mailbox.mails
            if mail["X-Envelope-To"] == customer.email and "ask before you go" in mail["Subject"]
        ]:
            await asyncio.sleep(0.05)


async def test_a_new_password_ends_what_a_token_from_before_may(
    client: Client, mailbox: MailServer
) -> None:
    owner = await register_verified(client, mailbox, "PARTNER")
    shop = await Shop.open(client, owner.token)
    wish = {"input": offer_input(shop.place_id)}
    given = {"current": OWN_PASSWORD, "new": "Another-Bread-2"}
    changed = await client.run(CHANGE_PASSWORD, given, owner.token)
    refused = await client.run(CREATE_OFFER, wish, owner.token)
    assert refused.codes == ["UNAUTHENTICATED"]
    assert (await client.run(MY_PLACES, {}, owner.token)).codes == ["UNAUTHENTICATED"]
    renewed = changed.field("changePassword", "accessToken")
    assert (await client.run(CREATE_OFFER, wish, renewed)).codes == []
    assert (await client.run(MY_PLACES, {}, renewed)).codes == []


async def test_what_a_new_password_leaves_unanswered_says_why(
    client: Client, mailbox: MailServer
) -> None:
    """The rest of the operation comes with the token that its beginning ended."""
    owner = await register_verified(client, mailbox, "PARTNER")
    both = CHANGE_PASSWORD.replace("{ accessToken }", f"{{ accessToken user {{ {OWN} }} }}")
    given = {"current": OWN_PASSWORD, "new": "Another-Bread-2"}
    changed = await client.run(both, given, owner.token)
    assert changed.codes == ["UNAUTHENTICATED"]
    assert changed.errors[0]["extensions"]["reason"] == "revoked"
    assert changed.errors[0]["path"] == ["changePassword", "user", "partnerships"]
    kept = changed.data["changePassword"] if changed.data else {}
    assert kept["user"]["email"] == owner.email
    assert (await client.run(f"{{ me {{ {OWN} }} }}", {}, kept["accessToken"])).codes == []


async def test_a_place_never_shows_who_is_not_there(client: Client, mailbox: MailServer) -> None:
    owner = await register_verified(client, mailbox, "PARTNER")
    deputy = await register_verified(client, mailbox, "PARTNER")
    shop = await Shop.open(client, owner.token)
    await shop.link(deputy.token, "OWNER")
    await client.run(DELETE, {"p": "Fresh-Bread-1"}, owner.token)
    text = "query($id: UUID!) {place(id: $id) {partnerships {partner {id role}}}}"
    found = await client.run(text, {"id": shop.place_id})
    assert found.field("place", "partnerships") == [
        {"partner": {"id": deputy.id, "role": "PARTNER"}}
    ]
    assert (await client.run(FIRST_QUERY.read_text())).codes == []
