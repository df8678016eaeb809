"""The two families of error, and which of them may speak to clients.

::

    ApplicationError
    ├── ClientError                  code and message are meant for the caller
    │   ├── Unauthenticated          UNAUTHENTICATED      (reason)
    │   │   └── SessionOver          who signed in is nobody by now
    │   ├── Forbidden                FORBIDDEN            the role can never do it
    │   ├── EmailNotVerified         EMAIL_NOT_VERIFIED
    │   ├── NotFound                 NOT_FOUND            not among what one may see
    │   ├── BadUserInput             BAD_USER_INPUT       (violations)
    │   ├── Conflict                 CONFLICT
    │   ├── RateLimited              RATE_LIMITED         (retryAfter, seconds)
    │   ├── OperationTooComplex      OPERATION_TOO_COMPLEX
    │   ├── Unavailable              UNAVAILABLE          (retryable)
    │   │   └── Contended            two writers in each other's way; tried again by us first
    │   └── TimedOut                 TIMEOUT              (retryable)
    └── InternalError                never shown: a client reads INTERNAL and the request id
        ├── ConfigurationError       a setting is missing or unsafe; the service does not start
        ├── ServiceUnreachable       something needed to start is not there
        └── ConstraintViolated       a constraint of the database said no; services translate it
            ├── UniqueViolated
            ├── ForeignKeyViolated
            └── CheckViolated

A service's own domain errors live in its domain layer, which imports nothing but the standard
library. They are shown to clients when they have the shape of ``ClientFacing`` and their base class
is named to the view's presenter (``ErrorPresenter(client_errors=...)``, ``shared.graphql.errors``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol


class ClientFacing(Protocol):
    """What an exception needs to be shown to clients: ``str()`` of it is the message."""

    code: ClassVar[str]

    def extensions(self) -> Mapping[str, Any]:
        """What stands beside ``code`` in the error's ``extensions``."""
        ...


class ApplicationError(Exception):
    """Root of both families."""


class ClientError(ApplicationError):
    """An error whose code and message are written for the caller."""

    code: ClassVar[str] = "INTERNAL"
    default_message: ClassVar[str] = "The request failed."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.default_message)

    def extensions(self) -> Mapping[str, Any]:
        """What stands beside ``code`` in the error's ``extensions``."""
        return {}


class Unauthenticated(ClientError):
    """No usable access token. ``reason``: missing, expired, malformed, signature, audience, ..."""

    code: ClassVar[str] = "UNAUTHENTICATED"
    default_message: ClassVar[str] = "Sign in to do this."

    def __init__(self, message: str | None = None, *, reason: str = "missing") -> None:
        super().__init__(message)
        self.reason = reason

    def extensions(self) -> Mapping[str, Any]:
        """The reason, one word."""
        return {"reason": self.reason}


class SessionOver(Unauthenticated):
    """A good token of an account that it does not speak for any more.

    ``reason``: ``account_deleted``, ``suspended``, or ``revoked`` for one that was signed out.
    """

    messages: ClassVar[Mapping[str, str]] = {
        "account_deleted": "This account was deleted.",
        "suspended": "This account is suspended.",
        "revoked": "Sign in again.",
    }

    def __init__(self, reason: str) -> None:
        super().__init__(self.messages[reason], reason=reason)


class Forbidden(ClientError):
    """The caller's role can never do this."""

    code: ClassVar[str] = "FORBIDDEN"
    default_message: ClassVar[str] = "Your role may not do this."


class EmailNotVerified(ClientError):
    """The caller's address has not been verified yet."""

    code: ClassVar[str] = "EMAIL_NOT_VERIFIED"
    default_message: ClassVar[str] = "Verify your email address first."


class NotFound(ClientError):
    """Not among what the caller may see or manage: the same whether it exists or not."""

    code: ClassVar[str] = "NOT_FOUND"
    default_message: ClassVar[str] = "Not found."


