"""The one family of errors that `est` explains to whoever typed the command.

    OperatorError
    ├── PostgresUnavailable     the embedded database cannot be found, made or started
    ├── PortTaken               names the setting that chooses another port
    ├── HomeTaken               another run works in the same folder
    ├── ServerFailed            a server died or did not become ready: its name and last log lines
    ├── DatabaseUnreachable     names the setting with the URL
    ├── BackupFailed            what PostgreSQL's programs said, or why they were not asked
    └── SchemaFault             the schema does not compose, drifted, or breaks clients

Anything else is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class OperatorError(Exception):
    """Something that the operator can mend; the text says what and how."""


class PostgresUnavailable(OperatorError):
    """The embedded PostgreSQL cannot be found, made or started."""


class PortTaken(OperatorError):
    """Another program listens where one of ours should."""


class HomeTaken(OperatorError):
    """Another `est run` works in the same folder."""


class ServerFailed(OperatorError):
    """A server died, or did not become ready in time."""


class DatabaseUnreachable(OperatorError):
    """A database named in the settings does not answer or does not exist."""


class BackupFailed(OperatorError):
    """A backup could not be made or restored."""


class SchemaFault(OperatorError):
    """The schema does not compose, drifted from the code, or would break clients."""


@contextmanager
def first_of_group() -> Iterator[None]:
    """Raise the first error of a task group that speaks to the operator instead of the group."""
    try:
        yield
    except BaseExceptionGroup as group:
        reported: BaseException | None = group.subgroup(OperatorError)
        while isinstance(reported, BaseExceptionGroup):
            reported = reported.exceptions[0]
        if reported is None:
            raise
        raise reported from None
