"""What the mails say. Links carry their token in the fragment, which no server and no log sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auth_service.domain.verification import Purpose, VerificationToken

FRAGMENTS = {Purpose.VERIFY_EMAIL: "verify", Purpose.RESET_PASSWORD: "reset"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's subject and text."""

    subject: str
    text: str = field(repr=False)


def letter(purpose: Purpose, token: str, link_base: str) -> Letter:
    """The mail that carries ``token``."""
    link = f"{link_base}#{FRAGMENTS[purpose]}={token}"
    if purpose is Purpose.VERIFY_EMAIL:
        return Letter("Confirm your email address", _VERIFY.format(link=link, token=token))
    return Letter("Choose a new password", _RESET.format(link=link, token=token))


def mail_payload(token: VerificationToken, to: str) -> dict[str, Any]:
    """What the outbox keeps of a mail until it is sent."""
    return {"to": to, "purpose": token.purpose.value, "token": token.text}


def request_payload(purpose: Purpose, canonical: str) -> dict[str, Any]:
    """A mail that someone asked for, to an address that may be nobody's.

    The account is looked up when the mail is sent, so that asking takes the same time either way.
    """
    return {"requested": purpose.value, "canonical": canonical}


def letter_of(payload: Mapping[str, Any], link_base: str) -> Letter:
    """The letter that ``mail_payload`` describes."""
    return letter(Purpose(payload["purpose"]), payload["token"], link_base)


_VERIFY = """\
Welcome to EST.

Confirm that this address is yours by opening this link within 24 hours:

{link}

or give your app this code:

{token}

If you did not register with EST, ignore this mail: nothing happens without the link.
"""

_RESET = """\
Someone, hopefully you, asked for a new password for your EST account.

Choose it within an hour by opening this link:

{link}

or give your app this code:

{token}

If it was not you, ignore this mail: your password stays as it is.
"""
