"""Whether a database that the migrations made is what the tables say."""

from __future__ import annotations

import importlib
from pathlib import Path

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.database.url import read_database_url

# Extensions stay on a downgrade, with everything that belongs to them.
_OBJECTS = """
SELECT name FROM (
    SELECT oid, relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT oid, proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT oid, typname::text FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typelem = 0
) AS objects
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = objects.oid AND d.deptype = 'e')
    AND name NOT LIKE '%alembic_version%'
"""


async def objects(database_url: str) -> set[str]:
    """The names of all tables, functions and types of the database that are no extension's."""
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(_OBJECTS)
    await connection.close()
    return {row[0] for row in rows}


async def differences(database_url: str, metadata: MetaData) -> list[object]:
    """What a new migration would change in the database; nothing, if the history is complete."""
    engine = create_async_engine(read_database_url(database_url).url, poolclass=NullPool)

    def compare(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with engine.connect() as connection:
        found = await connection.run_sync(compare)
    await engine.dispose()
    return found


def newest_revision(package: str) -> str:
    """The head of a service's history, which must be one."""
    folder = Path(str(importlib.import_module(f"{package}.models.migrations").__file__)).parent
    head = ScriptDirectory(str(folder)).get_current_head()
    assert head is not None
    return head
