"""The history goes up and down, and ends where the tables say."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path

import asyncpg
import pytest

from catalog_service.models.tables import metadata
from shared.database.migrations import current_revision, downgrade, migrate
from tests.catalog_service.kit import Catalog, Person
from tests.testkit.migrations import differences, newest_revision, objects
from tests.testkit.postgres import Databases

COLUMNS = ", ".join(
    column.name for column in metadata.tables["reservations"].columns if column.name != "id"
)
REVISIONS = (
    "0058",
    "0021",
    "0033",
    "0032",
    "0040",
    "0020",
    "0031",
    "0030",
    "0012",
    "0011",
    "0010",
    "0009",
    "0008",
    "0007",
    "0006",
    "0005",
    "0004",
    "0003",
    "0002",
    "0001",
    "base",
)


def cpu_seconds(process: int) -> float:
    """What a process has used so far."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def test_up_down_up(empty_database: str) -> None:
    await migrate(empty_database, "catalog_service")
    top = await objects(empty_database)
    assert {"places", "offers", "reservations", "catalog_hold_standings"} <= top
    for revision in REVISIONS:
        await downgrade(empty_database, "catalog_service", revision)
    assert await objects(empty_database) == set()
    assert await current_revision(empty_database) is None
    await migrate(empty_database, "catalog_service")
    assert await objects(empty_database) == top


async def test_instances_that_start_at_once_migrate_once(empty_database: str) -> None:
    await asyncio.gather(*(migrate(empty_database, "catalog_service") for _ in range(5)))
    assert await current_revision(empty_database) == newest_revision("catalog_service")


