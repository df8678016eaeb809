"""Sending mail: by SMTP, or into a folder while developing."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from pathlib import Path
from typing import Any, Final, Protocol

import aiosmtplib
import structlog

from auth_service.core.settings import AuthSettings, SmtpSecurity
from shared.connection_faults import fault_of
from shared.outbox import NotSent
from shared.text import ENCODED_WORD

log = structlog.get_logger(__name__)

GOODBYE_SECONDS = 2.0
_LONGEST_LINE = 990


class _Link(UnstructuredHeader, BaseHeader):
    """A header that holds a URL, on one line.

    The email package would encode a long one (RFC 2047), which RFC 2369 does not allow: mail
    programs then see no URL, and show no button.
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """A header of text that people chose: what is in it is taken as it stands.

    The email package reads encoded words (RFC 2047) in what it is given. A place called
    ``=?utf-8?q?x=0D=0A...?=`` would end the header, and write the rest of the mail.
    """

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Keep ``value``; nothing is decoded."""
        kwds["decoded"] = value
        kwds["parse_tree"] = cls.value_parser("")

    def fold(self, *, policy: Policy) -> str:
        charset = "us-ascii" if self.isascii() and ENCODED_WORD not in self else "utf-8"
        text = Header(str(self), charset, header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {text}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
_HEADERS.map_to_type("list-unsubscribe", _Link)
_POLICY: Final = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to send. ``message_id`` is the same at every attempt: servers drop repeats by it.

    ``text`` and ``html`` say the same. ``unsubscribe``: the link that declines such mails.
    """

    message_id: str
    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    unsubscribe: str | None = field(default=None, repr=False)


class MailNotSent(NotSent):
    """It was not taken. ``permanent``: trying again is of no use (RFC 5321: a 5yz reply)."""


class MailTransport(Protocol):
    """Takes mail."""

    async def send(self, mail: Mail) -> None:
        """Hand ``mail`` over; raises ``MailNotSent``."""
        ...


def mail_transport(settings: AuthSettings) -> MailTransport:
    """SMTP when SMTP_HOST is set, else the folder."""
    if settings.smtp_host is None:
        return FolderTransport(settings.mail_folder, settings.mail_from, settings.mail_reply_to)
    return SmtpTransport(settings)


def compose(mail: Mail, sender: str, reply_to: str | None = None) -> EmailMessage:
    """The message; ``reply_to``: who reads answers, if not the sender.

    Headers are set by the email package, which refuses line breaks in them, but not in the encoded
    words that it reads in an address: such a one is written to by nobody. The link to unsubscribe
    also works with one click in the mail program (RFC 8058).
    """
    if ENCODED_WORD in mail.to:
        raise MailNotSent("an address that holds an encoded word", permanent=True)
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = mail.to
    if reply_to is not None:
        message["Reply-To"] = reply_to
    message["Subject"] = mail.subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte=_encoding(mail.text))
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def _encoding(text: str) -> str:
    """As it is, unless a line is longer than SMTP takes (RFC 5322 section 2.1.1)."""
    if max(len(line.encode()) for line in text.splitlines()) > _LONGEST_LINE:
        return "quoted-printable"
    return "7bit" if text.isascii() else "8bit"


class SmtpTransport:
    """One connection a mail: mail is rare, and servers close idle connections."""

    def __init__(self, settings: AuthSettings) -> None:
        self._settings = settings

    async def send(self, mail: Mail) -> None:
        """See ``MailTransport``; bounded as a whole, also against a server that never answers."""
        settings = self._settings
        password = settings.smtp_password
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user,
            password=password.get_secret_value() if password is not None else None,
            use_tls=settings.smtp_security is SmtpSecurity.TLS,
            start_tls=settings.smtp_security is SmtpSecurity.STARTTLS,
            timeout=settings.smtp_timeout_seconds,
        )
        message = compose(mail, settings.mail_from, settings.mail_reply_to)
        try:
            async with asyncio.timeout(settings.smtp_timeout_seconds * 1.5):
                await client.connect()
                await client.send_message(message, recipients=[mail.to])
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise MailNotSent(f"refused {codes}", permanent=min(codes) >= 500) from error  # noqa: PLR2004
        except aiosmtplib.SMTPResponseException as error:
            raise MailNotSent(f"answered {error.code}", permanent=False) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            raise MailNotSent(fault_of(error)) from error
        finally:
            await _say_goodbye(client)


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    """Briefly: what was taken is sent, though nobody answers and the time for sending is over."""
    try:
        with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            if client.is_connected:
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await client.quit()
    finally:
        client.close()


class FolderTransport:
    """Writes ``.eml`` files, one a mail, never half of one. For development only."""

    def __init__(self, folder: Path, sender: str, reply_to: str | None = None) -> None:
        self._folder = folder
        self._from = sender, reply_to

    async def send(self, mail: Mail) -> None:
        """See ``MailTransport``; the link is printed, because nobody reads the folder."""
        path = await asyncio.to_thread(self._write, mail)
        words = mail.text.split()
        links = [word for word in words if "://" in word and word != mail.unsubscribe]
        mentioned = f": {' '.join(links)}" if links else ""
        print(f"mail to {mail.to}: {mail.subject}{mentioned} ({path})", flush=True)  # noqa: T201
        log.info("mail written to a file", path=str(path))

    def _write(self, mail: Mail) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{mail.message_id.strip('<>').partition('@')[0]}.eml"
        draft = path.with_suffix(f".{os.getpid()}.draft")
        draft.write_bytes(bytes(compose(mail, *self._from)))
        draft.replace(path)
        return path
