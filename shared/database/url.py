"""One spelling of a database's address: every common one in, SQLAlchemy and asyncpg's out.

Accepts ``postgres://``, ``postgresql://`` and ``postgresql+driver://``, and those of libpq's query
parameters that decide who is spoken to: asyncpg does not know them, or reads them otherwise.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from shared.database.tls import read_tls
from shared.errors import ConfigurationError

SCHEMES = {"postgres", "postgresql"}
IGNORED = {
    "channel_binding", "gssencmode", "target_session_attrs",
    "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
}  # fmt: skip
_KEPT = {"host"}


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database is. ``connect_args`` go to asyncpg beside what the URL holds."""

    url: URL
    connect_args: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Host, port and database name: no user, no password, fit for messages."""
        where = self.url.host or self.url.query.get("host") or "local socket"
        return f"{where}:{self.url.port or 5432}/{self.url.database or ''}"


def read_database_url(text: str) -> DatabaseAddress:
    """The address in ``text``.

    Raises ``ConfigurationError`` naming DATABASE_URL; the text itself is not repeated, because it
    holds a password.
    """
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "DATABASE_URL: must look like postgresql://user:password@host:port/database"
        ) from None
    if url.drivername.partition("+")[0] not in SCHEMES:
        raise ConfigurationError("DATABASE_URL: must begin with postgresql://")
    if not url.database:
        raise ConfigurationError("DATABASE_URL: must name a database after the last slash")
    query = {name: _only(name, value) for name, value in url.query.items() if name not in IGNORED}
    signed_in = url.set(
        username=query.pop("user", url.username), password=query.pop("password", url.password)
    )
    connect_args = _connect_args(query)
    return DatabaseAddress(
        signed_in.set(drivername="postgresql+asyncpg", query=query), connect_args
    )


def _only(name: str, value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return value
    raise ConfigurationError(f"DATABASE_URL: {name} must be given once")


def _connect_args(query: dict[str, str]) -> dict[str, Any]:
    """Take out of ``query`` what asyncpg wants as arguments; refuse what it would not know."""
    given: dict[str, Any] = {}
    tls = read_tls(query)
    if tls is not None:
        given["ssl"] = tls
    if "connect_timeout" in query:
        given["timeout"] = _seconds(query.pop("connect_timeout"))
    if "application_name" in query:
        given["server_settings"] = {"application_name": query.pop("application_name")}
    if unknown := sorted(query.keys() - _KEPT):
        raise ConfigurationError(f"DATABASE_URL: cannot have the parameter {', '.join(unknown)}")
    return given


def _seconds(text: str) -> float:
    if not text.isdecimal() or int(text) < 1:
        raise ConfigurationError("DATABASE_URL: connect_timeout must be a number of seconds")
    return float(text)
