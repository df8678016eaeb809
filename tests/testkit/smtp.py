"""A real SMTP server for tests: it keeps what it takes, and can be made to misbehave.

@pytest.fixture
def mail_server() -> Iterator[MailServer]: ...

    mail = await mail_server.wait_for("anna@example.com")
    token = token_in(mail)
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.testkit.ports import free_port

TOKEN = re.compile(r"#\w+=([\w-]{43})")


class _Controller(Controller):
    """Ends with its sessions: a client may be in the middle of one when a test ends."""

    def __init__(self, handler: object, port: int) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=port, ready_timeout=60)
        self._sessions: list[SMTP] = []

    def factory(self) -> SMTP:
        session = super().factory()  # type: ignore[no-untyped-call]
        assert isinstance(session, SMTP)
        self._sessions.append(session)
        return session

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for _ in range(3):  # one accepted just before is made in the loop's next turns
            for session in self._sessions:
                if session.transport is not None:
                    session.transport.close()
            await asyncio.sleep(0)


class MailServer:
    """Listens on ``port`` of 127.0.0.1. ``answers``: replies to give before taking mail again.

    ``hang``: stay silent after DATA for so many seconds, or until it is less. ``mails`` are those
    taken, oldest first.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.hang = 0.0
        self.attempts = 0
        self.port = free_port()
        self._controller: _Controller | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a process that sends here."""
        return {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.port), "SMTP_SECURITY": "none"}

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd, on its own thread's loop."""
        self.attempts += 1
        began = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - began < self.hang:
            await asyncio.sleep(0.01)
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        message["X-Envelope-To"] = ",".join(envelope.rcpt_tos)
        self.mails.append(message)
        return "250 OK"

    def start(self) -> None:
        """Listen, also again after a stop."""
        self._controller = _Controller(self, self.port)
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def to(self, address: str) -> list[EmailMessage]:
        """The mails taken for an address, in any spelling of its case."""
        wanted = address.lower()
        return [mail for mail in list(self.mails) if wanted in str(mail["X-Envelope-To"]).lower()]

    async def wait_for(self, address: str, count: int = 1, seconds: float = 60.0) -> EmailMessage:
        """The ``count``-th mail to an address; fails the test if it does not come."""
        async with asyncio.timeout(seconds):
            while len(self.to(address)) < count:
                await asyncio.sleep(0.02)
        return self.to(address)[count - 1]


def token_in(mail: EmailMessage) -> str:
    """The token that a mail's link carries."""
    found = TOKEN.search(text_of(mail))
    assert found is not None, "the mail holds no link with a token"
    return found[1]


def text_of(mail: EmailMessage, form: str = "plain") -> str:
    """A mail's text, ``plain`` or ``html``."""
    body = mail.get_body((form,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def _running() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server of this test."""
    yield from _running()


@pytest.fixture(scope="session")
def mailbox() -> Iterator[MailServer]:
    """A mail server of this session, for systems that several tests share."""
    yield from _running()
