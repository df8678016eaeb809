"""A mail server that fails at each of its stages: the mail is put off, and comes later."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.auth_service.subgraph import Subgraph, running_alone
from tests.auth_service.test_mail_servers import HANG_UP, HELLO, OK
from tests.testkit.certificates import Authority
from tests.testkit.postgres import Databases
from tests.testkit.raw_server import listening

ANNA = "anna@example.com"
OFFER = b"250-here\r\n250 STARTTLS\r\n"
MESSAGE_ID = re.compile(rb"^Message-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)
UNSENT = "SELECT 1 FROM outbox WHERE kind = 'mail' AND finished_at IS NULL"
AT_ONCE = "UPDATE outbox SET available_at = clock_timestamp() WHERE kind = 'mail'"
NOT_YET = """UPDATE outbox SET available_at = clock_timestamp() + interval '1 hour'
  WHERE kind = 'mail' AND attempts > 0 AND leased_until IS NULL RETURNING attempts"""
DRIP = b"drip"
ENDLESS = b"endless"
EXPIRED = b"expired"
GARBAGE = b"220 go\r\n\x16\x03\xff garbage\r\n"
WITHOUT_AN_END = {DRIP, ENDLESS, GARBAGE}
"""What only a deadline ends."""
SHORT, LONG = 0.5, 30.0
Stage = dict[str, bytes]
WRONG: dict[str, Stage] = {
    "451 to the connection": {"": b"451 later\r\n"},
    "EHLO and HELO refused": {"EHLO": b"502 what\r\n", "HELO": b"451 later\r\n"},
    "EHLO: hanging up": {"EHLO": HANG_UP},
    "EHLO: without an end": {"EHLO": ENDLESS},
    "EHLO: 8-bit garbage": {"EHLO": b"\xff\xfe\x80 garbage\r\n"},
    "EHLO: a byte now and then": {"EHLO": DRIP},
    "MAIL: 451": {"MAIL": b"451 later\r\n"},
    "MAIL: 550": {"MAIL": b"550 not you\r\n"},
    "MAIL: hanging up": {"MAIL": HANG_UP},
    "RCPT: 450": {"RCPT": b"450 greylisted\r\n"},
    "RCPT: garbage": {"RCPT": b"\x80\x81\r\n"},
    "DATA: 451": {"DATA": b"451 later\r\n"},
    "DATA: 554": {"DATA": b"554 no\r\n"},
    "DATA: hanging up": {"DATA": HANG_UP},
    "after the dot: 451": {".": b"451 later\r\n"},
    "after the dot: 552": {".": b"552 too much\r\n"},
    "after the dot: without an end": {".": ENDLESS},
    "after the dot: a byte now and then": {".": DRIP},
}
UNSAFE: dict[str, Stage] = {
    "not offered": {"EHLO": OK},
    "refused": {"STARTTLS": b"454 not now\r\n"},
    "garbage in place of it": {"STARTTLS": GARBAGE},
    "hanging up": {"STARTTLS": HANG_UP},
    "a certificate that nobody signed": {"STARTTLS": EXPIRED},
}


class MailServer:
    """Takes mail, but for what ``wrong`` says: an answer by the verb it is to."""

    def __init__(self, wrong: Stage, folder: Path, *, is_tls: bool = False) -> None:
        self.wrong = dict(wrong)
        self.folder = folder
        self.is_tls = is_tls
        self.met = 0
        self.seen: list[bytes] = []
        """The mails whose last dot arrived."""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        usual = {"": HELLO, "DATA": b"354 go on\r\n", "STARTTLS": b"220 go\r\n"}
        if self.is_tls:
            usual["EHLO"] = OFFER
        verb = ""
        while await self._say(verb, usual.get(verb, OK), writer):
            if verb == "DATA" and "DATA" not in self.wrong:
                self.seen.append(await reader.readuntil(b"\r\n.\r\n"))
                verb = "."
                continue
            line = await reader.readuntil(b"\r\n")
            verb = line.split()[0].decode("ascii", "replace").upper()

    async def _say(self, verb: str, usual: bytes, writer: asyncio.StreamWriter) -> bool:
        said = self.wrong.get(verb, usual)
        self.met += verb in self.wrong
        if said == DRIP:
            while True:
                writer.write(b"2")
                await writer.drain()
                await asyncio.sleep(0.02)
        if said == ENDLESS:
            while True:
                writer.write(b"250-and more\r\n" * 1_000)
                await writer.drain()
        if said == EXPIRED:
            writer.write(b"220 go\r\n")
            await writer.start_tls(Authority().server_context(self.folder))
            return True
        if said == HANG_UP:
            writer.close()
            return False
        writer.write(said)
        return True


@asynccontextmanager
async def mailing(
    server: MailServer, databases: Databases, folder: Path, security: str = "none"
) -> AsyncIterator[Subgraph]:
    """An auth service that sends by ``server``."""
    async with (
        listening(server) as port,
        running_alone(
            databases,
            folder,
            outbox_poll_seconds=0.2,
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_security=security,
            smtp_timeout_seconds=SHORT if WITHOUT_AN_END & {*server.wrong.values()} else LONG,
        ) as subgraph,
    ):
        yield subgraph


async def until_put_off(auth: Subgraph, server: MailServer) -> int:
    """Wait until a mail met what is wrong and was given back; so often it was tried.

    It is not tried again before ``until_sent``.
    """
    async with asyncio.timeout(60):
        while not (put_off := await auth.sql(NOT_YET)) or not server.met:
            if put_off:  # a short deadline was over before that
                await auth.sql(AT_ONCE)
            await asyncio.sleep(0.02)
    attempts: int = put_off[0]["attempts"]
    return attempts


async def until_sent(auth: Subgraph, server: MailServer) -> None:
    """Have ``server`` work, and wait until nothing is left to send."""
    server.wrong.clear()
    vars(auth.settings)["smtp_timeout_seconds"] = LONG
    async with asyncio.timeout(60):
        while await auth.sql(UNSENT):
            await auth.sql(AT_ONCE)
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_116_whatever_fails_the_mail_comes_later(
    wrong: Stage, database_url_factory: Databases, tmp_path: Path
) -> None:
    server = MailServer(wrong, tmp_path)
    async with mailing(server, database_url_factory, tmp_path) as auth:
        assert (await auth.register(ANNA)).code is None
        await until_put_off(auth, server)
        assert await auth.sql(UNSENT)
        before = len(server.seen)
        await until_sent(auth, server)
        assert len(server.seen) == before + 1
        assert len({MESSAGE_ID.findall(mail)[0] for mail in server.seen}) == 1


async def test_116_a_connection_that_dies_before_the_last_answer_is_one_repeat_of_the_same_mail(
    database_url_factory: Databases, tmp_path: Path
) -> None:
    server = MailServer({".": HANG_UP}, tmp_path)
    async with mailing(server, database_url_factory, tmp_path) as auth:
        assert (await auth.register(ANNA)).code is None
        attempts = await until_put_off(auth, server)
        assert len(server.seen) == attempts
        await until_sent(auth, server)
        assert len(server.seen) == attempts + 1
        assert len({MESSAGE_ID.findall(mail)[0] for mail in server.seen}) == 1


async def test_116_a_mailbox_that_there_is_not_is_tried_once(
    database_url_factory: Databases, tmp_path: Path
) -> None:
    server = MailServer({"RCPT": b"550 nobody\r\n"}, tmp_path)
    async with mailing(server, database_url_factory, tmp_path) as auth:
        assert (await auth.register(ANNA)).code is None
        async with asyncio.timeout(60):
            while await auth.sql(UNSENT):
                await asyncio.sleep(0.02)
        [row] = await auth.sql("SELECT attempts, last_error FROM outbox WHERE kind = 'mail'")
        assert (row["attempts"], row["last_error"]) == (1, "refused [550]")


@pytest.mark.parametrize("wrong", UNSAFE.values(), ids=UNSAFE)
async def test_116_no_mail_leaves_in_the_open_where_it_should_be_encrypted(
    wrong: Stage, database_url_factory: Databases, tmp_path: Path
) -> None:
    server = MailServer(wrong, tmp_path, is_tls=True)
    async with mailing(server, database_url_factory, tmp_path, "starttls") as auth:
        assert (await auth.register(ANNA)).code is None
        await until_put_off(auth, server)
        assert server.seen == []
        assert await auth.sql(UNSENT)
