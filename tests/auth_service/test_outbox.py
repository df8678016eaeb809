"""Mail and events leave, once, whatever the other side does."""

import asyncio
import json

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import text

from auth_service.core.mail import FolderTransport, Mail, MailNotSent, SmtpTransport, compose
from auth_service.core.settings import AuthSettings
from auth_service.domain.outbox import OutboxKind
from auth_service.repository.outbox import OUTBOX
from shared.database import Database
from shared.outbox import NotSent, OutboxItem, OutboxWorker, Sending
from shared.outbox.worker import AT_ONCE
from tests.auth_service.catalog import Catalog
from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import PASSWORD, Subgraph
from tests.auth_service.waiting_mail import MAIL, SOON, finished, told, tried, until
from tests.testkit.smtp import MailServer, token_in

ANNA, BEN = "anna@example.com", "ben@example.com"


@pytest.mark.parametrize("answer", ["451 try later", "421 busy", "554 no"])
async def test_a_server_that_refuses_gets_it_later_and_once(
    mailing: Subgraph, mail_server: MailServer, answer: str
) -> None:
    mail_server.answers = [answer]
    assert (await mailing.register(ANNA)).code is None
    await until(lambda: tried(mailing))
    (row,) = await mailing.sql(MAIL)
    assert row["finished_at"] is None
    assert row["last_error"] == f"answered {answer[:3]}"
    await mailing.sql(SOON)
    token = token_in(await mail_server.wait_for(ANNA))
    await until(lambda: finished(mailing))
    assert len(mail_server.mails) == 1
    assert (await mailing.verify(token)).code is None
    metrics = (await mailing.http.get("/metrics")).text
    assert 'outbox_items_total{kind="mail",outcome="postponed"} 1.0' in metrics
    assert 'outbox_items_total{kind="mail",outcome="sent"} 1.0' in metrics


async def test_no_mail_server_at_all(
    start: MakeSubgraph, mail_server: MailServer, settings: AuthSettings
) -> None:
    mail_server.stop()
    subgraph: Subgraph = await start(
        smtp_host="127.0.0.1", smtp_port=mail_server.port, smtp_security="none"
    )
    assert (await subgraph.register(ANNA)).code is None
    await until(lambda: tried(subgraph))
    mail_server.start()
    await subgraph.sql(SOON)
    await mail_server.wait_for(ANNA)


async def test_a_server_that_hangs_delays_nothing_else(
    start: MakeSubgraph, mail_server: MailServer
) -> None:
    subgraph: Subgraph = await start(
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        smtp_security="none",
        smtp_timeout_seconds=0.3,
    )
    mail_server.hang = 2.0
    answers = await asyncio.gather(
        *(subgraph.register(f"user{number}@example.com") for number in range(5))
    )
    assert [answer.code for answer in answers] == [None] * 5
    await until(lambda: tried(subgraph))
    mail_server.hang = 0.0

    async def arrived() -> bool:
        await subgraph.sql(SOON)  # also what was put off because this machine was slow
        return all(mail_server.to(f"user{number}@example.com") for number in range(5))

    await until(arrived)


