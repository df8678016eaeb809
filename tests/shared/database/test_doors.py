"""The database door on a real PostgreSQL: transactions, reads, and errors under their new names."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Database
from shared.database.url import read_database_url
from shared.errors import (
    BadUserInput,
    CheckViolated,
    ForeignKeyViolated,
    ServiceUnreachable,
    TimedOut,
    Unavailable,
    UniqueViolated,
)
from tests.shared.database.rows import names


async def test_a_transaction_commits_when_its_block_ends(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO parents VALUES (1, 'a', 1)"))
        assert await names(database) == set()
    assert await names(database) == {"a"}


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def insert_and_fail() -> None:
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO parents VALUES (1, 'a', 1)"))
            raise KeyError

    with pytest.raises(KeyError):
        await insert_and_fail()
    assert await names(database) == set()


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("INSERT INTO parents VALUES (2, 'a', 1)", UniqueViolated),
        ("INSERT INTO parents VALUES (3, 'b', -1)", CheckViolated),
        ("INSERT INTO children VALUES (99)", ForeignKeyViolated),
    ],
)
async def test_violations_are_named(
    database: Database, statement: str, error: type[UniqueViolated]
) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO parents VALUES (1, 'a', 1)"))
    with pytest.raises(error) as caught:
        async with database.transaction() as session:
            await session.execute(text(statement))
    assert caught.value.constraint in {
        "parents_name_key",
        "parents_amount_check",
        "children_parent_fkey",
    }


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
async def test_text_that_cannot_be_stored_is_bad_input(database: Database, value: str) -> None:
    with pytest.raises(BadUserInput):
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO parents VALUES (1, :name, 1)"), {"name": value})


@pytest.mark.parametrize("value", [2**31, 2**63, 2**70])
async def test_numbers_past_the_columns_range_are_bad_input(database: Database, value: int) -> None:
    with pytest.raises(BadUserInput):
        async with database.read() as connection:
            await connection.execute(
                text("SELECT * FROM parents WHERE id = cast(:id AS int)"), {"id": value}
            )


async def test_a_statement_that_takes_too_long(url: str) -> None:
    database = Database(read_database_url(url), timeout=0.3)
    with pytest.raises((TimedOut, Unavailable)):
        async with database.read() as connection:
            await connection.execute(text("SELECT pg_sleep(60)"))
    await until_served(lambda: names(database))
    await database.dispose()


async def until_waiting(connection: asyncpg.Connection, count: int) -> None:
    """Until so many statements wait for what others hold."""
    waiting = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'"""
    async with asyncio.timeout(60):
        while await connection.fetchval(waiting) < count:
            await asyncio.sleep(0.02)


async def until_served(ask: Callable[[], Awaitable[object]]) -> None:
    """A busy machine needs longer than the little time that a test of its end gives."""
    async with asyncio.timeout(60):
        while True:
            with suppress(TimedOut, Unavailable):
                await ask()
                return


@pytest.mark.parametrize("way", ["read", "transaction"])
async def test_an_exhausted_pool_is_unavailable_not_endless_and_recovers(
    url: str, way: str
) -> None:
    """Of both pools; neither who is refused nor who gives up takes a connection along."""
    database = Database(read_database_url(url), pool_size=2, timeout=0.5)
    take: Any = getattr(database, way)

    async def ask() -> None:
        async with take() as connection:
            await connection.execute(text("SELECT 1"))

    async def ask_twice() -> None:
        await asyncio.gather(ask(), ask())

    await until_served(ask_twice)  # both are open
    async with take() as one, take() as two:
        for each in (one, two):
            if isinstance(each, AsyncSession):
                await each.connection()
        leaving = [asyncio.create_task(ask()) for _ in range(10)]
        refused = [asyncio.create_task(ask()) for _ in range(10)]
        await asyncio.sleep(0.05)
        for task in leaving:
            task.cancel()
        async with asyncio.timeout(30):
            ended = await asyncio.gather(*refused, return_exceptions=True)
        assert {type(end) for end in ended} == {Unavailable}
        assert all(isinstance(end, Unavailable) and end.extensions()["retryable"] for end in ended)
    async with asyncio.timeout(30):
        for _ in range(5):
            await until_served(ask_twice)
    await database.dispose()


async def test_connections_that_were_cut_are_unavailable_once_at_most_then_healed(
    database: Database, url: str
) -> None:
    await asyncio.gather(*(names(database) for _ in range(3)))
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))
    killer = await asyncpg.connect(url)
    await killer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await killer.close()
    with pytest.raises(Unavailable):
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
    with suppress(Unavailable):  # unless the pool saw already that they are gone
        await names(database)
    assert await names(database) == set()
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))


@pytest.mark.parametrize("way", ["read", "transaction"])
async def test_a_connection_that_is_cut_takes_those_of_its_time_along(
    database: Database, way: str
) -> None:
    """Those are about to be cut too, and would each cost somebody an answer to find out."""
    take: Any = getattr(database, way)

    async def backends() -> set[int]:
        async with take() as one, take() as two, take() as three:
            asked = [
                await each.execute(text("SELECT pg_backend_pid()")) for each in (one, two, three)
            ]
            return {found.scalar_one() for found in asked}

    before = await backends()
    with pytest.raises(Unavailable):
        async with take() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    after = await backends()
    assert len(after) == 3
    assert not before & after


async def test_nobody_there_names_the_setting() -> None:
    database = Database(read_database_url("postgresql://u:hunter2@127.0.0.1:1/d"), timeout=1.0)
    with pytest.raises(ServiceUnreachable, match=r"127\.0\.0\.1:1/d.*DATABASE_URL") as caught:
        await database.require()
    assert "hunter2" not in str(caught.value)
    assert "does not answer" in str(await database.check())
    await database.dispose()


async def test_a_database_that_does_not_exist_names_the_setting(url: str) -> None:
    missing = url.rpartition("/")[0] + f"/missing_{uuid.uuid4().hex}"
    database = Database(read_database_url(missing), timeout=60.0)
    with pytest.raises(ServiceUnreachable, match=r"does not exist.*DATABASE_URL"):
        await database.require()
    await database.dispose()


async def test_clocks_agree_on_one_machine(database: Database) -> None:
    assert abs(await database.clock_skew()) < 30
    assert await database.check() is None


async def test_an_index_that_a_cancelled_making_left_is_named_at_the_start(
    database: Database, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await database.require_at_start()
    assert "not valid" not in capsys.readouterr().out
    holder, maker = await asyncpg.connect(url), await asyncpg.connect(url)
    try:
        held = holder.transaction()
        await held.start()
        await holder.execute("INSERT INTO children VALUES (NULL)")
        making = asyncio.create_task(
            maker.execute("CREATE INDEX CONCURRENTLY ix_left ON children (parent)")
        )
        await until_waiting(holder, 1)  # for that transaction
        await holder.execute("SELECT pg_cancel_backend($1)", maker.get_server_pid())
        with pytest.raises(asyncpg.QueryCanceledError):
            await making
        await held.rollback()
    finally:
        await holder.close()
        await maker.close()
    await database.require_at_start()
    assert "REINDEX INDEX CONCURRENTLY ix_left" in capsys.readouterr().out


async def test_a_clock_an_hour_off_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def an_hour_ahead(_self: Database) -> float:
        return 3600.0

    monkeypatch.setattr(Database, "clock_skew", an_hour_ahead)
    assert "3600 s" in str(await database.check())
