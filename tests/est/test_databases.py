"""The databases that tests stand on: separate, quick, real."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from est.postgres import EmbeddedPostgres
from est.run.databases import database_urls
from est.settings import load_settings
from shared.database import Database
from shared.database.url import read_database_url
from tests.testkit.postgres import Databases


async def test_databases_are_separate_and_can_be_dropped(
    database_url_factory: Databases, postgres_url: str
) -> None:
    one, two = await database_url_factory.empty(), await database_url_factory.empty()
    first = await asyncpg.connect(one)
    await first.execute("CREATE TABLE here (id int)")
    second = await asyncpg.connect(two)
    assert await second.fetchval("SELECT to_regclass('here')") is None
    await second.close()
    await database_url_factory.drop(one)
    server = await asyncpg.connect(postgres_url)
    names = {row["datname"] for row in await server.fetch("SELECT datname FROM pg_database")}
    await server.close()
    assert one.rsplit("/", 1)[1] not in names
    assert two.rsplit("/", 1)[1] in names
    first.terminate()


async def test_the_embedded_server_is_reached_though_the_environment_asks_for_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As people set it for databases in the cloud; this one speaks none."""
    monkeypatch.setenv("PGSSLMODE", "require")
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        urls = await database_urls(load_settings({}, est_home=tmp_path), server)
        database = Database(read_database_url(urls.auth))
        await database.require()
        await database.dispose()
