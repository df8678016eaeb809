"""From a first visit to a returned reservation, through real sockets."""

from __future__ import annotations

from tests.e2e.accounts import PASSWORD, REGISTER, VERIFY, register_verified
from tests.e2e.shop import RESERVE, Shop, new_key
from tests.testkit.client import Client
from tests.testkit.smtp import MailServer, token_in

LOGIN = """
mutation($email: String!, $password: String!) {
  login(email: $email, password: $password) {
    accessToken refreshToken tokenType expiresIn user { email isVerified }
  }
}
"""
ACROSS = """
{ me { email reservations { edges { node {
  status quantity
  offer { title quantityAvailable place { name partnerships { partner { id role } } } }
} } } } }
"""


async def test_from_registering_to_a_cancelled_reservation(
    client: Client, mailbox: MailServer
) -> None:
    partner = await register_verified(client, mailbox, "PARTNER")
    email = "Journey@e2e.example"
    made = await client.run(REGISTER, {"email": email, "password": PASSWORD, "role": "USER"})
    assert made.field("register", "isVerified") is False

    token = token_in(await mailbox.wait_for(email))
    verified = await client.run(VERIFY, {"token": token})
    assert verified.field("verify", "id") == made.field("register", "id")
    assert (await client.run(VERIFY, {"token": token})).codes == ["TOKEN_USED"]

    session = (await client.run(LOGIN, {"email": email, "password": PASSWORD})).field("login")
    assert session["tokenType"] == "Bearer"
    assert session["expiresIn"] == 15 * 60
    customer = session["accessToken"]

    shop = await Shop.open(client, partner.token)
    offer = await shop.publish(quantity=3)
    reserved = await shop.reserve(customer, offer, quantity=2)
    assert reserved["status"] == "RESERVED"
    assert len(reserved["pickupCode"]) == 6

    me = (await client.run(ACROSS, token=customer)).field("me")
    assert me["email"] == email
    node = me["reservations"]["edges"][0]["node"]
    assert (node["status"], node["quantity"]) == ("RESERVED", 2)
    assert node["offer"]["quantityAvailable"] == 1
    assert node["offer"]["place"]["partnerships"] == [
        {"partner": {"id": partner.id, "role": "PARTNER"}}
    ]

    cancel = "mutation($id: UUID!) {cancelReservation(id: $id) {status offer {quantityAvailable}}}"
    cancelled = await client.run(cancel, {"id": reserved["id"]}, customer)
    assert cancelled.field("cancelReservation") == {
        "status": "CANCELLED_BY_CUSTOMER",
        "offer": {"quantityAvailable": 3},
    }

    refresh = "mutation($t: String!) {refresh(refreshToken: $t) {accessToken expiresIn}}"
    renewed = await client.run(refresh, {"t": session["refreshToken"]})
    access = renewed.field("refresh", "accessToken")
    assert (await client.run("{me {email}}", token=access)).field("me", "email") == email


async def test_a_retry_with_the_same_key_gives_the_same_reservation(
    client: Client, mailbox: MailServer
) -> None:
    partner = await register_verified(client, mailbox, "PARTNER")
    customer = await register_verified(client, mailbox)
    shop = await Shop.open(client, partner.token)
    wish = {"offer": await shop.publish(quantity=1), "quantity": 1, "key": new_key()}

    first = await client.run(RESERVE, wish, customer.token)
    again = await client.run(RESERVE, wish, customer.token)
    other = await client.run(RESERVE, wish | {"key": new_key()}, customer.token)

    assert again.field("reserveOffer", "id") == first.field("reserveOffer", "id")
    assert other.codes == ["SOLD_OUT"]


async def test_a_partner_hands_over_what_a_customer_reserved(
    client: Client, mailbox: MailServer
) -> None:
    partner = await register_verified(client, mailbox, "PARTNER")
    customer = await register_verified(client, mailbox)
    shop = await Shop.open(client, partner.token)
    reserved = await shop.reserve(customer.token, await shop.publish(starts_in=-1), quantity=2)

    confirm = """
    mutation($place: UUID!, $code: String!) {
      confirmPickup(placeId: $place, pickupCode: $code) { id status }
    }
    """
    variables = {"place": shop.place_id, "code": reserved["pickupCode"]}
    confirmed = await client.run(confirm, variables, partner.token)
    assert confirmed.field("confirmPickup") == {"id": reserved["id"], "status": "PICKED_UP"}

    stats = "query($id: UUID!) {place(id: $id) {stats {pickups revenue {amount} saved {amount}}}}"
    figures = await client.run(stats, {"id": shop.place_id}, partner.token)
    assert figures.field("place", "stats") == {
        "pickups": 1,
        "revenue": {"amount": "5.00"},
        "saved": {"amount": "9.00"},
    }
