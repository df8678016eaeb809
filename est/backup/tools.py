"""PostgreSQL's own programs, pointed at one of our databases."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from sqlalchemy import URL, make_url

from est.errors import BackupFailed, DatabaseUnreachable, PostgresUnavailable
from est.postgres.binaries import find_binaries, major_version
from est.run.databases import BOTH, DatabaseUrls, Service
from shared.database.url import read_database_url

_LAST_LINES = 5


@dataclass(frozen=True, slots=True)
class Target:
    """One database as libpq reads it; the password is in no argument."""

    service: Service
    dsn: str
    password: str | None = field(repr=False)

    @property
    def setting(self) -> str:
        """The setting that names it."""
        return f"{self.service.upper()}_DATABASE_URL"

    def file(self, folder: Path) -> Path:
        """Where its dump lies in ``folder``."""
        return folder / f"{self.service}.dump"

    def environment(self) -> Mapping[str, str]:
        """What a program needs to get in."""
        return {**os.environ, **({"PGPASSWORD": self.password} if self.password else {})}


def targets(urls: DatabaseUrls) -> tuple[Target, ...]:
    """Return both databases."""
    return tuple(
        _target(service, urls.auth if service == "auth" else urls.catalog) for service in BOTH
    )


def _target(service: Service, text: str) -> Target:
    url = read_database_url(text).url  # which knows account and password wherever they stand
    query = dict(make_url(text.strip()).query)
    for elsewhere in ("user", "password"):
        query.pop(elsewhere, None)
    if "ssl" in query:  # asyncpg's word
        query.setdefault("sslmode", query.pop("ssl"))
    dsn = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    return Target(service, dsn.render_as_string(), url.password)


@asynccontextmanager
async def connect(target: Target) -> AsyncIterator[asyncpg.Connection]:
    """Connect while the block lasts. Raises DatabaseUnreachable naming the setting."""
    address = read_database_url(target.dsn)
    dsn = address.url.set(drivername="postgresql").render_as_string()
    try:
        connection = await asyncpg.connect(dsn, password=target.password, **address.connect_args)
    except (OSError, asyncpg.PostgresError) as error:
        raise DatabaseUnreachable(
            f"cannot use the database of {target.service}: {error} (set by {target.setting})"
        ) from error
    try:
        yield connection
    finally:
        await connection.close()


def _program(name: str) -> str:
    """The newest that is there: an older one refuses a newer server."""
    found = [Path(path) for path in (shutil.which(name), _beside_server(name)) if path is not None]
    if not found:
        raise PostgresUnavailable(f"{name} was not found: install PostgreSQL's client programs.")
    return str(max(found, key=lambda program: major_version(program) or 0))


def _beside_server(name: str) -> Path | None:
    """The one that comes with the embedded server."""
    try:
        program = find_binaries().folder / name
    except PostgresUnavailable:
        return None
    return program if program.is_file() else None


async def run_program(name: str, *arguments: str, target: Target) -> None:
    """Run ``pg_dump`` or ``pg_restore``; raises BackupFailed with its last words."""
    process = await asyncio.create_subprocess_exec(
        _program(name),
        *arguments,
        f"--dbname={target.dsn}",
        env=target.environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await process.communicate()
    if process.returncode != 0:
        last = told.decode(errors="replace").strip().splitlines()[-_LAST_LINES:]
        raise BackupFailed(f"{name} failed on {target.service}:\n" + "\n".join(last))
