"""No mail leaves with a link that opens nothing, however long it waited for its server."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.auth_service.subgraph import PASSWORD, Subgraph
from tests.auth_service.waiting_mail import SOON, finished, tried, until
from tests.testkit.smtp import MailServer, text_of, token_in

ANNA, BEN = "anna@example.com", "ben@example.com"
A_MINUTE_AGO = "clock_timestamp() - interval '1 minute'"


async def test_a_reset_that_an_unreachable_mail_server_kept_for_long_still_works(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    """Its hour begins when it leaves."""
    await mailing.register(ANNA)
    await mail_server.wait_for(ANNA)
    mail_server.answers = ["451 later"]
    await mailing.ask("mutation($e: String!) { requestPasswordReset(email: $e) }", e=ANNA)
    await until(lambda: tried(mailing))
    await mailing.sql(f"UPDATE verification_tokens SET expires_at = {A_MINUTE_AGO}")
    await mailing.sql(SOON)
    token = token_in(await mail_server.wait_for(ANNA, 2))
    query = "mutation($t: String!, $p: String!) { resetPassword(token: $t, newPassword: $p) {"
    answer = await mailing.ask(f"{query} expiresIn }} }}", t=token, p=PASSWORD)
    assert answer.code is None


async def test_no_mail_leaves_whose_link_was_withdrawn_meanwhile(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    """A new password ended it, or it was used: a mail that was taken and not answered for."""
    session = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    mail_server.answers = ["451 later"]
    await mailing.ask("mutation($e: String!) { requestPasswordReset(email: $e) }", e=ANNA)
    await until(lambda: tried(mailing))
    query = "mutation($p: String!) { changePassword(currentPassword: $p, newPassword: $p) {"
    changed = await mailing.ask(f"{query} expiresIn }} }}", session["accessToken"], p=PASSWORD)
    assert changed.code is None
    await mailing.sql(SOON)
    await until(lambda: finished(mailing))
    subjects = [str(mail["Subject"]) for mail in mail_server.to(ANNA)]
    assert len(subjects) == 2, subjects  # the welcome, and that the password was changed


def invited(invitation_id: str, token: str, days: int) -> dict[str, str]:
    """An event of the catalog: BEN is invited, or again, with a new link."""
    return {
        "id": str(uuid4()),
        "type": "partner.invited",
        "invitationId": invitation_id,
        "email": BEN,
        "inviterId": str(uuid4()),
        "token": token,
        "place": "Corner Bakery",
        "address": "Main Street 1",
        "role": "STAFF",
        "expiresAt": (datetime.now(UTC) + timedelta(days=days)).isoformat(),
        "occurredAt": datetime.now(UTC).isoformat(),
    }


async def test_no_mail_leaves_of_an_invitation_that_was_withdrawn(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    """Before its mail could leave, or before it was heard of."""
    waits, comes_late = (invited(str(uuid4()), "t", days=14) for _ in range(2))
    mail_server.answers = ["451 later"] * 20
    await mailing.http.post("/internal/events", json=waits)
    await until(lambda: tried(mailing))
    for mail in (waits, comes_late):
        event = {"id": str(uuid4()), "type": "mail.withdrawn", "mailId": mail["id"]}
        event["occurredAt"] = mail["occurredAt"]
        assert (await mailing.http.post("/internal/events", json=event)).status_code == 204
    assert (await mailing.http.post("/internal/events", json=comes_late)).status_code == 204
    mail_server.answers.clear()
    await until(lambda: finished(mailing))
    assert mail_server.to(BEN) == []


async def test_of_an_invitation_made_again_the_old_link_does_not_leave(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    """No mail came, so BEN was invited again; and events may come in any order."""
    first, second, third = (invited(str(uuid4()), "first", days) for days in (1, 2, 3))
    second |= {"invitationId": first["invitationId"], "token": "second"}
    third |= {"invitationId": first["invitationId"], "token": "third"}
    mail_server.answers = ["451 later"] * 20
    for event in (first, third, second):
        assert (await mailing.http.post("/internal/events", json=event)).status_code == 204
        await until(lambda: tried(mailing))
    mail_server.answers.clear()
    await mailing.sql(SOON)
    await until(lambda: finished(mailing))
    (mail,) = mail_server.to(BEN)
    assert "#invitation=third" in text_of(mail)
