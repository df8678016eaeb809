"""The history goes up and down, and ends where the tables say."""

import asyncio

import pytest

from auth_service.models.tables import metadata
from shared.errors import ServiceUnreachable
from shared.migrations import current_revision, downgrade, migrate
from tests.testkit.migrations import differences, newest_revision, objects
from tests.testkit.postgres import Databases


async def test_up_down_up(database_url_factory: Databases) -> None:
    url = await database_url_factory.empty()
    await migrate(url, "auth_service")
    top = await objects(url)
    assert {"users", "verification_tokens", "outbox"} <= top
    for revision in ("0031", "0030", "0011", "0010", "0004", "0003", "0002", "0001", "base"):
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
