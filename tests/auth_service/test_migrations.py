"""The history goes up and down, and ends where the tables say."""

import asyncio

import asyncpg
import pytest

from auth_service.models.tables import metadata
from shared.errors import ServiceUnreachable
from shared.migrations import current_revision, downgrade, migrate
from tests.testkit.migrations import differences, newest_revision
from tests.testkit.postgres import Databases

# Extensions stay on a downgrade, with everything that belongs to them.
OBJECTS = """
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


async def objects(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(OBJECTS)
    await connection.close()
    return {row[0] for row in rows}


async def test_up_down_up(database_url_factory: Databases) -> None:
    url = await database_url_factory.empty()
    await migrate(url, "auth_service")
    top = await objects(url)
    assert {"users", "verification_tokens", "outbox"} <= top
    for revision in ("0030", "0011", "0010", "0004", "0003", "0002", "0001", "base"):
        await downgrade(url, "auth_service", revision)
    assert await objects(url) == set()
    assert await current_revision(url) is None
    await migrate(url, "auth_service")
    assert await objects(url) == top
    await database_url_factory.drop(url)


async def test_instances_that_start_at_once_migrate_once(database_url_factory: Databases) -> None:
    url = await database_url_factory.empty()
    await asyncio.gather(*(migrate(url, "auth_service") for _ in range(5)))
    assert await current_revision(url) == newest_revision("auth_service")
    await database_url_factory.drop(url)


async def test_the_tables_are_what_the_history_makes(database_url: str) -> None:
    assert await differences(database_url, metadata) == []


async def test_no_database_names_the_setting() -> None:
    with pytest.raises(ServiceUnreachable, match="DATABASE_URL"):
        await migrate("postgresql://u:hunter2@127.0.0.1:1/d", "auth_service")
