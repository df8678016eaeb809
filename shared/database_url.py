"""One spelling of a database's address: every common one in, SQLAlchemy and asyncpg's out.

Accepts ``postgres://``, ``postgresql://`` and ``postgresql+driver://``, and libpq's ``sslmode=``,
``sslrootcert=`` and ``connect_timeout=``, which asyncpg does not know as query parameters.
"""

import ssl
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from shared.errors import ConfigurationError

SCHEMES = {"postgres", "postgresql"}
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
IGNORED = {"channel_binding", "gssencmode", "target_session_attrs"}


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
    query = dict(url.query)
    connect_args = _connect_args(query)
    kept = {name: value for name, value in query.items() if name not in IGNORED}
    return DatabaseAddress(url.set(drivername="postgresql+asyncpg", query=kept), connect_args)


def _connect_args(query: dict[str, Any]) -> dict[str, Any]:
    """Take out of ``query`` what asyncpg wants as arguments."""
    given: dict[str, Any] = {}
    mode = query.pop("sslmode", None)
    certificate = query.pop("sslrootcert", None)
    if mode is not None and mode not in SSL_MODES:
        raise ConfigurationError(f"DATABASE_URL: sslmode must be one of {', '.join(SSL_MODES)}")
    if certificate is not None and mode in {"verify-ca", "verify-full"}:
        given["ssl"] = _verifying_context(str(certificate), check_host=mode == "verify-full")
    elif mode is not None:
        given["ssl"] = mode
    if "connect_timeout" in query:
        given["timeout"] = float(str(query.pop("connect_timeout")))
    if "application_name" in query:
        given["server_settings"] = {"application_name": str(query.pop("application_name"))}
    return given


def _verifying_context(certificate: str, *, check_host: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = check_host
    try:
        context.load_verify_locations(certificate)
    except OSError as error:
        raise ConfigurationError(f"DATABASE_URL: sslrootcert cannot be read: {error}") from None
    return context
