"""The history goes up and down, and ends where the tables say."""

import asyncio

import asyncpg
import pytest

from auth_service.models.tables import metadata
from shared.database.migrations import current_revision, downgrade, migrate
from shared.errors import ServiceUnreachable
from tests.testkit.migrations import differences, newest_revision, objects


async def test_up_down_up(empty_database: str) -> None:
    await migrate(empty_database, "auth_service")
    top = await objects(empty_database)
    assert {"users", "verification_tokens", "outbox"} <= top
    for revision in ("0031", "0030", "0011", "0010", "0004", "0003", "0002", "0001", "base"):
        await downgrade(empty_database, "auth_service", revision)
    assert await objects(empty_database) == set()
    assert await current_revision(empty_database) is None
    await migrate(empty_database, "auth_service")
    assert await objects(empty_database) == top


async def test_instances_that_start_at_once_migrate_once(empty_database: str) -> None:
    await asyncio.gather(*(migrate(empty_database, "auth_service") for _ in range(5)))
    assert await current_revision(empty_database) == newest_revision("auth_service")


async def test_the_tables_are_what_the_history_makes(database_url: str) -> None:
    assert await differences(database_url, metadata) == []


async def test_no_database_names_the_setting() -> None:
    with pytest.raises(ServiceUnreachable, match="DATABASE_URL"):
        await migrate("postgresql://u:hunter2@127.0.0.1:1/d", "auth_service")


async def test_a_database_that_a_newer_version_migrated_is_named(empty_database: str) -> None:
    await migrate(empty_database, "auth_service")
    connection = await asyncpg.connect(empty_database)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()
    with pytest.raises(ServiceUnreachable, match=r"9999.*newer.*DATABASE_URL"):
        await migrate(empty_database, "auth_service")
