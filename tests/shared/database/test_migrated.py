"""A service on a database that is behind, at, or ahead of what it needs."""

from __future__ import annotations

import asyncpg
import pytest

from shared.database import Database
from shared.database.migrated import MigratedDatabase
from shared.database.migrations import downgrade, migrate
from shared.database.url import read_database_url
from tests.testkit.postgres import Databases

PACKAGES = ("auth_service", "catalog_service")


@pytest.mark.parametrize("package", PACKAGES)
async def test_a_service_is_ready_once_its_database_has_the_tables(
    package: str, database_url_factory: Databases
) -> None:
    async with database_url_factory.lent() as url:
        database = Database(read_database_url(url))
        ready = MigratedDatabase(database, package)
        assert "at revision none" in str(await ready.check())
        await migrate(url, package, "0001")
        fault = str(await ready.check())
        assert "at revision 0001" in fault
        assert "migrate it" in fault
        await migrate(url, package)
        assert await ready.check() is None
        await downgrade(url, package, "-1")
        assert "migrate it" in str(await MigratedDatabase(database, package).check())
        await database.dispose()


@pytest.mark.parametrize("package", PACKAGES)
async def test_what_a_newer_version_migrated_is_served(
    package: str, database_url_factory: Databases
) -> None:
    async with database_url_factory.lent(package) as url:
        connection = await asyncpg.connect(url)
        await connection.execute("UPDATE alembic_version SET version_num = 'of tomorrow'")
        await connection.close()
        database = Database(read_database_url(url))
        assert await MigratedDatabase(database, package).check() is None
        await database.dispose()
