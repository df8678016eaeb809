"""Letters as the outbox keeps them until they are sent, and what they become then.

Of two kinds: those that carry a token (links have it in the fragment, which no server and no log
sees), and those that say facts. An address stands in few of them: mostly it is looked up when the
letter is sent, and so is the language.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from auth_service.core.letters.writing import Fact
from auth_service.domain.user import Language, User
from auth_service.domain.verification import Purpose, VerificationToken

FRAGMENTS = {
    Purpose.VERIFY_EMAIL: "verify",
    Purpose.RESET_PASSWORD: "reset",
    Purpose.CHANGE_EMAIL: "email",
}


def mail_payload(token: VerificationToken, to: str, language: Language) -> dict[str, Any]:
    """A mail that carries ``token``."""
    return {
        "to": to,
        "purpose": token.purpose.value,
        "token": token.text,
        "language": language.value,
    }


def token_facts(payload: Mapping[str, Any], link_base: str) -> tuple[str, dict[str, Fact]]:
    """The name of the letter that ``mail_payload`` describes, and what stands in it."""
    purpose, token = Purpose(payload["purpose"]), payload["token"]
    return purpose.value, {"url": f"{link_base}#{FRAGMENTS[purpose]}={token}", "token": token}


def request_payload(purpose: Purpose, canonical: str) -> dict[str, Any]:
    """A mail that someone asked for, to an address that may be nobody's.

    The account is looked up when the mail is sent, so that asking takes the same time either way.
    """
    return {"requested": purpose.value, "canonical": canonical}


def notice_payload(name: str, to: str, facts: Mapping[str, Fact], about: User) -> dict[str, Any]:
    """A letter to an address that is no account's any more, in the language of the account."""
    return {"letter": name, "to": to, "facts": dict(facts), "language": about.language.value}


def letter_payload(
    name: str, user_id: UUID, facts: Mapping[str, Fact], not_after: datetime | None = None
) -> dict[str, Any]:
    """A letter to an account. ``not_after``: when nobody needs it any more."""
    payload: dict[str, Any] = {"letter": name, "userId": str(user_id), "facts": dict(facts)}
    if not_after is not None:
        payload["notAfter"] = not_after.isoformat()
    return payload
