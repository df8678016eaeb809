"""The catalog is told of every change of an account that matters there, and may ask."""

import asyncio
import base64
import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.database.migrations import downgrade, migrate
from tests.auth_service.catalog import Catalog
from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import PASSWORD, Subgraph
from tests.testkit.smtp import MailServer, token_in

ANNA = "anna@example.com"
SET_ROLE = "mutation($id: UUID!, $role: Role!) { setRole(userId: $id, role: $role) { role } }"
NEW = "another-Passw0rd"
RESET = """mutation($t: String!, $p: String!) {
  resetPassword(token: $t, newPassword: $p) { accessToken } }"""


def told_of(catalog: Catalog, user_id: str) -> list[tuple[int, str, bool]]:
    """(version, role, verified) of each event about the account, in the order they came."""
    return [
        (event["version"], event["role"], event["isVerified"])
        for event in catalog.events
        if event["userId"] == user_id and event["type"] == "account.changed"
    ]


@pytest.fixture
async def telling(start: MakeSubgraph, catalog: Catalog, mail_server: MailServer) -> Subgraph:
    """The service with a catalog and a mail server."""
    subgraph: Subgraph = await start(
        **catalog.settings,
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        smtp_security="none",
    )
    return subgraph


async def test_verified_and_a_new_role_are_told_before_the_answer(
    telling: Subgraph, catalog: Catalog, mail_server: MailServer
) -> None:
    session = await telling.signed_in(ANNA)
    user_id = session["user"]["id"]
    await telling.verify(token_in(await mail_server.wait_for(ANNA)))
    assert max(told_of(catalog, user_id)) == (2, "user", True)
    admin = await telling.admin()
    for version, role in ((3, "PARTNER"), (4, "USER")):
        await telling.ask(SET_ROLE, admin["accessToken"], id=user_id, role=role)
        assert max(told_of(catalog, user_id)) == (version, role.lower(), True)
    event = catalog.newest(user_id)
    assert event.keys() == {
        *("id", "type", "userId", "version", "role", "isVerified", "displayName", "occurredAt"),
        *("isSuspended", "isApproved", "leastTokenVersion"),
    }
    assert set(catalog.keys) == {"catalogs-key"}


async def test_what_does_not_matter_elsewhere_is_not_told(
    telling: Subgraph, catalog: Catalog, mail_server: MailServer
) -> None:
    session = await telling.signed_in(ANNA)
    await telling.verify(token_in(await mail_server.wait_for(ANNA)))
    admin = await telling.admin()
    await telling.ask(SET_ROLE, admin["accessToken"], id=session["user"]["id"], role="USER")
    user_id = session["user"]["id"]
    # an earlier one may come once more: from who made the change, and from the worker
    assert {version for version, _, _ in told_of(catalog, user_id)} <= {1, 2}
    (row,) = await telling.sql("SELECT standing_version FROM users WHERE email = $1", ANNA)
    assert row[0] == 2


CHANGE = f"""mutation {{
  changePassword(currentPassword: "{PASSWORD}", newPassword: "{NEW}") {{ accessToken }} }}"""


@pytest.mark.parametrize("document", ["mutation { signOutEverywhere }", CHANGE])
async def test_ended_sessions_are_told_before_the_answer(
    telling: Subgraph, catalog: Catalog, document: str
) -> None:
    session = await telling.signed_in(ANNA)
    assert (await telling.ask(document, session["accessToken"])).code is None
    told = [event for event in catalog.events if event["userId"] == session["user"]["id"]]
    assert max((event["version"], event["leastTokenVersion"]) for event in told) == (2, 1)


