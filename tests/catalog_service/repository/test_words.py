"""What the database does to read the words of a search."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from catalog_service.repository.words import read_words
from shared.database import Database

CALLS = text("SELECT sum(calls) FROM pg_stat_xact_user_functions WHERE funcname = 'catalog_fold'")


@pytest.mark.parametrize("searched", ["hausgemacht", "Vollkornbrötchen", "ﷺ" * 200])
async def test_a_word_is_folded_a_few_times_however_long_it_is(
    database: Database, searched: str
) -> None:
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL track_functions = 'all'"))
        (word,) = await read_words(session, searched)
        calls = (await session.execute(CALLS)).scalar_one()
    assert word.typed.startswith("%")
    assert calls <= 5