async def test_every_attempt_carries_the_same_message_id(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    await mailing.register(ANNA)
    first = await mail_server.wait_for(ANNA)
    await until(lambda: finished(mailing))
    (row,) = await mailing.sql(MAIL)
    assert first["Message-ID"] == f"<{row['id']}@est.example>"


async def test_a_mail_nobody_needs_any_more_is_given_up(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    mail_server.answers = ["451 later"] * 3
    await mailing.register(ANNA)
    await until(lambda: tried(mailing))
    await mailing.sql("UPDATE outbox SET created_at = clock_timestamp() - interval '25 hours'")
    await mailing.sql(SOON)
    await until(lambda: finished(mailing))
    (row,) = await mailing.sql(MAIL)
    assert (row["payload"], row["last_error"]) == ("{}", "answered 451")
    assert mail_server.mails == []


async def test_many_workers_send_each_mail_once(
    start: MakeSubgraph, mail_server: MailServer
) -> None:
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none"}
    one: Subgraph = await start(**smtp)
    await start(**smtp)
    await start(**smtp)
    addresses = [f"user{number}@example.com" for number in range(30)]
    await asyncio.gather(*(one.register(address) for address in addresses))
    await until(lambda: finished(one))
    sent = sorted(str(mail["X-Envelope-To"]) for mail in mail_server.mails)
    assert sent == sorted(addresses)


async def test_a_lease_keeps_others_away_until_it_runs_out(
    settings: AuthSettings, database_url: str
) -> None:
    database = Database.from_settings(settings)
    async with database.transaction() as session:
        await OUTBOX.add(session, OutboxKind.MAIL, {"to": ANNA})
    async with database.transaction() as session:
        (first,) = await OUTBOX.lease(session, 10)
    async with database.transaction() as session:
        assert await OUTBOX.lease(session, 10) == []
    async with database.transaction() as session:
        await session.execute(text("UPDATE outbox SET leased_until = clock_timestamp()"))
    async with database.transaction() as session:
        (second,) = await OUTBOX.lease(session, 10)
    assert second.id == first.id
    assert second.attempts == 2
    await database.dispose()


async def test_a_deletion_reaches_the_catalog_when_it_is_back(
    start: MakeSubgraph, catalog: Catalog
) -> None:
    subgraph: Subgraph = await start(**catalog.settings)
    session = await subgraph.signed_in(ANNA)
    await until(lambda: told(subgraph))
    catalog.events.clear()
    catalog.answers = [503, 401, 500, 404]
    query = "mutation($p: String!) { deleteAccount(password: $p) }"
    assert (await subgraph.ask(query, session["accessToken"], p=PASSWORD)).data == {
        "deleteAccount": True
    }

    async def delivered() -> bool:
        await subgraph.sql(SOON)
        return await told(subgraph)

    await until(delivered)
    assert len(catalog.events) == 5
    assert len({json.dumps(event, sort_keys=True) for event in catalog.events}) == 1
    event = catalog.events[0]
    assert event.keys() == {"id", "type", "userId", "occurredAt"}
    assert event["type"] == "account.deleted"
    assert event["userId"] == session["user"]["id"]
    assert set(catalog.keys) == {"catalogs-key"}
    assert await subgraph.sql("SELECT 1 FROM users") == []


async def test_an_event_does_not_wait_for_a_mail_server_that_hangs(
    start: MakeSubgraph, catalog: Catalog, mail_server: MailServer
) -> None:
    """Nor for as many mails as are sent at once."""
    mail_server.hang = 60.0
    subgraph: Subgraph = await start(
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        smtp_security="none",
        smtp_timeout_seconds=60.0,
        **catalog.settings,
    )
    session = await subgraph.signed_in(ANNA)
    for number in range(AT_ONCE):
        await subgraph.register(f"user{number}@example.com")

    async def all_hang() -> bool:
        return mail_server.attempts >= AT_ONCE and await told(subgraph)

    await until(all_hang)
    catalog.answers = [503]  # so that it is left to the worker
    done = await subgraph.ask("mutation { signOutEverywhere }", session["accessToken"])
    assert done.code is None
    await until(lambda: told(subgraph))
    assert catalog.newest(session["user"]["id"])["leastTokenVersion"] == 1
    assert mail_server.mails == []
    mail_server.hang = 0.0


async def test_events_are_never_given_up(subgraph: Subgraph) -> None:
    session = await subgraph.signed_in(ANNA)
    await until(lambda: finished(subgraph))
    query = "mutation($p: String!) { deleteAccount(password: $p) }"
    await subgraph.ask(query, session["accessToken"], p=PASSWORD)
    await subgraph.sql(
        "UPDATE outbox SET created_at = clock_timestamp() - interval '90 days' WHERE kind = 'event'"
    )

    async def tried_again() -> bool:
        await subgraph.sql(SOON)
        return not await subgraph.sql(
            "SELECT 1 FROM outbox WHERE kind = 'event' AND attempts < 2 AND leased_until IS NULL"
        )

    await until(tried_again)
    rows = await subgraph.sql("SELECT finished_at, payload FROM outbox WHERE kind = 'event'")
    types = {json.loads(row["payload"])["type"] for row in rows}
    assert types == {"account.changed", "account.deleted"}
    assert all(row["finished_at"] is None for row in rows)
    assert all(session["user"]["id"] in row["payload"] for row in rows)


async def test_mail_goes_to_a_folder_in_development(
    subgraph: Subgraph, capsys: pytest.CaptureFixture[str]
) -> None:
    await subgraph.register(ANNA)
    await until(lambda: finished(subgraph))
    (file,) = subgraph.settings.mail_folder.glob("*.eml")
    assert "#verify=" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0 or file.parent.stat().st_mode & 0o077 == 0
    assert "#verify=" in capsys.readouterr().out


def test_no_header_can_be_smuggled_into_a_mail() -> None:
    mail = Mail("<1@est.example>", "a@b.com\r\nBcc: x@y.com", "subject", "text", "<p>text")
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        compose(mail, "EST <no-reply@est.example>")


async def test_a_refused_recipient_is_permanent(settings: AuthSettings) -> None:
    class Refusing(MailServer):
        async def handle_RCPT(  # noqa: N802
            self, _server: SMTP, _session: Session, _envelope: Envelope, *_: object
        ) -> str:
            return "550 no such person"

    server = Refusing()
    server.start()
    changed = settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none"}
    )
    with pytest.raises(MailNotSent) as caught:
        await SmtpTransport(changed).send(Mail("<1@est.example>", ANNA, "s", "t", "<p>t"))
    server.stop()
    assert caught.value.permanent


async def broken(item: OutboxItem) -> None:
    """A sender with a fault of its own."""
    if item.kind == OutboxKind.MAIL:
        raise KeyError(item.id)
    raise NotSent("no")


async def test_a_fault_of_ours_does_not_end_the_worker(
    start: MakeSubgraph, settings: AuthSettings, database_url: str
) -> None:
    subgraph: Subgraph = await start(smtp_host="127.0.0.1", smtp_port=1)
    await subgraph.register(ANNA)
    database = Database.from_settings(settings)
    sending = Sending(database, OUTBOX, broken, worth={}, longest_delay={})
    worker = OutboxWorker(sending, poll_seconds=0.05)
    await subgraph.sql("UPDATE outbox SET leased_until = NULL, available_at = clock_timestamp()")
    worker.start()
    await until(lambda: _attempted(subgraph, 1))
    assert not worker._tasks[0].done()
    await worker.stop(0.1)
    assert all(task.done() for task in worker._tasks)
    await database.dispose()


async def test_items_that_nothing_can_be_made_of_hold_up_nobody(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    """Three batches of them, due before anything else. Each waits longer and longer."""
    poison = (
        '{"letter": "nope", "facts": {}, "userId": "00000000-0000-4000-8000-000000000000"}',
        '{"requested": "nothing", "canonical": "x"}',
        '{"to": 5, "letter": "password_changed", "facts": []}',
        "{}",
    )
    for number in range(32):
        await mailing.sql(
            "INSERT INTO outbox (id, kind, payload, available_at) VALUES (gen_random_uuid(),"
            f" 'mail', '{poison[number % 4]}', clock_timestamp() - interval '1 day')"
        )
    await mailing.register(ANNA)
    await mail_server.wait_for(ANNA)

    async def put_off() -> bool:
        waiting = f"{MAIL} AND attempts > 0 AND leased_until IS NULL AND last_error <> ''"
        return len(await mailing.sql(waiting)) >= 32

    await until(put_off)
    # 2 s, then 4, then 8: whatever the time is now, each was put off by as much
    put_off_less = "available_at < created_at + interval '2 seconds' * (power(2, attempts) - 1)"
    waiting = f"{MAIL} AND finished_at IS NULL AND leased_until IS NULL"
    assert await mailing.sql(f"{waiting} AND {put_off_less}") == []


async def _attempted(subgraph: Subgraph, times: int) -> bool:
    (row,) = await subgraph.sql(MAIL)
    return bool(row["attempts"] >= times)


async def test_the_folder_keeps_one_file_a_mail(settings: AuthSettings) -> None:
    folder = FolderTransport(settings.mail_folder, "a@b.com")
    mail = Mail("<same@est.example>", ANNA, "s", "t", "<p>t")
    await folder.send(mail)
    await folder.send(mail)
    assert [path.name for path in settings.mail_folder.iterdir()] == ["same.eml"]
