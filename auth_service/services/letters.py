"""What the mails say.

Two kinds: those that carry a token (links have it in the fragment, which no server and no log
sees), and those that another service asks for, by a letter's name and the facts that stand in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Final
from uuid import UUID

from auth_service.domain.verification import Purpose, VerificationToken

FRAGMENTS = {
    Purpose.VERIFY_EMAIL: "verify",
    Purpose.RESET_PASSWORD: "reset",
    Purpose.CHANGE_EMAIL: "email",
}


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
    if purpose is Purpose.CHANGE_EMAIL:
        return Letter("Confirm your new email address", _CHANGE.format(link=link, token=token))
    return Letter("Choose a new password", _RESET.format(link=link, token=token))


def mail_payload(token: VerificationToken, to: str) -> dict[str, Any]:
    """What the outbox keeps of a mail until it is sent."""
    return {"to": to, "purpose": token.purpose.value, "token": token.text}


def request_payload(purpose: Purpose, canonical: str) -> dict[str, Any]:
    """A mail that someone asked for, to an address that may be nobody's.

    The account is looked up when the mail is sent, so that asking takes the same time either way.
    """
    return {"requested": purpose.value, "canonical": canonical}


def notice_payload(name: str, to: str, facts: Mapping[str, str]) -> dict[str, Any]:
    """What the outbox keeps of a letter to an address that is no account's any more."""
    return {"letter": name, "to": to, "facts": dict(facts)}


def letter_payload(
    name: str, user_id: UUID, facts: Mapping[str, str | int | None]
) -> dict[str, Any]:
    """What the outbox keeps of a mail whose address is looked up when it is sent."""
    return {"letter": name, "userId": str(user_id), "facts": dict(facts)}


def requested_letter(name: str, facts: Mapping[str, Any]) -> Letter:
    """The letter ``name``. A fact that is missing leaves its line out."""
    subject, lines = LETTERS[name]
    given = {key: value for key, value in facts.items() if value is not None}
    kept = [line for line in lines.splitlines() if all(key in given for key in _facts_in(line))]
    return Letter(_flat(subject.format_map(given)), "\n".join(kept).format_map(given) + "\n")


def _facts_in(line: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(line) if name]


def _flat(text: str) -> str:
    """One line: what people named a place or an offer goes into a header."""
    return " ".join(text.split())[:_LONGEST_SUBJECT]


def letter_of(payload: Mapping[str, Any], link_base: str) -> Letter:
    """The letter that ``mail_payload`` describes."""
    return letter(Purpose(payload["purpose"]), payload["token"], link_base)


_LONGEST_SUBJECT: Final = 200

_WHAT = """\
  {quantity} × {offer}
  {place}, {address}
  {pickupStart} to {pickupEnd} ({timeZone})"""

LETTERS: Final[Mapping[str, tuple[str, str]]] = {
    "reservation_unattended": (
        "Your reservation at {place}: please ask before you go",
        f"""\
{{place}} has at present nobody who runs it with EST, so it sells nothing new.
Your reservation still stands:

{_WHAT}

Ask the place before you go. You may cancel until the pickup begins, and nothing is charged.""",
    ),
    "reservation_cancelled": (
        "Your reservation at {place} was cancelled",
        f"""\
{{place}} had to cancel your reservation:

{_WHAT}

Reason: {{reason}}

You need not go there, and nothing is charged. We are sorry.""",
    ),
    "email_changed": (
        "The address of your EST account was changed",
        """\
Your EST account now has the address {newEmail}. Mails go there from now on.

If it was not you, choose a new password at once and write to us.""",
    ),
    "partnership_offered": (
        "{place} would like to work with you",
        """\
{place}, {address}, would like you as {role}.

It begins when you accept it, signed in to EST; until then, and later, you may decline it there.""",
    ),
}
"""By name: the subject and the text, with the names of facts in braces."""

_VERIFY = """\
Welcome to EST.

Confirm that this address is yours by opening this link within 24 hours:

{link}

or give your app this code:

{token}

If you did not register with EST, ignore this mail: nothing happens without the link.
"""

_CHANGE = """\
Someone, hopefully you, wants this to be the address of an EST account.

Confirm it within 24 hours by opening this link:

{link}

or give your app this code:

{token}

If it was not you, ignore this mail: nothing happens without the link.
"""

_RESET = """\
Someone, hopefully you, asked for a new password for your EST account.

Choose it within an hour by opening this link:

{link}

or give your app this code:

{token}

If it was not you, ignore this mail: your password stays as it is.
"""
