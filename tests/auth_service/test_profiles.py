"""Names, languages and addresses of accounts."""

import asyncio
import json
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest

from auth_service.domain.user import Language, preferred_language
from tests.auth_service.catalog import Catalog
from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import PASSWORD, Answer, Subgraph
from tests.testkit.smtp import MailServer, text_of, token_in

ANNA, NEW, BEN = "anna@example.com", "anna@new.example", "ben@example.com"
REGISTER = """mutation($e: String!, $p: String!, $name: String, $language: Language) {
  register(email: $e, password: $p, displayName: $name, language: $language) {
    displayName language } }"""
UPDATE = """mutation($name: String, $language: Language) {
  updateProfile(displayName: $name, language: $language) { displayName language } }"""
ASK = """mutation($e: String!, $p: String!) { requestEmailChange(newEmail: $e, password: $p) }"""
CONFIRM = "mutation($t: String!) { confirmEmailChange(token: $t) { email isVerified } }"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ENGLISH"),
        ("", "ENGLISH"),
        ("de", "GERMAN"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "FRENCH"),
        ("es, pt;q=0.9, de-AT;q=0.1", "GERMAN"),
        ("en;q=0.2, fr;q=0.8", "FRENCH"),
        ("de;q=0, en", "ENGLISH"),
        ("de;q=x, fr", "FRENCH"),
        ("x" * 100_000, "ENGLISH"),
        (";;;,,,q=", "ENGLISH"),
    ],
)
async def test_the_language_asked_for_at_sign_up(header: str | None, language: str) -> None:
    assert preferred_language(header) is Language[language]


async def test_name_and_language_at_sign_up(subgraph: Subgraph) -> None:
    subgraph.http.headers["accept-language"] = "de-DE,de;q=0.9"
    given: dict[str, Any] = {"e": ANNA, "p": PASSWORD, "name": " Anna ", "language": None}
    made = await subgraph.ask(REGISTER, **given)
    assert made.data["register"] == {"displayName": "Anna", "language": "GERMAN"}
    other = await subgraph.ask(REGISTER, **given | {"e": BEN, "name": None, "language": "FRENCH"})
    assert other.data["register"] == {"displayName": None, "language": "FRENCH"}


async def test_changing_one_and_leaving_the_other(start: MakeSubgraph, catalog: Catalog) -> None:
    subgraph: Subgraph = await start(**catalog.settings)
    token = (await subgraph.signed_in(ANNA))["accessToken"]
    for given, expected in (
        ({"name": "Anna"}, ("Anna", "ENGLISH")),
        ({"language": "GERMAN"}, ("Anna", "GERMAN")),
        ({"language": None}, ("Anna", "GERMAN")),
        ({"name": None}, (None, "GERMAN")),
    ):
        changed = (await subgraph.ask(UPDATE, token, **given)).data["updateProfile"]
        assert (changed["displayName"], changed["language"]) == expected
    names = {event["version"]: event["displayName"] for event in catalog.events}
    assert names == {1: None, 2: "Anna", 3: None}
    assert (await subgraph.ask(UPDATE, name="x")).code == "UNAUTHENTICATED"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\nb", "a\0b", "\u202eevil"])
async def test_what_is_no_name(subgraph: Subgraph, name: str) -> None:
    token = (await subgraph.signed_in(ANNA))["accessToken"]
    refused = await subgraph.ask(UPDATE, token, name=name)
    assert refused.code == "BAD_USER_INPUT"
    assert refused.errors[0]["extensions"]["violations"][0]["path"] == ["displayName"]


async def ask_for(mailing: Subgraph, token: str, email: str, password: str = PASSWORD) -> Answer:
    return await mailing.ask(ASK, token, e=email, p=password)


