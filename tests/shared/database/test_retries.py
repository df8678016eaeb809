"""What fails for the others' sake is tried again: deadlocks, serialization, locks."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import WRITE_ATTEMPTS, Database
from shared.database.reading import Reader
from shared.database.url import read_database_url
from shared.errors import (
    CheckViolated,
    Unavailable,
    UniqueViolated,
)
from tests.shared.database.rows import names


@pytest.fixture
async def two_rows(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO parents VALUES (1, 'a', 0), (2, 'b', 0)"))


async def amounts(database: Database) -> list[int]:
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT amount FROM parents ORDER BY id"))
        return list(rows.scalars())


@pytest.mark.usefixtures("two_rows")
async def test_of_two_that_wait_for_each_other_both_succeed_in_the_end(url: str) -> None:
    database = Database(read_database_url(url), pool_size=5, timeout=60.0)
    runs: list[int] = []
    both_hold_one = asyncio.Event()

    async def crossing(*order: int) -> None:
        async def work(session: AsyncSession) -> None:
            for row in order:
                statement = text("UPDATE parents SET amount = amount + 1 WHERE id = :id")
                await session.execute(statement, {"id": row})
                if row == order[0]:
                    runs.append(row)
                    if len(runs) == 2:
                        both_hold_one.set()
                    await both_hold_one.wait()

        await database.write(work)

    async with asyncio.timeout(60):
        await asyncio.gather(crossing(1, 2), crossing(2, 1))
    assert await amounts(database) == [2, 2]
    assert len(runs) >= 3  # one of them ran again
    await database.dispose()


@pytest.mark.usefixtures("two_rows")
async def test_a_serialization_failure_is_tried_again(database: Database) -> None:
    attempts = 0

    async def work(session: AsyncSession) -> int:
        nonlocal attempts
        attempts += 1
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        await session.execute(text("SELECT * FROM parents"))
        if attempts == 1:
            async with database.transaction() as other:
                await other.execute(text("UPDATE parents SET amount = 7 WHERE id = 1"))
        await session.execute(text("UPDATE parents SET amount = amount + 1 WHERE id = 1"))
        return attempts

    assert await database.write(work) == 2
    assert await amounts(database) == [8, 0]


async def test_what_never_succeeds_is_given_up_and_retryable(database: Database) -> None:
    attempts = 0

    async def work(session: AsyncSession) -> None:
        nonlocal attempts
        attempts += 1
        raise_deadlock = "DO $$ BEGIN RAISE 'no' USING ERRCODE = '40P01'; END $$"
        await session.execute(text(raise_deadlock))

    with pytest.raises(Unavailable):
        await database.write(work)
    assert attempts == WRITE_ATTEMPTS


async def test_other_failures_are_not_tried_again(database: Database) -> None:
    attempts = 0

    async def work(session: AsyncSession) -> None:
        nonlocal attempts
        attempts += 1
        await session.execute(text("INSERT INTO parents VALUES (1, 'a', -1)"))

    with pytest.raises(CheckViolated):
        await database.write(work)
    assert attempts == 1


@pytest.mark.usefixtures("two_rows")
async def test_a_lock_that_is_not_given_in_time_is_retryable(database: Database, url: str) -> None:
    hasty = Database(read_database_url(url), timeout=1.0)
    async with database.transaction() as holder:
        await holder.execute(text("UPDATE parents SET amount = 1 WHERE id = 1"))
        with pytest.raises(Unavailable):
            async with hasty.transaction() as waiting:
                await waiting.execute(text("UPDATE parents SET amount = 2 WHERE id = 1"))
    assert await amounts(database) == [1, 0]
    await hasty.dispose()


async def test_a_lean_write_commits_or_leaves_nothing(database: Database) -> None:
    insert = text("INSERT INTO parents VALUES (:id, :name, :amount)")

    async def write(*rows: tuple[int, str, int]) -> None:
        async def work(connection: Reader) -> None:
            for number, name, amount in rows:
                given = {"id": number, "name": name, "amount": amount}
                await connection.execute(insert, given)

        await database.write_lean(work)

    await write((1, "a", 1))
    with pytest.raises(UniqueViolated):
        await write((3, "c", 1), (2, "a", 1))
    with pytest.raises(CheckViolated):
        await write((3, "c", 1), (2, "b", -1))
    assert await names(database) == {"a"}
    await write((4, "d", 4))
    assert await names(database) == {"a", "d"}


async def test_a_lean_write_is_tried_again(database: Database) -> None:
    attempts = 0

    async def work(connection: Reader) -> str:
        nonlocal attempts
        attempts += 1
        await connection.execute(text("INSERT INTO parents VALUES (1, 'a', 1)"))
        if attempts < WRITE_ATTEMPTS:
            await connection.execute(
                text("DO $$ BEGIN RAISE 'lost' USING ERRCODE = '40P01'; END $$")
            )
        return "made"

    assert await database.write_lean(work) == "made"
    assert (attempts, await names(database)) == (WRITE_ATTEMPTS, {"a"})
