"""A database with two tables, and the door to it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.database import Database
from shared.database.url import read_database_url

TABLES = """
CREATE TABLE parents (id int PRIMARY KEY, name text UNIQUE, amount int CHECK (amount >= 0));
CREATE TABLE children (parent int REFERENCES parents (id));
"""


@pytest.fixture
async def url(empty_database: str) -> str:
    connection = await asyncpg.connect(empty_database)
    await connection.execute(TABLES)
    await connection.close()
    return empty_database


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(read_database_url(url), pool_size=3, timeout=60.0)
    yield database
    await database.dispose()