async def test_a_new_address_is_confirmed_there_and_told_to_the_old(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    token = (await mailing.signed_in(ANNA))["accessToken"]
    await mailing.verify(token_in(await mail_server.wait_for(ANNA)))
    assert (await ask_for(mailing, token, NEW, "Wrong-Passw0rd")).code == "INVALID_CREDENTIALS"
    assert (await ask_for(mailing, token, NEW)).data == {"requestEmailChange": True}
    mailed = token_in(await mail_server.wait_for(NEW))
    assert (await mailing.login(ANNA)).code is None
    answers = await asyncio.gather(*(mailing.ask(CONFIRM, t=mailed) for _ in range(5)))
    assert sorted(str(answer.code) for answer in answers) == ["None", *["TOKEN_USED"] * 4]
    done = next(answer for answer in answers if answer.code is None)
    assert done.data["confirmEmailChange"] == {"email": NEW, "isVerified": True}
    assert (await mailing.login(NEW)).code is None
    assert (await mailing.login(ANNA)).code == "INVALID_CREDENTIALS"
    told = await mail_server.wait_for(ANNA, 2)
    assert NEW in text_of(told)


async def test_an_old_address_that_nobody_verified_is_not_told_the_new(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    """Mistyped, it is a stranger's."""
    token = (await mailing.signed_in(ANNA))["accessToken"]
    await mail_server.wait_for(ANNA)
    await ask_for(mailing, token, NEW)
    done = await mailing.ask(CONFIRM, t=token_in(await mail_server.wait_for(NEW)))
    assert done.code is None
    await until_all_have_left(mailing)
    assert len(mail_server.to(ANNA)) == 1


async def until_all_have_left(mailing: Subgraph) -> None:
    async with asyncio.timeout(60):
        while await mailing.sql("SELECT 1 FROM outbox WHERE kind = 'mail' AND finished_at IS NULL"):
            await asyncio.sleep(0.02)


async def test_a_token_is_good_for_its_purpose_only(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    token = (await mailing.signed_in(ANNA))["accessToken"]
    verifying = token_in(await mail_server.wait_for(ANNA))
    await ask_for(mailing, token, NEW)
    changing = token_in(await mail_server.wait_for(NEW))
    assert (await mailing.ask(CONFIRM, t=verifying)).code == "TOKEN_INVALID"
    assert (await mailing.verify(changing)).code == "TOKEN_INVALID"
    await ask_for(mailing, token, "third@example.com")
    assert (await mailing.ask(CONFIRM, t=changing)).code == "TOKEN_INVALID"  # withdrawn


async def test_an_address_that_is_taken_is_not_told_and_not_given(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    token = (await mailing.signed_in(ANNA))["accessToken"]
    await mailing.register(BEN)
    await mail_server.wait_for(BEN)
    assert (await ask_for(mailing, token, BEN)).data == {"requestEmailChange": True}
    await ask_for(mailing, token, NEW)
    mailed = token_in(await mail_server.wait_for(NEW))
    assert len(mail_server.to(BEN)) == 1
    await mailing.register(NEW)
    assert (await mailing.ask(CONFIRM, t=mailed)).code == "EMAIL_TAKEN"
    assert (await mailing.login(ANNA)).code is None


@pytest.mark.parametrize(
    ("has", "wants"),
    [
        ("Anna.Berg@example.com", "anna.berg@example.com"),
        ("anna.strasse@example.com", "anna.straße@example.com"),
        ("ANNA@example.com", "aNNA@example.com"),
    ],
)
async def test_another_spelling_of_ones_own_address(
    mailing: Subgraph, mail_server: MailServer, has: str, wants: str
) -> None:
    """One account holds all spellings, and mailboxes may tell them apart: it is not taken."""
    token = (await mailing.signed_in(has))["accessToken"]
    await mailing.verify(token_in(await mail_server.wait_for(has)))
    assert (await ask_for(mailing, token, wants)).data == {"requestEmailChange": True}
    done = await mailing.ask(CONFIRM, t=token_in(await spelled(mail_server, wants)))
    assert done.data["confirmEmailChange"] == {"email": wants, "isVerified": True}
    assert wants in text_of(await spelled(mail_server, has, 2))
    assert (await mailing.login(has)).code is None


async def spelled(mail_server: MailServer, address: str, count: int = 1) -> EmailMessage:
    """The ``count``-th mail to an address in just this spelling."""

    def found() -> list[EmailMessage]:
        return [mail for mail in mail_server.to(address) if address in str(mail["X-Envelope-To"])]

    async with asyncio.timeout(60):
        while len(found()) < count:
            await asyncio.sleep(0.02)
    return found()[count - 1]


async def test_the_address_that_one_has_is_confirmed_and_told_nobody(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    token = (await mailing.signed_in(ANNA))["accessToken"]
    await mailing.verify(token_in(await mail_server.wait_for(ANNA)))
    await ask_for(mailing, token, ANNA)
    done = await mailing.ask(CONFIRM, t=token_in(await mail_server.wait_for(ANNA, 2)))
    assert done.data["confirmEmailChange"] == {"email": ANNA, "isVerified": True}
    await until_all_have_left(mailing)
    assert len(mail_server.to(ANNA)) == 2


async def test_old_mails_do_nothing_after_the_change(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    token = (await mailing.signed_in(ANNA))["accessToken"]
    await mail_server.wait_for(ANNA)
    await mailing.ask(f'mutation {{ requestPasswordReset(email: "{ANNA}") }}')
    reset = token_in(await mail_server.wait_for(ANNA, 2))
    await ask_for(mailing, token, NEW)
    await mailing.ask(CONFIRM, t=token_in(await mail_server.wait_for(NEW)))
    query = """mutation($t: String!) {
      resetPassword(token: $t, newPassword: "Passw0rd-9") { expiresIn } }"""
    assert (await mailing.ask(query, t=reset)).code == "TOKEN_INVALID"


RESET = """mutation($t: String!, $n: String!) {
  resetPassword(token: $t, newPassword: $n) { expiresIn } }"""
CHANGE = """mutation($p: String!, $n: String!) {
  changePassword(currentPassword: $p, newPassword: $n) { expiresIn } }"""


@pytest.mark.parametrize("how", ["reset", "change"])
async def test_a_new_password_ends_a_change_of_address_that_somebody_else_asked_for(
    mailing: Subgraph, mail_server: MailServer, how: str
) -> None:
    """Whoever had the old password waits with a token at an address of their own."""
    token = (await mailing.signed_in(ANNA))["accessToken"]
    await ask_for(mailing, token, NEW)
    waiting = token_in(await mail_server.wait_for(NEW))
    if how == "reset":
        await mailing.ask(f'mutation {{ requestPasswordReset(email: "{ANNA}") }}')
        mailed = token_in(await mail_server.wait_for(ANNA, 2))
        done = await mailing.ask(RESET, t=mailed, n="Passw0rd-9")
    else:
        done = await mailing.ask(CHANGE, token, p=PASSWORD, n="Passw0rd-9")
    assert done.code is None
    assert (await mailing.ask(CONFIRM, t=waiting)).code == "TOKEN_INVALID"
    assert (await mailing.login(ANNA, "Passw0rd-9")).code is None


async def test_the_mail_of_a_changed_address_forgets_what_it_said(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    token = (await mailing.signed_in(ANNA))["accessToken"]
    await mailing.verify(token_in(await mail_server.wait_for(ANNA)))
    await ask_for(mailing, token, NEW)
    await mailing.ask(CONFIRM, t=token_in(await mail_server.wait_for(NEW)))
    await mail_server.wait_for(ANNA, 2)
    await until_all_have_left(mailing)
    rows = await mailing.sql("SELECT payload FROM outbox WHERE kind = 'mail'")
    assert [json.loads(row["payload"]) for row in rows] == [{}] * 3


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "TOO_SHORT"),
        (" \u200b ", "TOO_SHORT"),
        ("\u3164\u2800", "TOO_SHORT"),
        ("An\u202ena", "UNPRINTABLE"),
        ("An\u2028na", "UNPRINTABLE"),
        ("An\u200bna", "UNPRINTABLE"),
        ("An\u200dna", "UNPRINTABLE"),
        ("Anna\ufeff", "UNPRINTABLE"),
        ("A" * 81, "TOO_LONG"),
        ("\u0958" * 41, "TOO_LONG"),
        ("A" + "\u0316" * 9 + "nna", "TOO_MANY_MARKS"),
    ],
)
async def test_names_that_are_none(subgraph: Subgraph, name: str, code: str) -> None:
    token = (await subgraph.signed_in(ANNA))["accessToken"]
    answer = await subgraph.ask(UPDATE, token, name=name)
    assert answer.code == "BAD_USER_INPUT"
    (fault,) = answer.errors[0]["extensions"]["violations"]
    assert (fault["path"], fault["code"]) == (["displayName"], code)


@pytest.mark.parametrize(
    "typed",
    [
        "Ren\u00e9 de Mol",
        "  Rene\u0301 de Mol ",
        "Ren\u00e9  de   Mol",
        "Ren\u00e9\u00a0de\u3000Mol",
        "Ren\u00e9 de\u2009Mol",
    ],
)
async def test_names_that_look_the_same_are_the_same(subgraph: Subgraph, typed: str) -> None:
    token = (await subgraph.signed_in(ANNA))["accessToken"]
    changed = (await subgraph.ask(UPDATE, token, name=typed)).data["updateProfile"]
    assert changed["displayName"] == "Ren\u00e9 de Mol"
    given: dict[str, Any] = {"e": BEN, "p": PASSWORD, "name": typed, "language": None}
    made = (await subgraph.ask(REGISTER, **given)).data["register"]
    assert made["displayName"] == "Ren\u00e9 de Mol"


async def test_a_fault_of_a_new_address_is_named_where_it_is(subgraph: Subgraph) -> None:
    token = (await subgraph.signed_in(ANNA))["accessToken"]
    answer = await subgraph.ask(ASK, token, e="anna", p=PASSWORD)
    assert answer.code == "INVALID_EMAIL"
    assert [each["path"] for each in answer.errors[0]["extensions"]["violations"]] == [["newEmail"]]


async def test_an_export_has_what_else_is_stored_of_the_account(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    """New addresses that were asked for, and invitations once the address is known to be theirs."""
    token = (await mailing.signed_in(ANNA))["accessToken"]
    other = (await mailing.signed_in(BEN))["accessToken"]
    await mailing.ask(ASK, token, e=NEW, p=PASSWORD)
    invited = str(uuid4())
    event = {
        "id": str(uuid4()),
        "type": "partner.invited",
        "invitationId": invited,
        "email": ANNA,
        "inviterId": str(uuid4()),
        "token": "secret-token",
        "place": "Mill",
        "address": "1 Mill Lane",
        "role": "STAFF",
        "expiresAt": "2099-01-01T00:00:00Z",
        "occurredAt": "2026-11-30T00:00:00Z",
    }
    assert (await mailing.http.post("/internal/events", json=event)).status_code == 204
    before = await exported(mailing, token)
    assert [(each["newEmail"], each["isConfirmed"]) for each in before["emailChanges"]] == [
        (NEW, False)
    ]
    assert before["invitationsReceived"] == []
    await mailing.verify(token_in(await mail_server.wait_for(ANNA)))
    after = await exported(mailing, token)
    assert [each["id"] for each in after["invitationsReceived"]] == [invited]
    assert "secret-token" not in json.dumps(after)
    mine = await exported(mailing, other)
    assert (mine["emailChanges"], mine["invitationsReceived"]) == ([], [])


async def exported(subgraph: Subgraph, token: str) -> dict[str, Any]:
    answer = await subgraph.ask("{ exportMyData { account } }", token)
    return dict(json.loads(answer.data["exportMyData"]["account"]))
