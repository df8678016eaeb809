"""The databases that tests stand on: separate, quick, real."""

from __future__ import annotations

import asyncpg

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