@dataclass(frozen=True, slots=True)
class Violation:
    """One fault in the caller's input.

    ``path``: names and indices from the arguments down, e.g. ``("input", "tags", 2)``.
    ``code``: stable, upper case, e.g. ``TOO_LONG``. ``message``: a sentence for people.
    """

    path: tuple[str | int, ...]
    code: str
    message: str

    def formatted(self) -> dict[str, Any]:
        """As it stands in ``extensions.violations``."""
        return {"path": list(self.path), "code": self.code, "message": self.message}


class BadUserInput(ClientError):
    """Input that can be mended; names every fault found, not only the first."""

    code: ClassVar[str] = "BAD_USER_INPUT"

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(" ".join(violation.message for violation in self.violations))

    @classmethod
    def single(cls, path: str | tuple[str | int, ...], code: str, message: str) -> "BadUserInput":
        """One fault at ``path``."""
        where = (path,) if isinstance(path, str) else path
        return cls([Violation(where, code, message)])

    def extensions(self) -> Mapping[str, Any]:
        """All faults found."""
        return {"violations": [violation.formatted() for violation in self.violations]}


class Conflict(ClientError):
    """The request contradicts the present state. ``details`` are added to the extensions."""

    code: ClassVar[str] = "CONFLICT"
    default_message: ClassVar[str] = "This contradicts the present state."

    def __init__(self, message: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.details = details

    def extensions(self) -> Mapping[str, Any]:
        """The details given."""
        return self.details


class RateLimited(ClientError):
    """Too many attempts. ``retry_after``: whole seconds until one may succeed again."""

    code: ClassVar[str] = "RATE_LIMITED"
    default_message: ClassVar[str] = "Too many attempts."

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        super().__init__(f"{message or self.default_message} Try again in {_span(retry_after)}.")
        self.retry_after = retry_after

    def extensions(self) -> Mapping[str, Any]:
        """``retryAfter`` in seconds."""
        return {"retryAfter": self.retry_after}


def _span(seconds: int) -> str:
    """Whole minutes are enough to wait by, rounded up so that they are never too few."""
    if seconds < 120:  # noqa: PLR2004
        return "a second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"


class OperationTooComplex(ClientError):
    """The operation is deeper or larger than this service answers."""

    code: ClassVar[str] = "OPERATION_TOO_COMPLEX"
    default_message: ClassVar[str] = "The operation is too complex."


class Unavailable(ClientError):
    """Something this needs is away for the moment; trying again is right."""

    code: ClassVar[str] = "UNAVAILABLE"
    default_message: ClassVar[str] = "The service is temporarily unavailable. Try again."

    def extensions(self) -> Mapping[str, Any]:
        """Tells that a retry is right."""
        return {"retryable": True}


class Contended(Unavailable):
    """The database ended a transaction that may succeed from its start.

    Two were in each other's way, a deadlock (SQLSTATE 40P01) or a serialization failure (40001); or
    what was prepared for it is of a schema that has changed since.
    """


class TimedOut(ClientError):
    """It took longer than it may; trying again is right."""

    code: ClassVar[str] = "TIMEOUT"
    default_message: ClassVar[str] = "The request took too long. Try again."

    def extensions(self) -> Mapping[str, Any]:
        """Tells that a retry is right."""
        return {"retryable": True}


class InternalError(ApplicationError):
    """Never shown to clients."""


class ConfigurationError(InternalError):
    """A setting is missing, unknown or unsafe. The message names it; secrets are not repeated."""


class ServiceUnreachable(InternalError):
    """Something needed to start is not there. The message names the setting that points at it."""


class ConstraintViolated(InternalError):
    """A constraint of the database refused a statement. ``constraint`` is its name."""

    def __init__(self, constraint: str) -> None:
        super().__init__(f"constraint {constraint}")
        self.constraint = constraint


class UniqueViolated(ConstraintViolated):
    """A unique index already holds this key (SQLSTATE 23505)."""


class ForeignKeyViolated(ConstraintViolated):
    """A row referred to does not exist, or is still referred to (SQLSTATE 23503)."""


class CheckViolated(ConstraintViolated):
    """A check, or an exclusion, does not hold (SQLSTATE 23514, 23P01)."""
