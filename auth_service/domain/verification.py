"""Tokens that mails carry: 256 random bits, stored as their SHA-256, good once and for a while."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from auth_service.domain.email import Email
from auth_service.domain.errors import TokenInvalid

RANDOM_BYTES = 32
TEXT_CHARACTERS = 43  # of 32 bytes in base64url


class Purpose(StrEnum):
    """What a mail token is good for; it does for nothing else."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  a purpose, not a password
    CHANGE_EMAIL = "change_email"

    @property
    def lifetime(self) -> timedelta:
        """How long after it was made it works."""
        return timedelta(hours=1) if self is Purpose.RESET_PASSWORD else timedelta(hours=24)


# Whoever had the old password may have asked for an address of their own: confirmed after its owner
# chose a new password, it would hand them the account by the next reset.
WORTHLESS_WITH_A_NEW_PASSWORD = (Purpose.RESET_PASSWORD, Purpose.CHANGE_EMAIL)


@dataclass(frozen=True, slots=True)
class VerificationToken:
    """A token as it is made. ``text`` goes into the mail and nowhere else."""

    user_id: UUID
    purpose: Purpose
    text: str = field(repr=False)
    new_email: Email | None = None

    @classmethod
    def issue(
        cls, user_id: UUID, purpose: Purpose, new_email: Email | None = None
    ) -> "VerificationToken":
        """A new token; ``new_email``: the address that it will confirm."""
        return cls(user_id, purpose, secrets.token_urlsafe(RANDOM_BYTES), new_email)

    @property
    def digest(self) -> bytes:
        """What is stored."""
        return digest_of(self.text)


def digest_of(text: str) -> bytes:
    """The stored form of a token someone presents. Raises ``TokenInvalid`` if it cannot be one."""
    if len(text) != TEXT_CHARACTERS or not text.isascii():
        raise TokenInvalid
    return hashlib.sha256(text.encode()).digest()
