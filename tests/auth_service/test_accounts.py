"""Registering, verifying, signing in: over HTTP, on a real database."""

import asyncio
from collections import Counter
from uuid import UUID

import bcrypt
import pytest
from pydantic import SecretStr

from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import PASSWORD, Subgraph
from tests.testkit.postgres import Databases
from tests.testkit.smtp import MailServer, token_in

ANNA = "Anna@Example.com"


async def test_register_verify_login_me(mailing: Subgraph, mail_server: MailServer) -> None:
    registered = (await mailing.register(ANNA)).data["register"]
    assert registered["email"] == ANNA
    assert registered["isVerified"] is False
    assert registered["createdAt"].endswith("Z")
    mail = await mail_server.wait_for(ANNA)
    assert mail["To"] == "Anna@example.com"
    verified = (await mailing.verify(token_in(mail))).data["verify"]
    assert verified == {**registered, "isVerified": True}
    session = (await mailing.login("anna@example.com")).data["login"]
    assert session["tokenType"] == "Bearer"
    assert session["expiresIn"] == 900
    me = await mailing.ask("{ me { id email isVerified role } }", session["accessToken"])
    assert me.data["me"] == {
        "id": registered["id"],
        "email": ANNA,
        "isVerified": True,
        "role": "USER",
    }


async def test_login_needs_no_verified_address(subgraph: Subgraph) -> None:
    session = await subgraph.signed_in(ANNA)
    assert session["user"]["isVerified"] is False


async def test_every_fault_of_a_registration_is_named(subgraph: Subgraph) -> None:
    (error,) = (await subgraph.register("anna", "short")).errors
    assert error["extensions"]["code"] == "INVALID_EMAIL"
    found = {(*fault["path"], fault["code"]) for fault in error["extensions"]["violations"]}
    assert found == {
        ("email", "INVALID_EMAIL"),
        ("password", "TOO_SHORT"),
        ("password", "NO_UPPER_CASE"),
        ("password", "NO_DIGIT"),
    }
    assert (await subgraph.register(ANNA, "short")).code == "WEAK_PASSWORD"
    assert await subgraph.sql("SELECT 1 FROM users") == []


@pytest.mark.parametrize("role", ["ADMIN", "admin", "", "OWNER"])
async def test_nobody_registers_as_admin(subgraph: Subgraph, role: str) -> None:
    assert (await subgraph.register(ANNA, role=role)).code == "BAD_USER_INPUT"
    arguments = f'email: "a@b.com", password: "Passw0rd", role: {role or "X"}'
    assert (
        await subgraph.ask(f"mutation {{ register({arguments}) {{ id }} }}")
    ).code == "BAD_USER_INPUT"
    assert await subgraph.sql("SELECT 1 FROM users") == []


@pytest.mark.parametrize("extra", ["isVerified: true", 'id: "x"', "tokenVersion: 1"])
async def test_extra_arguments_are_refused(subgraph: Subgraph, extra: str) -> None:
    query = f'mutation {{ register(email: "a@b.com", password: "Passw0rd", {extra}) {{ id }} }}'
    assert (await subgraph.ask(query)).code == "GRAPHQL_VALIDATION_FAILED"


async def test_partners_register_as_such(subgraph: Subgraph) -> None:
    assert (await subgraph.signed_in(ANNA, "PARTNER"))["user"]["role"] == "PARTNER"


async def test_fifty_registrations_of_one_address_make_one_account(subgraph: Subgraph) -> None:
    answers = await asyncio.gather(
        *(subgraph.register(ANNA, origin=f"192.0.2.{number}") for number in range(50))
    )
    codes = Counter(answer.code for answer in answers)
    assert codes[None] == 1
    assert set(codes) <= {None, "EMAIL_TAKEN", "RATE_LIMITED"}
    assert codes["EMAIL_TAKEN"] >= 20
    assert len(await subgraph.sql("SELECT 1 FROM users")) == 1
    assert not any("users" in answer.response.text for answer in answers if answer.code)


@pytest.mark.parametrize(
    "spelling", ["ANNA@EXAMPLE.COM", " anna@example.com ", "ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ"]
)
async def test_other_spellings_are_the_same_account(subgraph: Subgraph, spelling: str) -> None:
    await subgraph.register(ANNA)
    assert (await subgraph.register(spelling)).code == "EMAIL_TAKEN"
    assert (await subgraph.login(spelling)).data["login"]["user"]["email"] == ANNA


