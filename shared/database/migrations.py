"""Alembic on the app's own connection, under an advisory lock, without a command line.

A service keeps its history in the package ``<package>.models.migrations`` (``env.py`` and
``versions/``); its ``env.py`` is two lines::

    from shared.database.migrations import run_migrations
    run_migrations(SQLModel.metadata)
"""

import asyncio
import importlib
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import structlog
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.database import reason_of
from shared.database.errors import is_lock_not_given, renamed_database_errors
from shared.database.url import read_database_url
from shared.errors import ClientError, ServiceUnreachable, Unavailable

Action = Callable[[Config], None]

LOCK_SECONDS = 2
"""Of waiting for one table: shorter than statements of the services may wait for it."""
PAUSE_SECONDS = 3.0
ATTEMPTS = 24
"""Two minutes together."""

log = structlog.get_logger(__name__)


async def migrate(database_url: str, package: str, revision: str = "head") -> None:
    """Bring the database up to ``revision`` of ``package``'s history.

    All pending revisions run in one transaction, so that a failing one leaves nothing half done; an
    advisory lock lets several instances start at once. Where somebody holds a table (a dump, a long
    report), it steps back and tries again: who waits for such a lock makes everybody wait behind
    it. Raises ``ServiceUnreachable`` naming DATABASE_URL when the database cannot be reached, has
    been migrated by a newer version, or has a table that is held for too long.
    """
    await _with_connection(database_url, package, lambda config: command.upgrade(config, revision))


async def downgrade(database_url: str, package: str, revision: str = "base") -> None:
    """Take the database back to ``revision``."""
    await _with_connection(
        database_url, package, lambda config: command.downgrade(config, revision)
    )


async def current_revision(database_url: str) -> str | None:
    """The revision the database is at, or None before the first."""
    address = read_database_url(database_url)
    engine = create_async_engine(address.url, poolclass=NullPool, connect_args=address.connect_args)
    async with engine.connect() as connection:
        return await connection.run_sync(
            lambda plain: MigrationContext.configure(plain).get_current_revision()
        )


async def _with_connection(database_url: str, package: str, act: Action) -> None:
    address = read_database_url(database_url)
    engine = create_async_engine(address.url, poolclass=NullPool, connect_args=address.connect_args)
    lock = crc32(f"{package} migrations".encode())

    def run(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        config = _config(package, connection)
        try:
            act(config)
        except CommandError as error:
            if unknown := _unknown_revision(config, connection):
                raise ServiceUnreachable(
                    f"the database at {address} is at revision {unknown}, which a newer version "
                    "of this program made: run that one (set by DATABASE_URL)"
                ) from error
            raise

    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with renamed_database_errors():
                    async with engine.begin() as connection:
                        await connection.run_sync(run)
            except Unavailable as error:
                if attempt == ATTEMPTS or not is_lock_not_given(error):
                    raise
                log.warning("migration waits for a table", attempt=attempt)
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return
    except ClientError as error:
        raise ServiceUnreachable(
            f"cannot migrate the database at {address}: {reason_of(error)} (set by DATABASE_URL)"
        ) from error
    finally:
        await engine.dispose()


def _unknown_revision(config: Config, connection: Connection) -> str | None:
    """The revision the database is at, if this version's history does not have it."""
    current = MigrationContext.configure(connection).get_current_revision()
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    return current if current not in known else None


def _config(package: str, connection: Connection) -> Config:
    folder = Path(str(importlib.import_module(f"{package}.models.migrations").__file__)).parent
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def run_migrations(metadata: MetaData) -> None:
    """What a service's ``env.py`` calls: run on the connection that ``migrate`` handed over."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
