"""Operations on accounts."""

from __future__ import annotations

from tests.e2e.accounts import PASSWORD, register
from tests.e2e.recipes.cast import Cast, Operation


async def user_of_the_customer(cast: Cast) -> Operation:
    return "query($id: UUID!) {user(id: $id) {id}}", {"id": cast.accounts["customer"].id}


async def set_role(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {setRole(userId: $id, role: USER) {id}}"
    return text, {"id": cast.accounts["unverified"].id}


async def customer_again(cast: Cast, actor: str) -> None:
    """Take the role partner away again, and sign in anew: that ends sessions."""
    account = cast.accounts[actor]
    text = "mutation($id: UUID!) {setRole(userId: $id, role: USER) {role}}"
    after = await cast.client.run(text, {"id": account.id}, cast.tokens["admin"])
    assert after.field("setRole", "role") == "USER"
    await signed_in_again(cast, actor)


async def signed_in_again(cast: Cast, actor: str) -> None:
    """Sign in anew whoever signed out everywhere."""
    token = await cast.client.sign_in(cast.accounts[actor].email, PASSWORD)
    if cast.shop.owner == cast.tokens[actor]:
        cast.shop.owner = token
    cast.tokens[actor] = token


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