@pytest.mark.parametrize(
    "address", ["a@b.com\r\nBcc: x@y.com", "a@b.com\nx", "a\r@b.com", "a@b.com\0", "a" * 2_000]
)
async def test_addresses_that_carry_headers_are_refused(
    mailing: Subgraph, mail_server: MailServer, address: str
) -> None:
    assert (await mailing.register(address)).code == "INVALID_EMAIL"
    assert (await mailing.login(address)).code == "INVALID_EMAIL"
    assert await mailing.sql("SELECT 1 FROM outbox WHERE kind = 'mail'") == []
    assert mail_server.mails == []


@pytest.mark.parametrize(
    "password", ["Passw0rd" + "x" * 65, "Passw0rd\0", "P4" + "🥐" * 18, "Pw1" * 100_000]
)
async def test_passwords_that_bcrypt_cannot_take_whole(subgraph: Subgraph, password: str) -> None:
    assert (await subgraph.register(ANNA, password)).code == "WEAK_PASSWORD"
    await subgraph.register(ANNA)
    assert (await subgraph.login(ANNA, password)).code == "WEAK_PASSWORD"
    assert (await subgraph.login("nobody@example.com", password)).code == "WEAK_PASSWORD"


async def test_a_password_is_never_cut(subgraph: Subgraph) -> None:
    longest = "Passw0rd" + "x" * 64
    await subgraph.register(ANNA, longest)
    assert (await subgraph.login(ANNA, longest)).code is None
    assert (await subgraph.login(ANNA, longest[:-1])).code == "INVALID_CREDENTIALS"


COMPOSED, DECOMPOSED = "Gr\u00fc\u00dfe-an-1", "Gru\u0308\u00dfe-an-1"
"""What is read alike, and written differently by the keyboards of different systems."""


@pytest.mark.parametrize(
    ("chosen", "typed"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED), (DECOMPOSED, DECOMPOSED)]
)
async def test_a_password_is_the_same_on_every_keyboard(
    subgraph: Subgraph, chosen: str, typed: str
) -> None:
    await subgraph.register(ANNA, chosen)
    answer = await subgraph.login(ANNA, typed)
    assert answer.code is None
    token = answer.data["login"]["accessToken"]
    delete = "mutation($p: String!) { deleteAccount(password: $p) }"
    done = await subgraph.ask(delete, token, p=typed)
    assert done.code is None


async def test_a_password_from_before_is_still_taken_as_it_was_typed(subgraph: Subgraph) -> None:
    await subgraph.register(ANNA)
    digest = bcrypt.hashpw(DECOMPOSED.encode(), bcrypt.gensalt(4)).decode()
    await subgraph.sql("UPDATE users SET password_hash = $1", digest)
    assert (await subgraph.login(ANNA, DECOMPOSED)).code is None
    assert (await subgraph.login(ANNA, COMPOSED)).code == "INVALID_CREDENTIALS"


async def test_emoji_are_fine(subgraph: Subgraph) -> None:
    await subgraph.register(ANNA, "Croissant1🥐")
    assert (await subgraph.login(ANNA, "Croissant1🥐")).code is None


async def test_known_and_unknown_addresses_answer_alike(subgraph: Subgraph) -> None:
    await subgraph.register(ANNA)
    await subgraph.register("gone@example.com")
    await subgraph.sql(
        "UPDATE users SET suspended_at = clock_timestamp(), suspension_reason = 'x'"
        " WHERE email = 'gone@example.com'"
    )
    known, *others = [
        (await subgraph.login(address, "Wr0ng-password")).response
        for address in (ANNA, "nobody@example.com", "gone@example.com", ANNA.upper())
    ]
    assert known.json()["errors"][0]["extensions"]["code"] == "INVALID_CREDENTIALS"
    for other in others:
        assert (other.status_code, other.content) == (known.status_code, known.content)
        assert other.headers.keys() == known.headers.keys()


