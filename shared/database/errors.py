"""The border where the database's errors are renamed, once, in one context manager.

SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.connection_faults import fault_of
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
LOCK_NOT_GIVEN = "55P03"
READ_ONLY = "25006"  # a standby
RETRYABLE = {LOCK_NOT_GIVEN, READ_ONLY}
CANCELLED = "57014"
# 08 connection, 53 resources (too many connections, disk full), 57P shutdown and start-up,
# 25P03 and 25P04 a transaction that was idle or took too long, 26 a prepared statement that a
# pooler gave to somebody else's connection
LOST_CLASSES = ("08", "53", "57P", "58", "25P03", "25P04", "26")
# 28 wrong password, 3D no such database: an operator's to mend, nothing that clients did
NOT_LET_IN = ("28", "3D")
# Another instance migrated while this one runs: asyncpg has forgotten its statements by the time
# this is raised, so that a transaction need only begin anew.
OUTDATED = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)

log = structlog.get_logger(__name__)


@contextmanager
def renamed_database_errors() -> Iterator[None]:
    """Turn what SQLAlchemy, asyncpg and the socket raise into ``shared.errors``.

    Violated constraints → ``ConstraintViolated``; values the database cannot hold (NUL, numbers out
    of range, unknown enum labels) → ``BadUserInput``; deadlocks, and statements prepared for a
    schema that has changed since → ``Contended``; lost, refused or exhausted connections, locks not
    given in time → ``Unavailable``; a statement past its time → ``TimedOut``. The rest passes
    unchanged and ends as INTERNAL.
    """
    try:
        yield
    except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, *OUTDATED) as error:
        renamed = _rename(error)
        if renamed is None:
            raise
        raise renamed from error
    except (
        PoolTimeoutError, ResourceClosedError, asyncpg.InternalClientError, OSError, EOFError
    ) as error:  # fmt: skip
        # TimeoutError is an OSError: asyncpg's own command timeout arrives here unwrapped
        log.warning("database unavailable", error=fault_of(error))
        raise Unavailable from error


def is_not_let_in(error: BaseException) -> bool:
    """Whether the server refuses this user or knows no such database: asking again is no use."""
    return _root_state(error).startswith(NOT_LET_IN)


def may_pass(error: BaseException) -> bool:
    """Whether a server is there that is full, starting, stopping or silent."""
    return isinstance(_root(error), TimeoutError) or _root_state(error).startswith(("53", "57P"))


def is_lock_not_given(error: BaseException) -> bool:
    """Whether somebody else held on to what was wanted."""
    return _root_state(error) == LOCK_NOT_GIVEN


def is_read_only(error: BaseException) -> bool:
    """Whether the server takes no writes."""
    return _root_state(error) == READ_ONLY


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _root_state(error: BaseException) -> str:
    return str(getattr(_root(error), "sqlstate", None) or "")


def _rename(error: Exception) -> Exception | None:
    cause = _of_asyncpg(error)
    state = str(getattr(cause, "sqlstate", None) or "")
    if state in CONSTRAINTS:
        return CONSTRAINTS[state](str(getattr(cause, "constraint_name", None) or "unknown"))
    if state == CANCELLED:
        return TimedOut()
    if state in CONTENDED or isinstance(cause, OUTDATED):
        return Contended()
    if state in RETRYABLE:
        return Unavailable()
    if state.startswith("22") or is_rejected_value(cause):
        return BadUserInput(
            [
                Violation(
                    (), "UNSTORABLE_VALUE", "A value cannot be stored: wrong characters or range."
                )
            ]
        )
    if state.startswith(NOT_LET_IN):
        log.error("database lets nobody in", sqlstate=state, error=type(cause).__name__)
        return Unavailable()
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


def is_rejected_value(error: BaseException) -> bool:
    """Whether asyncpg refused a parameter before sending it (no SQLSTATE then)."""
    return isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
