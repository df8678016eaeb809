"""What another service wants written to somebody whose address it does not know."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.auth_service.subgraph import PASSWORD, Subgraph
from tests.testkit.smtp import MailServer, text_of, token_in

ANNA = "anna@example.com"
FACTS: dict[str, Any] = {
    "place": "Corner Bakery",
    "address": "Main Street 1",
    "offer": "Yesterday's bread",
    "quantity": 2,
    "pickupStart": "2026-11-29T16:00:00+00:00",
    "pickupEnd": "2026-11-29T17:00:00+00:00",
    "pickupCode": "K7WX2M",
    "total": "5.00",
    "currency": "EUR",
    "timeZone": "Europe/Berlin",
    "reason": "The oven broke.",
    "role": "MANAGER",
    "newEmail": "anna@new.example",
}

RESET = """mutation($t: String!) {
  resetPassword(token: $t, newPassword: "Passw0rd-9") { expiresIn } }"""
CHANGE = f"""mutation {{
  changePassword(currentPassword: "Passw0rd-9", newPassword: "{PASSWORD}") {{ expiresIn }} }}"""
CHOOSE = """mutation($choices: [NotificationKind!]!) {
  setNotificationChoices(choices: $choices) { notificationChoices } }"""


async def choose(subgraph: Subgraph, token: str, *choices: str) -> list[str]:
    made = await subgraph.ask(CHOOSE, token, choices=list(choices))
    chosen: list[str] = made.data["setNotificationChoices"]["notificationChoices"]
    return chosen


def event(user_id: str, letter: str = "reservation_cancelled", **facts: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "type": "mail.requested",
        "userId": user_id,
        "letter": letter,
        "facts": FACTS | facts,
        "occurredAt": datetime.now(UTC).isoformat(),
    }


async def mails_after(mailing: Subgraph, mail_server: MailServer, count: int) -> list[Any]:
    async with asyncio.timeout(60):
        while await mailing.sql("SELECT 1 FROM outbox WHERE kind = 'mail' AND finished_at IS NULL"):
            await asyncio.sleep(0.02)
    return list(mail_server.mails[count:])


async def until_nobody_sends(mailing: Subgraph) -> None:
    """Until every attempt to send a mail has come to something."""
    async with asyncio.timeout(60):
        while True:
            (row,) = await mailing.sql("SELECT sum(attempts) FROM outbox WHERE kind = 'mail'")
            metrics = (await mailing.http.get("/metrics")).text
            outcomes = re.findall(r'outbox_items_total\{kind="mail",[^}]*\} (\S+)', metrics)
            if sum(map(float, outcomes)) == row[0]:
                return
            await asyncio.sleep(0.02)


async def test_delivered_twenty_times_sent_once(mailing: Subgraph, mail_server: MailServer) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    wanted = event(session["user"]["id"])
    answers = await asyncio.gather(
        *(mailing.http.post("/internal/events", json=wanted) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {204}
    (mail,) = await mails_after(mailing, mail_server, 1)
    assert mail["X-Envelope-To"] == ANNA
    assert mail["Subject"] == "Your reservation at Corner Bakery was cancelled"
    assert mail["Message-ID"] == f"<{wanted['id']}@est.example>"
    assert "Reason: The oven broke." in text_of(mail)


async def test_an_account_that_is_gone_gets_none(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    query = "mutation($p: String!) { deleteAccount(password: $p) }"
    await mailing.ask(query, session["accessToken"], p=PASSWORD)
    answer = await mailing.http.post("/internal/events", json=event(session["user"]["id"]))
    assert answer.status_code == 204
    (farewell,) = await mails_after(mailing, mail_server, 1)
    assert farewell["Subject"] == "Your EST account was deleted"


async def test_a_new_password_and_a_new_role_are_told(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    reset = f'mutation {{ requestPasswordReset(email: "{ANNA}") }}'
    await mailing.ask(reset)
    token = token_in(await mail_server.wait_for(ANNA, 2))
    await mailing.ask(RESET, t=token)
    assert (await mail_server.wait_for(ANNA, 3))["Subject"] == "Your EST password was changed"
    signed_in = (await mailing.login(ANNA, "Passw0rd-9")).data["login"]["accessToken"]
    await mailing.ask(CHANGE, signed_in)
    told = await mail_server.wait_for(ANNA, 4)
    assert told["Subject"] == "Your EST password was changed"
    await mailing.sql("UPDATE users SET role = 'admin' WHERE email = $1", ANNA)
    admin = (await mailing.login(ANNA)).data["login"]["accessToken"]
    await mailing.register("ben@example.com")
    await mail_server.wait_for("ben@example.com")
    (ben,) = await mailing.sql("SELECT id FROM users WHERE email = 'ben@example.com'")
    for role in ("PARTNER", "PARTNER"):  # once: the second changes nothing
        text = "mutation($id: UUID!, $r: Role!) { setRole(userId: $id, role: $r) { role } }"
        assert (await mailing.ask(text, admin, id=str(ben["id"]), r=role)).code is None
    await mail_server.wait_for("ben@example.com", 2)
    mails = await mails_after(mailing, mail_server, 0)
    assert [mail["Subject"] for mail in mails if "ben@" in mail["X-Envelope-To"]] == [
        "Welcome to EST: confirm your address",
        "Your EST account has another role",
    ]
    assert session["user"]["id"] != str(ben["id"])


async def test_names_of_people_make_no_headers(mailing: Subgraph, mail_server: MailServer) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    wanted = event(session["user"]["id"], place="Bäckerei\r\nBcc: x@y.com {reason} " + "x" * 500)
    await mailing.http.post("/internal/events", json=wanted)
    (mail,) = await mails_after(mailing, mail_server, 1)
    assert mail["Bcc"] is None
    assert "{reason}" in mail["Subject"]


async def test_unknown_letters_are_refused(subgraph: Subgraph) -> None:
    answer = await subgraph.http.post("/internal/events", json=event(str(uuid4()), "love"))
    assert answer.status_code == 400


async def test_letters_that_lack_facts_are_refused(subgraph: Subgraph) -> None:
    wanted = event(str(uuid4()))
    del wanted["facts"]["quantity"]
    assert (await subgraph.http.post("/internal/events", json=wanted)).status_code == 400


async def test_the_reader_s_language(mailing: Subgraph, mail_server: MailServer) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    change = "mutation { updateProfile(language: GERMAN) { id } }"
    await mailing.ask(change, session["accessToken"])
    await mailing.http.post("/internal/events", json=event(session["user"]["id"]))
    (mail,) = await mails_after(mailing, mail_server, 1)
    assert mail["Subject"] == "Ihre Reservierung bei Corner Bakery wurde storniert"
    assert "Grund: The oven broke." in text_of(mail)
    assert "Sonntag, 29. November 2026, 17:00 – 18:00 (Berlin, UTC+1)" in text_of(mail, "html")


async def test_what_was_declined_is_not_sent_and_what_matters_is(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    token, user_id = session["accessToken"], session["user"]["id"]
    assert (await choose(mailing, token, "RESERVED", "PICKUP_SOON")) == ["RESERVED", "PICKUP_SOON"]
    for letter in ("reservation_made", "pickup_tomorrow", "pickup_soon"):
        await mailing.http.post("/internal/events", json=event(user_id, letter))
    mails = await mails_after(mailing, mail_server, 1)
    assert sorted(mail["Subject"][:4] for mail in mails) == ["Rese", "Soon"]
    assert await choose(mailing, token) == []
    for letter in ("reservation_made", "reservation_cancelled", "place_closed"):
        await mailing.http.post("/internal/events", json=event(user_id, letter))
    assert len(await mails_after(mailing, mail_server, 3)) == 2
    assert (await mailing.ask(CHOOSE, choices=["RESERVED"])).code == "UNAUTHENTICATED"


async def test_added_allergens_are_told_to_who_declined_changes(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    changes: list[dict[str, str | None]] = [
        {"newAddress": "2 Mill Lane", "addedAllergens": None},
        {"addedAllergens": "MILK, SULPHITES"},
    ]

    async def told_since(count: int) -> list[Any]:
        for facts in changes:
            wanted = event(session["user"]["id"], "reservation_changed", **facts)
            await mailing.http.post("/internal/events", json=wanted)
        return await mails_after(mailing, mail_server, count)

    both = await told_since(1)
    by_choice = {"2 Mill Lane" in text_of(mail): mail["List-Unsubscribe"] for mail in both}
    assert by_choice[True] is not None
    assert by_choice[False] is None
    await choose(mailing, session["accessToken"])
    (mail,) = await told_since(3)
    assert "it may also contain: milk, sulphur dioxide" in text_of(mail).lower()


async def test_one_click_in_the_mail_program_declines_that_kind_only(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    await mailing.http.post(
        "/internal/events", json=event(session["user"]["id"], "reservation_made")
    )
    (mail,) = await mails_after(mailing, mail_server, 1)
    link = urlsplit(mail["List-Unsubscribe"].strip("<>"))
    path = f"{link.path}?{link.query}"
    looked = await mailing.http.get(path)
    assert looked.status_code == 200
    chosen = "{ me { notificationChoices } }"
    every = ["RESERVED", "RESERVATION_CHANGED", "PICKUP_SOON"]
    assert (await mailing.ask(chosen, session["accessToken"])).data["me"] == {
        "notificationChoices": every
    }
    for _ in range(2):
        done = await mailing.http.post(path, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert (await mailing.ask(chosen, session["accessToken"])).data["me"] == {
        "notificationChoices": every[1:]
    }
    for forged in (
        path.replace("kind=reserved", "kind=pickup_soon"),
        path[:-1] + ("0" if path[-1] != "0" else "1"),
        "/unsubscribe",
    ):
        assert (await mailing.http.post(forged)).status_code == 403


async def test_what_nobody_needs_any_more_is_not_sent(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    late = event(session["user"]["id"], "pickup_soon")
    late["notAfter"] = "2026-01-01T00:00:00+00:00"
    assert (await mailing.http.post("/internal/events", json=late)).status_code == 204
    assert await mails_after(mailing, mail_server, 1) == []


async def test_a_withdrawn_mail_is_not_sent_whichever_comes_first(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    mail_server.stop()  # what is wanted waits
    for order in ("wanted first", "withdrawn first"):
        wanted = event(session["user"]["id"], "pickup_soon")
        withdrawn = {
            "id": str(uuid4()),
            "type": "mail.withdrawn",
            "mailId": wanted["id"],
            "occurredAt": datetime.now(UTC).isoformat(),
        }
        both = [wanted, withdrawn] if order == "wanted first" else [withdrawn, wanted]
        for told in (*both, *both):
            answer = await mailing.http.post("/internal/events", json=told)
            assert answer.status_code == 204
    await until_nobody_sends(mailing)
    mail_server.start()
    assert await mails_after(mailing, mail_server, 1) == []
    kept = await mailing.sql("SELECT payload FROM outbox WHERE last_error = 'refused'")
    assert [row["payload"] for row in kept] == ["{}", "{}"]
