"""Whatever a mail server says, or leaves unsaid: in time the mail is put off, and never lost."""

from __future__ import annotations

import asyncio

import pytest

from auth_service.core import mail
from auth_service.core.mail import Mail, MailNotSent, SmtpTransport
from auth_service.core.settings import AuthSettings
from tests.testkit.raw_server import listening

HELLO, OK, GO = b"220 hello\r\n", b"250 ok\r\n", b"354 go on\r\n"
HANG_UP = b""
TAKEN = (HELLO, OK, OK, OK, GO, OK)
PUT_OFF: dict[str, tuple[bytes, ...]] = {
    "no greeting": (),
    "half a greeting": (b"220 hel",),
    "a greeting of bytes": (b"\xff\xfe\0\r\n",),
    "a greeting of another protocol": (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
    "a greeting of 3 MB": (b"220 " + b"x" * 3_000_000 + b"\r\n",),
    "a greeting without an end": (b"220-x\r\n" * 100_000,),
    "no service": (b"554 no\r\n",),
    "hanging up after the greeting": (HELLO, HANG_UP),
    "no such code": (HELLO, b"999 what\r\n"),
    "two codes in one answer": (HELLO, b"250-a\r\n251 b\r\n"),
    "no sender": (HELLO, OK, b"421 bye\r\n"),
    "a mailbox that is full": (HELLO, OK, OK, b"452 full\r\n"),
    "done before it is sent": (HELLO, OK, OK, OK, OK),
    "silence after the mail": (HELLO, OK, OK, OK, GO),
    "hanging up after the mail": (HELLO, OK, OK, OK, GO, HANG_UP),
}
ANNA = Mail("<same@est.example>", "anna@example.com", "subject", "text", "<p>text")


class Script:
    """Says one line after the other, the first at once, each further one when it is told something.

    After ``354`` that is the end of the mail.
    """

    def __init__(self, *lines: bytes) -> None:
        self.lines = lines

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        before = b""
        for line in self.lines:
            if before:
                await reader.readuntil(b"\r\n.\r\n" if before == GO else b"\r\n")
            if line == HANG_UP:
                writer.close()
                return
            writer.write(line)
            before = line
        await asyncio.sleep(60)


async def send(*lines: bytes, patience: float = 0.5) -> None:
    async with listening(Script(*lines)) as port:
        settings = AuthSettings(
            _env_file=None,
            database_url="postgresql://est:est@127.0.0.1/est",
            gateway_key="gateway-key-of-tests",
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_security="none",
            smtp_timeout_seconds=patience,
        )
        async with asyncio.timeout(60):
            await SmtpTransport(settings).send(ANNA)


@pytest.mark.parametrize("lines", PUT_OFF.values(), ids=PUT_OFF)
async def test_what_was_not_taken_is_tried_again(lines: tuple[bytes, ...]) -> None:
    with pytest.raises(MailNotSent) as refused:
        await send(*lines)
    assert not refused.value.permanent


@pytest.mark.parametrize("end", [(), (HANG_UP,)], ids=["silence", "hanging up"])
async def test_what_was_taken_is_sent_though_nobody_says_goodbye(
    end: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "GOODBYE_SECONDS", 0.1)
    await send(*TAKEN, *end, patience=40)