async def test_the_tables_are_what_the_history_makes(database_url: str) -> None:
    assert await differences(database_url, metadata) == []


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE offers SET quantity_available = -1", "ck_offers_quantity_available"),
        ("UPDATE offers SET quantity_available = 11", "ck_offers_quantity_available"),
        ("UPDATE offers SET price_amount = 5.01", "ck_offers_price_amount"),
        ("UPDATE offers SET price_amount = -1", "ck_offers_price_amount"),
        ("UPDATE offers SET pickup_end = pickup_start", "ck_offers_pickup_window"),
        (
            "UPDATE offers SET pickup_end = pickup_start + interval '48 hours 1 second'",
            "ck_offers_pickup_window",
        ),
        ("UPDATE offers SET status = 'sold'", "ck_offers_status"),
        ("UPDATE reservations SET quantity = 0", "ck_reservations_quantity"),
        ("UPDATE reservations SET status = 'LOST'", "ck_reservations_status"),
        ("DELETE FROM offers", "fk_reservations_offer_id"),
        ("DELETE FROM places", "fk_partnerships_place_id"),
        ("UPDATE places SET latitude = 91", "ck_places_latitude"),
        ("UPDATE partnerships SET role = 'BOSS'", "ck_partnerships_role"),
        (
            """INSERT INTO partnerships (id, partner_user_id, place_id, role)
            SELECT gen_random_uuid(), partner_user_id, place_id, 'STAFF' FROM partnerships""",
            "uq_partnerships_partner_user_id_place_id",
        ),
        (
            f"""INSERT INTO reservations (id, {COLUMNS})
            SELECT gen_random_uuid(), {COLUMNS} FROM reservations""",
            "uq_reservations_idempotency_key",
        ),
    ],
)
async def test_constraints_hold_what_must_always_be_true(
    catalog: Catalog, owner: Person, customer: Person, statement: str, constraint: str
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    await catalog.hold(customer, offer)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await catalog.sql(statement)
    assert refused.value.constraint_name == constraint


async def test_an_unknown_time_zone_is_refused_by_the_database(
    catalog: Catalog, owner: Person
) -> None:
    await catalog.open_place(owner)
    with pytest.raises(asyncpg.InvalidParameterValueError):
        await catalog.sql("UPDATE places SET time_zone = 'Mars/Olympus'")


@pytest.mark.parametrize("table", ["places", "partnerships", "offers", "reservations"])
async def test_updated_at_moves_by_itself(
    catalog: Catalog, owner: Person, customer: Person, table: str
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    await catalog.hold(customer, offer)
    await catalog.sql(f"UPDATE {table} SET created_at = created_at - interval '1 day'")
    before = (await catalog.sql(f"SELECT updated_at FROM {table}"))[0][0]
    await catalog.sql(f"UPDATE {table} SET updated_at = 'epoch'")
    after = (await catalog.sql(f"SELECT updated_at FROM {table}"))[0][0]
    assert after > before


INDEXED = {
    "ix_offers_listed_by_start": "SELECT * FROM offers WHERE status = 'active' AND deleted_at IS"
    " NULL AND pickup_start > now() ORDER BY pickup_start, id LIMIT 21",
    "ix_offers_found": "SELECT * FROM offers WHERE deleted_at IS NULL"
    " AND search_text LIKE catalog_search_pattern('bread') AND search_title LIKE '%bread%'"
    " AND tag_keys @> '{vegan}' AND diets && '{vegan}'"
    " AND catalog_short_keys(search_text) @> '{or}'",
    "ix_offers_listed_by_discount": "SELECT * FROM offers WHERE status = 'active' AND deleted_at"
    " IS NULL AND discount >= 50 ORDER BY discount DESC, id DESC LIMIT 21",
    "ix_places_name": "SELECT * FROM places WHERE search_name LIKE '% bakery %'",
    "ix_places_box": "SELECT * FROM places WHERE latitude BETWEEN 52 AND 53"
    " AND longitude BETWEEN 13 AND 14",
    "ix_places_currency": "SELECT max(currency) FROM places",
    "ix_search_words_typos": "SELECT * FROM search_words"
    " WHERE catalog_typo_keys(word) && catalog_typo_keys('braed')",
    "ix_places_earth": "SELECT * FROM places WHERE earth_box(ll_to_earth(52.5, 13.4), 5000)"
    " @> ll_to_earth(latitude, longitude)",
    "ix_places_search": "SELECT * FROM places WHERE search_text"
    " LIKE catalog_search_pattern('bakery')",
    "ix_reservations_live_until": "SELECT * FROM reservations WHERE status = 'RESERVED'"
    " AND pickup_end < now() ORDER BY pickup_end LIMIT 500",
}


@pytest.fixture(scope="module")
async def unfilled_database(database_url_factory: Databases) -> AsyncIterator[str]:
    """A database in which nothing ever was: what was counted of another's tables moves plans."""
    async with database_url_factory.lent("catalog_service") as url:
        yield url


@pytest.mark.parametrize("index", INDEXED)
async def test_what_is_searched_has_an_index(unfilled_database: str, index: str) -> None:
    connection = await asyncpg.connect(unfilled_database)
    change = connection.transaction()
    await change.start()
    await connection.execute("SET enable_seqscan = off; SET enable_sort = off")
    # On an empty table any index will do; without this one the right one is left.
    await connection.execute("DROP INDEX ix_offers_place_id")
    plan = await connection.fetch(f"EXPLAIN {INDEXED[index]}")
    await change.rollback()
    await connection.close()
    assert any(index in row[0] for row in plan), plan


@pytest.fixture
async def both_short_keys(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Where ``catalog_short_keys`` has beside it what it was when offers were indexed first."""
    versions = "catalog_service.models.migrations.versions"
    before = import_module(f"{versions}.v0050_one_index_for_searches")
    connection = await asyncpg.connect(database_url)
    change = connection.transaction()
    await change.start()
    await connection.execute(before.SHORT_KEYS.replace("short_keys", "short_keys_before"))
    yield connection
    await change.rollback()
    await connection.close()


async def test_keys_of_short_words_are_those_that_were_indexed(
    both_short_keys: asyncpg.Connection,
) -> None:
    texts = [
        "",
        " ",
        "rye",
        "rye 面包房",
        "面",
        "面,包 a面包b!",
        "ขนมปัง 2 ชิ้น",
        "🍞🥐 é…",
        "한국 빵-가",
        "クラ" * 99,
    ]
    for folded in texts:
        row = await both_short_keys.fetchrow(
            "SELECT catalog_short_keys($1) AS now, catalog_short_keys_before($1) AS before", folded
        )
        assert row["now"] == row["before"]


async def test_the_longest_word_costs_no_more_for_each_of_its_letters(
    both_short_keys: asyncpg.Connection,
) -> None:
    """Each change of an offer reads its text again: 2,000 signs of six letters each, once folded.

    Letters that are counted from the beginning, each anew, cost many times as much. Both ways are
    measured here, in time of the processor: a slow machine is slow for both.
    """
    process = both_short_keys.get_server_pid()
    found, used = [], []
    for function in ("catalog_short_keys", "catalog_short_keys_before"):
        began = cpu_seconds(process)
        found.append(
            await both_short_keys.fetchval(f"SELECT {function}(catalog_fold($1))", "㌕" * 2000)
        )
        used.append(cpu_seconds(process) - began)
    now, before = found
    assert set(now) == set(before) >= {"キ", "キロ", "ムキ"}
    used_now, used_before = used
    assert used_now < used_before / 4


async def test_partnerships_of_before_outlast_what_is_older_than_they_are(
    own_catalog: Catalog, owner: Person, stranger: Person
) -> None:
    """As it was before versions were kept with them: only events of after the upgrade end them."""
    catalog = own_catalog
    await catalog.tell(owner, version=4)
    known, unknown = await catalog.open_place(owner), await catalog.open_place(stranger)
    before = await catalog.sql("SELECT updated_at FROM partnerships ORDER BY id")
    await downgrade(catalog.database_url, "catalog_service", "0056")
    await migrate(catalog.database_url, "catalog_service")
    assert await catalog.sql("SELECT updated_at FROM partnerships ORDER BY id") == before
    for person in (owner, stranger):
        await catalog.tell(person, version=3, role="user")
    left = await catalog.sql("SELECT place_id, is_active FROM partnerships")
    assert dict(left) == {known: True, unknown: False}
    await catalog.tell(owner, version=5, role="user")
    assert await catalog.sql("SELECT 1 FROM partnerships WHERE is_active") == []
