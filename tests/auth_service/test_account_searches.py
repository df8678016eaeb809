"""However accounts are found, along the order or gathered, it is what one plain statement gives."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import datetime
from itertools import product
from uuid import UUID

import asyncpg
import pytest

from auth_service.domain.account_search import AccountSearch, AccountState
from auth_service.domain.user import Role
from auth_service.repository import account_searches
from benchmarks.accounts.data import NEW_DOMAIN, load
from shared.database import Database
from shared.database.reading import Reader
from shared.database.url import read_database_url

ACCOUNTS, PAGE = 700, 10
TEXTS = (None, "anna", "muller", "anna muller", "koch mail.example", NEW_DOMAIN, "zzyzx", "%", "so")
WAYS = {"walking": (3, 0.0), "gathering": (3, 10**9), "as it is": (1_000, 3.4)}
STATES = {
    None: "true",
    AccountState.SUSPENDED: "suspended_at IS NOT NULL",
    AccountState.PENDING: "NOT is_approved",
    AccountState.ACTIVE: "suspended_at IS NULL AND is_approved",
}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    await load(database_url, ACCOUNTS, entries=0)
    made = Database(read_database_url(database_url), pool_size=1)
    yield made
    await made.dispose()


async def ids(reader: Reader, search: AccountSearch) -> list[UUID]:
    """All that are found, page by page."""
    found: list[UUID] = []
    after: tuple[datetime, UUID] | None = None
    while True:
        rows = await account_searches.list_users(reader, search=search, after=after, limit=PAGE)
        found += [user.id for user in rows]
        if len(rows) < PAGE:
            return found
        after = rows[-1].created_at, rows[-1].id


async def test_all_ways_give_the_same_pages(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, sizes = random.Random(4), set()
    plain = """SELECT id FROM users WHERE ($1::text IS NULL OR role = $1) AND {}
        AND (SELECT bool_and(search_text LIKE auth_search_pattern(word))
            FROM unnest($2::text[]) AS word) IS NOT FALSE ORDER BY created_at, id"""
    connection = await asyncpg.connect(database_url)
    cases = [*product(TEXTS, (None, *Role), STATES)]
    for text, role, state in chance.sample(cases, 40):
        search = AccountSearch(text, role, state)
        words = (text or "").split()
        rows = await connection.fetch(plain.format(STATES[state]), role, words)
        expected = [row["id"] for row in rows]
        sizes.add(len(expected))
        for window, row_cost in WAYS.values():
            monkeypatch.setattr(account_searches, "FIRST_WINDOW", window)
            monkeypatch.setattr(account_searches, "ROW_COST", row_cost)
            async with database.read() as reader:
                assert await ids(reader, search) == expected, search
    await connection.close()
    assert 0 in sizes
    assert max(sizes) > 5 * PAGE


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("so", True),
        ("s", True),
        ("ko", True),
        ("x2", True),
        ("ma", True),
        ("ren", True),
        ("en", False),
        ("oc", False),
        ("o", False),
        ("æ", True),
        (".x", True),
        ("@", True),
        ("李", True),
        ("小", True),
    ],
)
async def test_short_words_are_beginnings(
    database_url: str, database: Database, text: str, is_found: bool
) -> None:
    """Of what is parted by signs, too; other scripts part no words, and are found anywhere."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("TRUNCATE users CASCADE")
    account = await connection.fetchval(
        "INSERT INTO users (id, email, email_canonical, password_hash, role, display_name) VALUES"
        " (gen_random_uuid(), 'soren.x2@mail.example', 'a@b', '', 'user', 'Ægir Koch 李小龙')"
        " RETURNING id"
    )
    await connection.close()
    async with database.read() as reader:
        found = await ids(reader, AccountSearch(text))
    assert found == ([account] if is_found else [])
