"""What can go wrong by the rules of accounts, as facts with stable codes.

::

    AuthError
    ├── InvalidEmail          INVALID_EMAIL          (violations)
    ├── WeakPassword          WEAK_PASSWORD          (violations)
    ├── InvalidInput          BAD_USER_INPUT         (violations)
    ├── UserExists            EMAIL_TAKEN            only register tells
    ├── InvalidCredentials    INVALID_CREDENTIALS    the same for an unknown address
    ├── TokenError            tokens of mails and refresh tokens
    │   ├── TokenInvalid      TOKEN_INVALID
    │   ├── TokenExpired      TOKEN_EXPIRED
    │   └── TokenUsed         TOKEN_USED
    ├── AccountSuspended      ACCOUNT_SUSPENDED      only told to who knows the password
    ├── OwnRoleFixed          FORBIDDEN              nobody changes their own role
    └── LastAdmin             CONFLICT               the last admin stays

Clients read ``code``, ``str()`` and ``extensions()``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in an argument: its name, a stable code, a sentence. ``within``: of which input."""

    argument: str
    code: str
    message: str
    within: tuple[str, ...] = ()

    def formatted(self) -> dict[str, Any]:
        """As it stands in ``extensions.violations``."""
        path = [*self.within, self.argument]
        return {"path": path, "code": self.code, "message": self.message}


class AuthError(Exception):
    """The root of what accounts tell their callers."""

    code: ClassVar[str] = "INTERNAL"
    default_message: ClassVar[str] = "The request failed."

    def __init__(self, message: str | None = None, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        told = " ".join(fault.message for fault in self.faults)
        super().__init__(message or told or self.default_message)

    def extensions(self) -> Mapping[str, Any]:
        """The faults found, if any."""
        if not self.faults:
            return {}
        return {"violations": [fault.formatted() for fault in self.faults]}


class InvalidEmail(AuthError):
    """The address cannot be one."""

    code: ClassVar[str] = "INVALID_EMAIL"
    default_message: ClassVar[str] = "This is not a valid email address."


class WeakPassword(AuthError):
    """The password does not meet the rules; every rule broken is named."""

    code: ClassVar[str] = "WEAK_PASSWORD"


class InvalidInput(AuthError):
    """A value that cannot be stored as it is."""

    code: ClassVar[str] = "BAD_USER_INPUT"


class UserExists(AuthError):
    """The address has an account already."""

    code: ClassVar[str] = "EMAIL_TAKEN"
    default_message: ClassVar[str] = "This email address already has an account."


class InvalidCredentials(AuthError):
    """The address is unknown or the password is wrong: never which."""

    code: ClassVar[str] = "INVALID_CREDENTIALS"
    default_message: ClassVar[str] = "The email address or the password is wrong."


class TokenError(AuthError):
    """A token of a mail, or a refresh token, that does not do."""


class TokenInvalid(TokenError):
    """No such token, or it has been withdrawn."""

    code: ClassVar[str] = "TOKEN_INVALID"
    default_message: ClassVar[str] = "This token is not valid."


class TokenExpired(TokenError):
    """It was good once."""

    code: ClassVar[str] = "TOKEN_EXPIRED"
    default_message: ClassVar[str] = "This token has expired."


class TokenUsed(TokenError):
    """It works once, and did."""

    code: ClassVar[str] = "TOKEN_USED"
    default_message: ClassVar[str] = "This token has been used already."


class AccountSuspended(AuthError):
    """An admin suspended the account; its owner was written to, with the reason."""

    code: ClassVar[str] = "ACCOUNT_SUSPENDED"
    default_message: ClassVar[str] = "This account is suspended. See the mail that told you so."


class OwnRoleFixed(AuthError):
    """Nobody changes their own role."""

    code: ClassVar[str] = "FORBIDDEN"
    default_message: ClassVar[str] = "Nobody may change their own role."


class LastAdmin(AuthError):
    """There must always be an admin."""

    code: ClassVar[str] = "CONFLICT"
    default_message: ClassVar[str] = "The last admin must stay one."
