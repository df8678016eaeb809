"""Demo data: complete, loaded once, and never beside somebody's own."""

from __future__ import annotations

import asyncpg
import pytest

from est.admin import create_admin
from est.demo.load import ABSENT, KEPT, LOADED, load_demo
from est.demo.people import EVERYONE
from est.errors import OperatorError
from est.run.databases import DatabaseUrls
from est.settings import Settings
from tests.testkit.postgres import Databases


@pytest.fixture
async def urls(database_url_factory: Databases) -> DatabaseUrls:
    return DatabaseUrls(
        await database_url_factory("auth_service"), await database_url_factory("catalog_service")
    )


async def count(url: str, table: str) -> int:
    connection = await asyncpg.connect(url)
    number = await connection.fetchval(f"SELECT count(*) FROM {table}")
    await connection.close()
    return int(number)


async def test_demo_data_is_loaded_once(urls: DatabaseUrls) -> None:
    told: list[str] = []
    assert await load_demo(Settings(), urls, lambda: told.append("migrated")) == LOADED
    assert told == ["migrated"]
    assert await count(urls.auth, "users") == len(EVERYONE)
    offers = await count(urls.catalog, "offers")
    assert offers >= 200
    assert await load_demo(Settings(), urls, lambda: None) == KEPT
    assert await count(urls.catalog, "offers") == offers


async def test_demo_data_is_not_loaded_beside_own_accounts(urls: DatabaseUrls) -> None:
    await create_admin(Settings(), urls, "chief@est.example", "Correct-Horse-9")
    assert await load_demo(Settings(), urls, lambda: None) == ABSENT
    assert await count(urls.auth, "users") == 1
    assert await count(urls.catalog, "offers") == 0


@pytest.mark.parametrize("env", ["staging", "prod"])
async def test_demo_data_is_for_development_only(env: str) -> None:
    with pytest.raises(OperatorError, match="ENV=dev only"):
        await load_demo(Settings(env=env), DatabaseUrls(), lambda: None)
