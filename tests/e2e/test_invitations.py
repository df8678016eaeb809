"""Staff by mail: invited with an account or without one, accepted by whoever has the address."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.e2e.accounts import PASSWORD, REGISTER, VERIFY, Account, register_verified
from tests.e2e.shop import CREATE_OFFER, RESERVE, Shop, new_key, offer_input
from tests.testkit.client import Answer, Client
from tests.testkit.smtp import MailServer, text_of, token_in

INVITE = """mutation($place: UUID!, $email: String!, $role: PartnershipRole!) {
  invitePartner(placeId: $place, email: $email, role: $role) { id role status place { id } }
}"""
MINE = "{ myInvitations { id role place { id name } } }"
ACCEPT = """mutation($id: UUID, $token: String) {
  acceptInvitation(id: $id, token: $token) { id role isActive }
}"""
DECLINE = """mutation($id: UUID, $token: String) {
  declineInvitation(id: $id, token: $token) { status }
}"""
DELETE = "mutation($password: String!) { deleteAccount(password: $password) }"
CANCEL = "mutation($id: UUID!) { cancelInvitation(id: $id) { status } }"
PENDING = "query($id: UUID!) { place(id: $id) { invitations { id } } }"
WHOM = "query($id: UUID!) { place(id: $id) { invitations { email } } }"
BECOME = "mutation { becomePartner { role } }"
HELD = "query($id: UUID!) { reservation(id: $id) { status pickupCode } }"
GIVE_BACK = "mutation($id: UUID!) { cancelReservation(id: $id) { status } }"
GERMAN = "mutation { updateProfile(language: GERMAN) { id } }"


@pytest.fixture
async def owner(client: Client, mailbox: MailServer) -> Account:
    return await register_verified(client, mailbox, "PARTNER")


@pytest.fixture
async def shop(client: Client, owner: Account) -> Shop:
    return await Shop.open(client, owner.token)


def new_address() -> str:
    return f"Invited.{new_key()}@e2e.example"


async def invite(shop: Shop, email: str, role: str = "MANAGER") -> Answer:
    variables = {"place": shop.place_id, "email": email, "role": role}
    return await shop.client.run(INVITE, variables, shop.owner)


async def sign_up(client: Client, mailbox: MailServer, email: str, role: str = "PARTNER") -> str:
    """The access token of a new account with this address, verified."""
    before = len(mailbox.to(email))
    await client.run(REGISTER, {"email": email, "password": PASSWORD, "role": role})
    mail = await mailbox.wait_for(email, before + 1)
    await client.run(VERIFY, {"token": token_in(mail)})
    return await client.sign_in(email, PASSWORD)


async def mine(client: Client, token: str, count: int = 1) -> list[dict[str, Any]]:
    """The invitations of an account, once there are so many: they come by an event."""
    async with asyncio.timeout(60):
        while True:
            found = (await client.run(MINE, token=token)).field("myInvitations")
            if len(found) == count:
                return list(found)
            await asyncio.sleep(0.05)


async def test_somebody_without_an_account_signs_up_and_accepts(
    client: Client, shop: Shop, owner: Account, mailbox: MailServer
) -> None:
    await client.run(GERMAN, token=owner.token)
    email = new_address()
    invited = (await invite(shop, email)).field("invitePartner")
    assert (invited["role"], invited["status"]) == ("MANAGER", "PENDING")
    mail = await mailbox.wait_for(email)
    assert "lädt" in str(mail["Subject"])  # in the inviter's language
    token = await sign_up(client, mailbox, email.lower())
    (waiting,) = await mine(client, token)
    assert waiting["place"]["id"] == shop.place_id
    for _ in range(2):
        accepted = await client.run(ACCEPT, {"id": waiting["id"]}, token)
        assert accepted.field("acceptInvitation", "isActive") is True
    assert await mine(client, token, 0) == []
    made = await client.run(CREATE_OFFER, {"input": offer_input(shop.place_id)}, token)
    assert made.field("createOffer", "status") == "DRAFT"


async def test_somebody_with_an_account_accepts_by_the_mails_link(
    client: Client, shop: Shop, mailbox: MailServer
) -> None:
    partner = await register_verified(client, mailbox, "PARTNER")
    await client.run(GERMAN, token=partner.token)
    before = len(mailbox.to(partner.email))
    await invite(shop, partner.email, "STAFF")
    mail = await mailbox.wait_for(partner.email, before + 1)
    assert "lädt" in str(mail["Subject"])  # in the invited account's language
    assert shop.place_id not in text_of(mail)
    answer = await client.run(ACCEPT, {"token": token_in(mail)}, partner.token)
    assert answer.field("acceptInvitation", "role") == "STAFF"
    another = await register_verified(client, mailbox, "PARTNER")
    again = await client.run(ACCEPT, {"token": token_in(mail)}, another.token)
    assert again.codes == ["CONFLICT"]  # a token is good once


async def test_known_and_unknown_addresses_are_answered_alike(
    client: Client, shop: Shop, mailbox: MailServer
) -> None:
    known = await register_verified(client, mailbox, "PARTNER")
    customer = await register_verified(client, mailbox)
    answers = [await invite(shop, each) for each in (known.email, customer.email, new_address())]
    shapes = []
    for answer in answers:
        found = dict(answer.field("invitePartner"))
        assert found.pop("id")
        shapes.append(found)
    assert shapes[0] == shapes[1] == shapes[2]
    (waiting,) = await mine(client, customer.token)
    refused = await client.run(ACCEPT, {"id": waiting["id"]}, customer.token)
    assert refused.codes == ["FORBIDDEN"]  # a customer becomes no partner by being invited
    assert "becomePartner" in refused.errors[0]["message"]


async def test_an_invited_customer_becomes_a_partner_and_keeps_what_is_reserved(
    client: Client, shop: Shop, owner: Account, mailbox: MailServer
) -> None:
    named = 'mutation { updateProfile(displayName: "Olga Owner") { id } }'
    await client.run(named, token=owner.token)
    customer = await register_verified(client, mailbox)
    held = (await shop.reserve(customer.token, await shop.publish()))["id"]
    before = len(mailbox.to(customer.email))
    await invite(shop, customer.email)
    mail = await mailbox.wait_for(customer.email, before + 1)
    while "invites you" not in str(mail["Subject"]):  # others may come first
        before += 1
        mail = await mailbox.wait_for(customer.email, before + 1)
    assert "Olga Owner invites you." in text_of(mail)
    assert "The invitation is good until" in text_of(mail)
    (waiting,) = await mine(client, customer.token)
    became = await client.run(BECOME, token=customer.token)
    assert became.field("becomePartner", "role") == "PARTNER"
    accepted = await client.run(ACCEPT, {"id": waiting["id"]}, customer.token)
    assert accepted.field("acceptInvitation", "role") == "MANAGER"
    wish = {"offer": await shop.publish(), "quantity": 1, "key": new_key()}
    assert (await client.run(RESERVE, wish, customer.token)).codes == ["FORBIDDEN"]
    own = (await client.run(HELD, {"id": held}, customer.token)).field("reservation")
    assert own["status"] == "RESERVED"
    assert own["pickupCode"]
    back = await client.run(GIVE_BACK, {"id": held}, customer.token)
    assert back.field("cancelReservation", "status") == "CANCELLED_BY_CUSTOMER"


async def test_nobody_else_can_answer(client: Client, shop: Shop, mailbox: MailServer) -> None:
    email = new_address()
    found = (await invite(shop, email)).field("invitePartner", "id")
    stranger = await register_verified(client, mailbox, "PARTNER")
    assert (await client.run(ACCEPT, {"id": found}, stranger.token)).codes == ["NOT_FOUND"]
    assert (await client.run(DECLINE, {"id": found}, stranger.token)).codes == ["NOT_FOUND"]
    assert (await client.run(ACCEPT, {"token": "x" * 43}, stranger.token)).codes == ["NOT_FOUND"]
    neither = await client.run(ACCEPT, {}, stranger.token)
    assert neither.codes == ["BAD_USER_INPUT"]


async def test_all_owners_see_whom_one_of_them_invited(
    client: Client, shop: Shop, mailbox: MailServer
) -> None:
    email = new_address()
    await invite(shop, email)
    await mailbox.wait_for(email)
    second = await register_verified(client, mailbox, "PARTNER")
    before = await client.run(WHOM, {"id": shop.place_id}, second.token)
    assert before.codes == ["NOT_FOUND"]
    await shop.link(second.token, "OWNER")
    for token in (shop.owner, second.token):
        found = (await client.run(WHOM, {"id": shop.place_id}, token)).field("place")
        assert found["invitations"] == [{"email": email}]
    token = await sign_up(client, mailbox, email)
    own = await client.run("{ myInvitations { email place { name } } }", token=token)
    assert own.field("myInvitations")[0]["email"] == email


async def test_an_unverified_address_has_no_invitations(
    client: Client, shop: Shop, mailbox: MailServer
) -> None:
    email = new_address()
    await invite(shop, email)
    await mailbox.wait_for(email)
    await client.run(REGISTER, {"email": email, "password": PASSWORD, "role": "PARTNER"})
    token = await client.sign_in(email, PASSWORD)
    assert (await client.run(MINE, token=token)).field("myInvitations") == []


async def test_an_unverified_address_takes_no_invitations_with_it(
    client: Client, shop: Shop, mailbox: MailServer
) -> None:
    """Whoever knows it can make an account with it, and delete that."""
    email = new_address()
    await invite(shop, email)
    await mailbox.wait_for(email)
    somebody = {"email": email, "password": PASSWORD, "role": "PARTNER"}
    (await client.run(REGISTER, somebody)).field("register")
    token = await client.sign_in(email, PASSWORD)
    assert (await client.run(DELETE, {"password": PASSWORD}, token)).field("deleteAccount")
    listed = (await client.run(WHOM, {"id": shop.place_id}, shop.owner)).field("place")
    assert listed["invitations"] == [{"email": email}]
    owner = await sign_up(client, mailbox, email)
    await mine(client, owner)


async def test_invited_again_the_first_mail_is_worth_nothing(
    client: Client, shop: Shop, mailbox: MailServer
) -> None:
    email = new_address()
    first = (await invite(shop, email, "STAFF")).field("invitePartner", "id")
    old = token_in(await mailbox.wait_for(email))
    again = await invite(shop, email.upper().replace("E2E.EXAMPLE", "e2e.example"), "MANAGER")
    assert again.field("invitePartner", "id") == first
    new = token_in(await mailbox.wait_for(email, 2))
    listed = (await client.run(PENDING, {"id": shop.place_id}, shop.owner)).field("place")
    assert listed["invitations"] == [{"id": first}]
    token = await sign_up(client, mailbox, email)
    assert (await client.run(ACCEPT, {"token": old}, token)).codes == ["NOT_FOUND"]
    accepted = await client.run(ACCEPT, {"token": new}, token)
    assert accepted.field("acceptInvitation", "role") == "MANAGER"


async def test_declined_and_withdrawn_ones_cannot_be_accepted(
    client: Client, shop: Shop, mailbox: MailServer
) -> None:
    partner = await register_verified(client, mailbox, "PARTNER")
    await invite(shop, partner.email)
    (waiting,) = await mine(client, partner.token)
    for _ in range(2):
        declined = await client.run(DECLINE, {"id": waiting["id"]}, partner.token)
        assert declined.field("declineInvitation", "status") == "DECLINED"
    assert (await client.run(ACCEPT, {"id": waiting["id"]}, partner.token)).codes == ["CONFLICT"]
    assert (await client.run(CANCEL, {"id": waiting["id"]}, shop.owner)).codes == ["CONFLICT"]
    await invite(shop, partner.email)
    (anew,) = await mine(client, partner.token)
    for _ in range(2):
        cancelled = await client.run(CANCEL, {"id": anew["id"]}, shop.owner)
        assert cancelled.field("cancelInvitation", "status") == "CANCELLED"
    assert await mine(client, partner.token, 0) == []
    assert (await client.run(ACCEPT, {"id": anew["id"]}, partner.token)).codes == ["CONFLICT"]


async def test_who_is_no_owner_any_more_does_not_come_back_that_way(
    client: Client, shop: Shop, owner: Account, mailbox: MailServer
) -> None:
    second = await register_verified(client, mailbox, "PARTNER")
    await shop.link(second.token, "OWNER")
    accomplice = await register_verified(client, mailbox, "PARTNER")
    await invite(shop, accomplice.email, "OWNER")
    (waiting,) = await mine(client, accomplice.token)
    text = "query($id: UUID!) { place(id: $id) { partnerships { id partner { id } } } }"
    found = (await client.run(text, {"id": shop.place_id})).field("place", "partnerships")
    (own,) = [each["id"] for each in found if each["partner"]["id"] == owner.id]
    end = "mutation($id: UUID!) { updatePartnership(id: $id, isActive: false) { status } }"
    assert (await client.run(end, {"id": own}, second.token)).codes == []
    refused = await client.run(ACCEPT, {"id": waiting["id"]}, accomplice.token)
    assert refused.codes == ["CONFLICT"]
    assert await mine(client, accomplice.token, 0) == []  # nor does it wait for an answer


async def test_an_owner_is_not_made_less_by_an_invitation(
    client: Client, shop: Shop, owner: Account, mailbox: MailServer
) -> None:
    await invite(shop, owner.email, "STAFF")
    (waiting,) = await mine(client, owner.token)
    assert (await client.run(ACCEPT, {"id": waiting["id"]}, owner.token)).codes == ["CONFLICT"]


@pytest.mark.parametrize("email", ["", "nobody", "a@", "a b@c.example", "x" * 300 + "@c.example"])
async def test_what_is_no_address_is_refused(shop: Shop, email: str) -> None:
    refused = await invite(shop, email)
    assert refused.codes == ["BAD_USER_INPUT"]
    (fault,) = refused.errors[0]["extensions"]["violations"]
    assert (fault["path"], fault["code"]) == (["email"], "INVALID_EMAIL")