async def test_verify_sent_fifty_times_succeeds_once(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    await mailing.register(ANNA)
    token = token_in(await mail_server.wait_for(ANNA))
    answers = await asyncio.gather(*(mailing.verify(token) for _ in range(50)))
    assert Counter(answer.code for answer in answers) == {None: 1, "TOKEN_USED": 49}


@pytest.mark.parametrize(
    ("left", "code"),
    [("30 seconds", None), ("-1 second", "TOKEN_EXPIRED")],
)
async def test_a_verification_token_lives_for_a_day(
    mailing: Subgraph, mail_server: MailServer, left: str, code: str | None
) -> None:
    await mailing.register(ANNA)
    token = token_in(await mail_server.wait_for(ANNA))
    lifetime = await mailing.sql("SELECT expires_at - created_at AS life FROM verification_tokens")
    assert abs(lifetime[0]["life"].total_seconds() - 86_400) < 1
    await mailing.sql(
        f"UPDATE verification_tokens SET expires_at = clock_timestamp() + interval '{left}'"
    )
    assert (await mailing.verify(token)).code == code


async def test_tokens_are_stored_hashed_and_the_payload_is_emptied(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    await mailing.register(ANNA)
    token = token_in(await mail_server.wait_for(ANNA))
    async with asyncio.timeout(60):
        while await mailing.sql("SELECT 1 FROM outbox WHERE kind = 'mail' AND finished_at IS NULL"):
            await asyncio.sleep(0.02)
    stored = await mailing.sql(
        "SELECT row_to_json(u)::text FROM users u UNION ALL "
        "SELECT row_to_json(t)::text FROM verification_tokens t UNION ALL "
        "SELECT row_to_json(o)::text FROM outbox o WHERE kind = 'mail'"
    )
    text = " ".join(row[0] for row in stored)
    assert token not in text
    assert PASSWORD not in text
    assert [
        row["payload"]
        for row in await mailing.sql("SELECT payload FROM outbox WHERE kind = 'mail'")
    ] == ["{}"]


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "é" * 43, "\0" * 43, "x" * 100_000])
async def test_made_up_tokens(subgraph: Subgraph, token: str) -> None:
    assert (await subgraph.verify(token)).code == "TOKEN_INVALID"


async def test_a_deleted_accounts_token(mailing: Subgraph, mail_server: MailServer) -> None:
    session = await mailing.signed_in(ANNA)
    token = token_in(await mail_server.wait_for(ANNA))
    query = "mutation($p: String!) { deleteAccount(password: $p) }"
    await mailing.ask(query, session["accessToken"], p=PASSWORD)
    assert (await mailing.verify(token)).code == "TOKEN_INVALID"


async def test_two_mutations_in_one_document_do_not_undo_each_other(subgraph: Subgraph) -> None:
    answer = await subgraph.ask(
        'mutation { first: register(email: "a@example.com", password: "Passw0rd") { id } '
        'second: register(email: "a@example.com", password: "Passw0rd") { id } }'
    )
    assert answer.codes == ["EMAIL_TAKEN"]
    (row,) = await subgraph.sql("SELECT id FROM users")
    assert UUID(answer.data["first"]["id"]) == row["id"]
    assert answer.data["second"] is None


async def test_a_failing_database_leaves_the_first_mutation(
    start: MakeSubgraph, database_url_factory: Databases
) -> None:
    url = await database_url_factory("auth_service")
    subgraph: Subgraph = await start(database_url=SecretStr(url))
    await subgraph.sql(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'host db.internal failed'; END $$"
    )
    await subgraph.sql(
        "CREATE TRIGGER fail BEFORE INSERT ON users FOR EACH ROW "
        "WHEN (NEW.email = 'b@example.com') EXECUTE FUNCTION fail()"
    )
    answer = await subgraph.ask(
        'mutation { first: register(email: "a@example.com", password: "Passw0rd") { email } '
        'second: register(email: "b@example.com", password: "Passw0rd") { email } '
        'third: register(email: "c@example.com", password: "Passw0rd") { email } }'
    )
    assert answer.data["first"] == {"email": "a@example.com"}
    assert answer.data["second"] is None
    assert answer.data["third"] == {"email": "c@example.com"}
    assert answer.codes == ["INTERNAL"]
    assert "db.internal" not in answer.response.text
    rows = await subgraph.sql("SELECT email FROM users ORDER BY email")
    assert [row["email"] for row in rows] == ["a@example.com", "c@example.com"]
    mails = await subgraph.sql("SELECT 1 FROM outbox WHERE kind = 'mail'")
    assert len(mails) == 2
