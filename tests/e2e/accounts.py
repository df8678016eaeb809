"""Accounts made the way people make them: registered, mailed to, verified, signed in."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from tests.testkit.client import Client
from tests.testkit.smtp import MailServer, token_in

PASSWORD = "Fresh-Bread-1"
_NUMBERS = itertools.count(1)

REGISTER = """
mutation($email: String!, $password: String!, $role: SignUpRole!) {
  register(email: $email, password: $password, role: $role) { id role isVerified }
}
"""
VERIFY = "mutation($token: String!) {verify(token: $token) {id isVerified}}"


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    email: str
    token: str


async def register(client: Client, role: str = "USER") -> Account:
    """An account whose address is not verified."""
    email = f"person{next(_NUMBERS)}@e2e.example"
    variables = {"email": email, "password": PASSWORD, "role": role}
    made = await client.run(REGISTER, variables)
    return Account(made.field("register", "id"), email, await client.sign_in(email, PASSWORD))


async def register_verified(client: Client, mailbox: MailServer, role: str = "USER") -> Account:
    """An account that used the link of its mail and signed in afterwards."""
    account = await register(client, role)
    token = token_in(await mailbox.wait_for(account.email))
    await client.run(VERIFY, {"token": token})
    return Account(account.id, account.email, await client.sign_in(account.email, PASSWORD))