async def test_a_reset_password_verifies_and_tells(
    telling: Subgraph, catalog: Catalog, mail_server: MailServer
) -> None:
    session = await telling.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    await telling.ask(f'mutation {{ requestPasswordReset(email: "{ANNA}") }}')
    async with asyncio.timeout(60):
        while len(mail_server.mails) < 2:
            await asyncio.sleep(0.02)
    token = token_in(mail_server.mails[-1])
    assert (await telling.ask(RESET, t=token, p=PASSWORD)).code is None
    assert max(told_of(catalog, session["user"]["id"])) == (2, "user", True)


async def test_a_catalog_that_is_away_delays_nobody_and_hears_it_later(
    telling: Subgraph, catalog: Catalog
) -> None:
    session = await telling.signed_in(ANNA)
    admin = await telling.admin()
    catalog.answers = [503] * 4
    user_id = session["user"]["id"]
    answer = await telling.ask(SET_ROLE, admin["accessToken"], id=user_id, role="PARTNER")
    assert answer.data == {"setRole": {"role": "PARTNER"}}
    async with asyncio.timeout(60):
        while (2, "partner", False) not in told_of(catalog, user_id):
            await telling.sql("UPDATE outbox SET available_at = clock_timestamp()")
            await asyncio.sleep(0.05)
    waits = await telling.sql(
        "SELECT max(available_at - clock_timestamp()) < interval '31 seconds' FROM outbox"
    )
    assert waits[0][0] in {True, None}


async def test_the_version_stands_in_the_access_token(subgraph: Subgraph) -> None:
    session = await subgraph.signed_in(ANNA)
    await subgraph.sql("UPDATE users SET role = 'partner'")
    again = (await subgraph.login(ANNA)).data["login"]
    versions = [
        _claims(token)["standing_version"]
        for token in (session["accessToken"], again["accessToken"])
    ]
    assert versions == [1, 2]


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


async def test_asked_for_standings_it_names_those_that_exist(subgraph: Subgraph) -> None:
    session = await subgraph.signed_in(ANNA)
    user_id, unknown = session["user"]["id"], str(uuid4())
    answer = await subgraph.http.post("/internal/standings", json={"ids": [unknown, user_id]})
    assert answer.json() == {
        "standings": [
            {
                "userId": user_id,
                "version": 1,
                "role": "user",
                "isVerified": False,
                "displayName": None,
                "isSuspended": False,
                "isApproved": True,
                "leastTokenVersion": 0,
            }
        ]
    }


@pytest.mark.parametrize("path", ["/internal/standings", "/internal/events"])
@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b'{"ids": ["x"]}', 400), (b" " * 30_000, 413), (b"\xff", 400)],
)
async def test_what_is_no_question(subgraph: Subgraph, path: str, body: bytes, status: int) -> None:
    assert (await subgraph.http.post(path, content=body)).status_code == status


async def test_only_a_holder_of_the_key_asks(subgraph: Subgraph) -> None:
    for path in ("/internal/standings", "/internal/events"):
        refused = await subgraph.http.post(path, json={}, headers={"x-gateway-key": "guess"})
        assert refused.status_code == 401


async def test_accounts_from_before_are_told_of_once(empty_database: str) -> None:
    await migrate(empty_database, "auth_service", "0002")
    connection = await asyncpg.connect(empty_database)
    await connection.execute(
        "INSERT INTO users (id, email, email_canonical, password_hash, role, is_verified) "
        "SELECT gen_random_uuid(), n || '@x.test', n || '@x.test', 'x', 'partner', true "
        "FROM generate_series(1, 3) n"
    )
    await migrate(empty_database, "auth_service")
    rows = await connection.fetch(
        "SELECT subject, payload->>'userId' AS told, payload->>'version' AS version FROM outbox"
    )
    users = {row["id"] for row in await connection.fetch("SELECT id FROM users")}
    assert {row["subject"] for row in rows} == {UUID(row["told"]) for row in rows} == users
    assert [row["version"] for row in rows] == ["1"] * 3
    await downgrade(empty_database, "auth_service", "0002")
    assert await connection.fetch("SELECT 1 FROM outbox") == []
    await connection.close()
