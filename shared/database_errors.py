"""The border where the database's errors are renamed, once, in one context manager.

SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.errors import (
    BadUserInput,
    CheckViolated,
    Contended,
    ForeignKeyViolated,
    TimedOut,
    Unavailable,
    UniqueViolated,
    Violation,
)

CONSTRAINTS = {
    "23505": UniqueViolated,
    "23503": ForeignKeyViolated,
    "23514": CheckViolated,
    "23P01": CheckViolated,
}
CONTENDED = {"40001", "40P01"}  # serialisation, deadlock
RETRYABLE = {"55P03", "25006"}  # lock not given in time, read-only standby
CANCELLED = "57014"
# 08 connection, 53 resources (too many connections, disk full), 57P shutdown and start-up
LOST_CLASSES = ("08", "53", "57P", "58")

log = structlog.get_logger(__name__)


@contextmanager
def renamed_database_errors() -> Iterator[None]:
    """Turn what SQLAlchemy, asyncpg and the socket raise into ``shared.errors``.

    Violated constraints → ``ConstraintViolated``; values the database cannot hold (NUL, numbers out
    of range, unknown enum labels) → ``BadUserInput``; deadlocks → ``Contended``; lost, refused or
    exhausted connections, locks not given in time → ``Unavailable``; a statement past its time →
    ``TimedOut``. The rest passes unchanged and ends as INTERNAL.
    """
    try:
        yield
    except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        renamed = _rename(error)
        if renamed is None:
            raise
        raise renamed from error
    except (
        PoolTimeoutError, ResourceClosedError, asyncpg.InternalClientError, OSError, EOFError
    ) as error:  # fmt: skip
        # TimeoutError is an OSError: asyncpg's own command timeout arrives here unwrapped
        log.warning("database unavailable", error=type(error).__name__)
        raise Unavailable from error


def _rename(error: Exception) -> Exception | None:
    cause = _of_asyncpg(error)
    state = str(getattr(cause, "sqlstate", None) or "")
    if state in CONSTRAINTS:
        return CONSTRAINTS[state](str(getattr(cause, "constraint_name", None) or "unknown"))
    if state == CANCELLED:
        return TimedOut()
    if state in CONTENDED:
        return Contended()
    if state in RETRYABLE:
        return Unavailable()
    if state.startswith("22") or _is_rejected_value(cause):
        return BadUserInput(
            [
                Violation(
                    (), "UNSTORABLE_VALUE", "A value cannot be stored: wrong characters or range."
                )
            ]
        )
    if state.startswith(LOST_CLASSES) or _is_lost(error, cause):
        log.warning("database connection lost", sqlstate=state, error=type(cause).__name__)
        return Unavailable()
    return None


def _of_asyncpg(error: Exception) -> BaseException:
    """What asyncpg raised: SQLAlchemy wraps it twice."""
    if not isinstance(error, DBAPIError):
        return error
    return getattr(error.orig, "__cause__", None) or error.orig or error


def _is_lost(error: Exception, cause: BaseException) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(cause, asyncpg.InterfaceError | asyncpg.InternalClientError)


def _is_rejected_value(cause: BaseException) -> bool:
    """Whether asyncpg refused a parameter before sending it (no SQLSTATE then)."""
    return type(cause).__name__ == "DataError"
