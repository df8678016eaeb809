"""`est create-admin`: the first administrator, its password from stdin and never from argv."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import asyncpg
import pytest

from tests.faults.test_disk import FULL, fills
from tests.testkit.postgres import Databases

ROOT = Path(__file__).parents[2]
PASSWORD = "Correct-Horse-9"


async def create_admin(
    url: str, *arguments: str, password: str = PASSWORD, **environment: str
) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "est", "create-admin", *arguments),
        cwd=ROOT,
        env={**os.environ, "AUTH_DATABASE_URL": url, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate(f"{password}\n".encode())
    return process.returncode or 0, told.decode()


@pytest.fixture
async def empty_database(database_url_factory: Databases) -> str:
    return await database_url_factory.empty()


async def test_the_first_admin_of_an_empty_database(empty_database: str) -> None:
    code, told = await create_admin(empty_database, "chief@est.example")
    assert code == 0, told
    assert "chief@est.example is an administrator" in told
    assert PASSWORD not in told
    connection = await asyncpg.connect(empty_database)
    row = await connection.fetchrow(
        "SELECT email, role::text, is_verified, password_hash FROM users"
    )
    await connection.close()
    assert (row["email"], row["role"].lower(), row["is_verified"]) == (
        *("chief@est.example", "admin", True),
    )
    assert row["password_hash"].startswith("$2b$12$")

    code, told = await create_admin(empty_database, "Chief@est.example")
    assert code == 1
    assert "already has an account" in told


async def test_the_password_is_hashed_as_auth_is_told_to(empty_database: str) -> None:
    code, told = await create_admin(empty_database, "chief@est.example", BCRYPT_COST="5")
    assert code == 0, told
    connection = await asyncpg.connect(empty_database)
    kept = await connection.fetchval("SELECT password_hash FROM users")
    await connection.close()
    assert kept.startswith("$2b$05$")


async def test_what_auth_would_refuse_makes_no_admin(empty_database: str) -> None:
    given = {"ENV": "prod", "BCRYPT_COST": "11"}
    code, told = await create_admin(empty_database, "chief@est.example", **given)
    assert code == 1
    assert "BCRYPT_COST: must be at least 12 unless ENV=dev" in told
    connection = await asyncpg.connect(empty_database)
    tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE tablename = 'users'")
    await connection.close()
    assert tables == 0


async def test_a_weak_password_and_a_bad_address_are_both_told(empty_database: str) -> None:
    code, told = await create_admin(empty_database, "nobody", password="short")
    assert code == 1
    assert "address" in told
    assert "8 characters" in told
    assert "Traceback" not in told


async def test_a_password_is_no_argument(empty_database: str) -> None:
    code, told = await create_admin(empty_database, "chief@est.example", PASSWORD)
    assert code == 2
    assert "chief@est.example is an administrator" not in told


async def test_a_database_that_does_not_answer_is_named() -> None:
    code, told = await create_admin("postgresql://est:secret@127.0.0.1:9/none", "a@est.example")
    assert code == 1
    assert "AUTH_DATABASE_URL" in told
    assert "secret" not in told


async def test_a_database_whose_disk_is_full_is_named_with_the_reason(
    database_url_factory: Databases,
) -> None:
    url = await database_url_factory("auth_service")
    connection = await asyncpg.connect(url)
    await connection.execute(FULL + fills("users"))
    await connection.close()
    code, told = await create_admin(url, "chief@est.example")
    assert code == 1
    assert "AUTH_DATABASE_URL" in told
    assert "No space left on device" in told
    assert "Traceback" not in told


async def test_a_disk_that_is_full_before_there_are_tables(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    await connection.execute(FULL.replace("RETURNS trigger", "RETURNS event_trigger"))
    await connection.execute(
        "CREATE EVENT TRIGGER is_full ON ddl_command_start EXECUTE FUNCTION is_full()"
    )
    await connection.close()
    code, told = await create_admin(empty_database, "chief@est.example")
    assert code == 1
    assert "AUTH_DATABASE_URL" in told
    assert "No space left on device" in told
    assert "Traceback" not in told
