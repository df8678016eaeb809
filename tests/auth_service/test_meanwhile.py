"""What an account's owner does while somebody else is in the midst of something (120, 121).

The account's row is held from outside, so that both wait for it in the order they came in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import PASSWORD, Subgraph
from tests.testkit.smtp import MailServer

PATIENT = {"database_timeout_seconds": 60.0}
"""Whoever waits for the row is not given up on a busy machine."""
ANNA, NEW = "anna@example.com", "anna@new.example"
CHOSEN = "Passw0rd-9"
CHANGE = """mutation($p: String!, $n: String!) {
  changePassword(currentPassword: $p, newPassword: $n) { accessToken } }"""
ASK = 'mutation($p: String!) { requestEmailChange(newEmail: "anna@new.example", password: $p) }'
DELETE = "mutation($p: String!) { deleteAccount(password: $p) }"
SUSPEND = """mutation($id: UUID!) {
  suspendAccount(userId: $id, reason: "Sold what was spoilt.") { id } }"""
RESET = 'mutation { requestPasswordReset(email: "anna@example.com") }'
WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@asynccontextmanager
async def holding(subgraph: Subgraph, statement: str) -> AsyncIterator[None]:
    """The rows of ``statement`` are held, and given back at the end."""
    connection = await asyncpg.connect(subgraph.settings.database_url.get_secret_value())
    try:
        async with connection.transaction():
            await connection.execute(statement)
            yield
    finally:
        await connection.close()


async def until_waiting(subgraph: Subgraph, count: int) -> None:
    async with asyncio.timeout(60):
        while (await subgraph.sql(WAITING))[0][0] < count:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("other", [ASK, DELETE])
async def test_a_new_password_ends_what_the_old_one_was_just_confirmed_for(
    start: MakeSubgraph, other: str
) -> None:
    subgraph: Subgraph = await start(**PATIENT)
    token = (await subgraph.signed_in(ANNA))["accessToken"]
    async with asyncio.TaskGroup() as work, holding(subgraph, "SELECT 1 FROM users FOR UPDATE"):
        owner = work.create_task(subgraph.ask(CHANGE, token, p=PASSWORD, n=CHOSEN))
        await until_waiting(subgraph, 1)
        stranger = work.create_task(subgraph.ask(other, token, p=PASSWORD))
        await until_waiting(subgraph, 2)
    assert owner.result().code is None
    assert stranger.result().code == "UNAUTHENTICATED"
    assert await subgraph.sql("SELECT 1 FROM verification_tokens WHERE new_email = $1", NEW) == []
    assert (await subgraph.login(ANNA, CHOSEN)).code is None


@pytest.mark.parametrize("act", [CHANGE, ASK, DELETE])
async def test_a_suspension_ends_what_the_password_was_just_confirmed_for(
    start: MakeSubgraph, act: str
) -> None:
    subgraph: Subgraph = await start(**PATIENT)
    boss = (await subgraph.admin())["accessToken"]
    anna = await subgraph.signed_in(ANNA)
    who, token = anna["user"]["id"], anna["accessToken"]
    chosen = {"n": CHOSEN} if act == CHANGE else {}
    row = f"SELECT 1 FROM users WHERE email = '{ANNA}' FOR UPDATE"
    async with asyncio.TaskGroup() as work, holding(subgraph, row):
        suspending = work.create_task(subgraph.ask(SUSPEND, boss, id=who))
        await until_waiting(subgraph, 1)
        acting = work.create_task(subgraph.ask(act, token, p=PASSWORD, **chosen))
        await until_waiting(subgraph, 2)
    assert suspending.result().code is None
    answer = acting.result()
    assert answer.code == "UNAUTHENTICATED"
    assert answer.errors[0]["extensions"]["reason"] == "suspended"
    assert await subgraph.sql("SELECT 1 FROM verification_tokens WHERE new_email = $1", NEW) == []
    assert (await subgraph.login(ANNA)).code == "ACCOUNT_SUSPENDED"  # there, its password as it was


@pytest.mark.parametrize("act", [CHANGE, ASK])
async def test_who_acts_while_the_account_is_deleted_is_told_so(
    start: MakeSubgraph, act: str
) -> None:
    subgraph: Subgraph = await start(**PATIENT)
    token = (await subgraph.signed_in(ANNA))["accessToken"]
    chosen = {"n": CHOSEN} if act == CHANGE else {}
    async with asyncio.TaskGroup() as work, holding(subgraph, "DELETE FROM users"):
        acting = work.create_task(subgraph.ask(act, token, p=PASSWORD, **chosen))
        await until_waiting(subgraph, 1)
    answer = acting.result()
    assert answer.code == "UNAUTHENTICATED"
    assert answer.errors[0]["extensions"]["reason"] == "account_deleted"


async def test_no_token_goes_to_an_address_that_is_being_given_up(
    start: MakeSubgraph, mail_server: MailServer
) -> None:
    """The mail is asked for, and written while the account gets another address."""
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none"}
    mailing: Subgraph = await start(**smtp, **PATIENT)
    await mailing.register(ANNA)
    await mail_server.wait_for(ANNA)
    async with holding(mailing, f"UPDATE users SET email = '{NEW}', email_canonical = '{NEW}'"):
        assert (await mailing.ask(RESET)).code is None
        await until_waiting(mailing, 1)
    async with asyncio.timeout(60):
        while await mailing.sql("SELECT 1 FROM outbox WHERE kind = 'mail' AND finished_at IS NULL"):
            await asyncio.sleep(0.02)
    tokens = await mailing.sql("SELECT purpose FROM verification_tokens")
    assert [row["purpose"] for row in tokens] == ["verify_email"]
    assert len(mail_server.to(ANNA)) == 1
