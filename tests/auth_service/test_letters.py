"""What another service wants written to somebody whose address it does not know."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from auth_service.services.letters import LETTERS, requested_letter
from tests.auth_service.subgraph import PASSWORD, Subgraph
from tests.testkit.smtp import MailServer

ANNA = "anna@example.com"
FACTS: dict[str, Any] = {
    "place": "Corner Bakery",
    "address": "Main Street 1",
    "offer": "Yesterday's bread",
    "quantity": 2,
    "pickupStart": "17:00",
    "pickupEnd": "18:00",
    "timeZone": "Europe/Berlin",
    "reason": "The oven broke.",
    "role": "MANAGER",
    "newEmail": "anna@new.example",
}


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
    async with asyncio.timeout(15):
        while await mailing.sql("SELECT 1 FROM outbox WHERE kind = 'mail' AND finished_at IS NULL"):
            await asyncio.sleep(0.02)
    return list(mail_server.mails[count:])


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
    assert "Reason: The oven broke." in mail.get_content()


async def test_an_account_that_is_gone_gets_none(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    query = "mutation($p: String!) { deleteAccount(password: $p) }"
    await mailing.ask(query, session["accessToken"], p=PASSWORD)
    answer = await mailing.http.post("/internal/events", json=event(session["user"]["id"]))
    assert answer.status_code == 204
    assert await mails_after(mailing, mail_server, 1) == []


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


@pytest.mark.parametrize("name", LETTERS)
def test_every_fact_of_a_letter_is_there(name: str) -> None:
    letter = requested_letter(name, FACTS)
    assert "{" not in letter.subject + letter.text
    assert ("Corner Bakery" in letter.subject) is (name != "email_changed")


def test_a_missing_fact_leaves_its_line_out() -> None:
    letter = requested_letter("reservation_cancelled", FACTS | {"reason": None})
    assert "Reason" not in letter.text
