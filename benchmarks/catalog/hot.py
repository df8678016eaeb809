"""One hot offer: 32 customers at once reserve portions of it, each for the first time.

The use case in process, against a bare asyncpg loop of the statements that it was seen to run: the
reservation with its history and figures, and the wish for a letter. Rates, medians of interleaved
rounds; both have as many connections.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import event

from benchmarks.catalog.database import catalog_with
from catalog_service.domain.pickup import new_pickup_code
from catalog_service.domain.reservations import CustomerLimits, ReservationRequest
from catalog_service.services.reserve_offer import reserve_offer
from shared.database import Database
from shared.database.url import read_database_url

CALLERS = 32
CONNECTIONS = 10
LIMITS = CustomerLimits(live=100, cycles=100)
_HOT = """
    UPDATE offers SET status = 'active', quantity_total = 100000, quantity_available = 100000,
        max_per_customer = NULL, pickup_start = now() + interval '1 hour',
        pickup_end = now() + interval '3 hours'
    WHERE id = (SELECT id FROM offers LIMIT 1) RETURNING id
"""
_REFILL = "UPDATE offers SET quantity_available = quantity_total WHERE id = $1"

Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One reservation as statements, and which of their values each new one makes anew."""

    statements: Sequence[Statement]
    fresh: dict[Any, Callable[[], Any]]

    def again(self) -> list[Statement]:
        """The statements of another customer's reservation."""
        made = {old: make() for old, make in self.fresh.items()}
        return [
            (sql, tuple(_renewed(value, made) for value in values))
            for sql, values in self.statements
        ]


def _renewed(value: Any, made: dict[Any, Any]) -> Any:
    if isinstance(value, list):
        return [made.get(each, each) for each in value]
    return made.get(value, value)


async def measure(rounds: int, reservations: int) -> None:
    """Print both rates."""
    async with catalog_with(10_000) as url:
        database = Database(read_database_url(url), pool_size=CONNECTIONS)
        pool = await asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS)
        try:
            offer: UUID = await pool.fetchval(_HOT)
            recorded = await record(database, offer)
            found: dict[str, list[float]] = {"use case": [], "bare": []}
            for number in range(rounds + 1):
                for name, one in (
                    ("use case", lambda: by_use_case(database, offer)),
                    ("bare", lambda: by_statements(pool, recorded)),
                ):
                    await pool.execute(_REFILL, offer)
                    rate = await _rate(one, reservations)
                    if number:  # the first round warms up
                        found[name].append(rate)
        finally:
            await pool.close()
            await database.dispose()
    _print(found, recorded)


async def record(database: Database, offer: UUID) -> Recorded:
    """Make one reservation and keep what was sent to the database."""
    seen: list[Statement] = []

    def keep(
        _connection: Any, _cursor: Any, sql: str, values: tuple[Any, ...], *_more: Any
    ) -> None:
        seen.append((sql, values))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", keep)
    wish = request(offer)
    made = await database.write(lambda session: reserve_offer(session, wish, LIMITS))
    event.remove(engine, "before_cursor_execute", keep)
    ids = {v for _, values in seen for v in values if isinstance(v, UUID)} - {offer}
    fresh: dict[Any, Callable[[], Any]] = dict.fromkeys(ids, uuid4)
    fresh[wish.idempotency_key] = lambda: uuid4().hex
    fresh[made.pickup_code] = new_pickup_code
    return Recorded(seen, fresh)


def request(offer: UUID) -> ReservationRequest:
    """One portion for somebody new."""
    return ReservationRequest(uuid4(), offer, 1, uuid4().hex)


async def by_use_case(database: Database, offer: UUID) -> None:
    """One reservation by the use case, in its transaction."""
    wish = request(offer)
    await database.write_lean(lambda connection: reserve_offer(connection, wish, LIMITS))


async def by_statements(pool: asyncpg.Pool[asyncpg.Record], recorded: Recorded) -> None:
    """One reservation by its statements alone."""
    async with pool.acquire() as connection, connection.transaction():
        for sql, values in recorded.again():
            await connection.fetch(sql, *values)


async def _rate(one: Callable[[], Awaitable[None]], count: int) -> float:
    """Reservations a second."""

    async def caller() -> None:
        for _ in range(count // CALLERS):
            await one()

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return count // CALLERS * CALLERS / (time.perf_counter() - began)


def _print(found: dict[str, list[float]], recorded: Recorded) -> None:
    ratios = [one / bare for one, bare in zip(found["use case"], found["bare"], strict=True)]
    count = len(recorded.statements)
    print(f"one offer, {CALLERS} callers, {CONNECTIONS} connections, {count} statements each")
    print(f"  {statistics.median(ratios):6.2f} of bare ({min(ratios):.2f} to {max(ratios):.2f})")
    for name, rates in found.items():
        print(f"  {statistics.median(rates):7.0f} reservations/s  {name}")
