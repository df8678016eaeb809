"""What one question costs a small catalog and a large one, and how that is told.

Wall time of the repository's function with its statement, the median of a few.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer
from catalog_service.domain.search import OfferSearch
from catalog_service.repository.paging import Page
from catalog_service.services.search_offers import count_searches, search_offers, settle
from shared.database import Connection, Database
from shared.database.url import read_database_url
from shared.pagination.cursors import PageRequest

NOBODY = Actor(user_id=None)
FIRST_PAGE = PageRequest(20, None, "")
PAGES = 100
LEAST_MS = 2.0  # below this a ratio says more about the machine than about the search
DEAR_MS = 20.0
SHOWN, SHOWN_DEAREST = 40, 12

Question: TypeAlias = Callable[[Connection], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Growth:
    """One question at both sizes, in milliseconds."""

    name: str
    small: float
    large: float

    @property
    def ratio(self) -> float:
        """How many times the small cost the large one is."""
        return self.large / max(self.small, LEAST_MS)

    def __str__(self) -> str:
        """A line of the table."""
        return f"{self.ratio:7.2f} x  {self.small:8.1f} → {self.large:8.1f} ms  {self.name}"


@asynccontextmanager
async def opened(urls: Sequence[str]) -> AsyncIterator[list[Database]]:
    """The catalogs at these addresses, the small one first."""
    async with AsyncExitStack() as stack:
        found = []
        for url in urls:
            found.append(Database(read_database_url(url), pool_size=1, timeout=60))
            stack.push_async_callback(found[-1].dispose)
        yield found


def page_of(search: OfferSearch, actor: Actor = NOBODY) -> Question:
    """The search's first page."""

    async def ask(connection: Connection) -> Page[Offer]:
        return await search_offers(connection, await settle(connection, search), FIRST_PAGE, actor)

    return ask


def count_of(search: OfferSearch, actor: Actor = NOBODY) -> Question:
    """The search's ``totalCount``."""

    async def ask(connection: Connection) -> object:
        return await count_searches(connection, [await settle(connection, search)], actor)

    return ask


async def growths(
    databases: Sequence[Database], questions: Mapping[str, Question], runs: int
) -> list[Growth]:
    """Each question asked of both."""
    return [
        Growth(name, *[await _median(each, question, runs) for each in databases])
        for name, question in questions.items()
    ]


async def deep_growth(
    databases: Sequence[Database], name: str, search: OfferSearch, actor: Actor = NOBODY
) -> Growth:
    """The hundredth page, or the last where there are fewer: the name tells which, of both."""
    found = [await _deep(each, search, actor) for each in databases]
    pages = " and ".join(dict.fromkeys(str(page) for page, _ in found))
    return Growth(f"page {pages} of {name}", *[cost for _, cost in found])


def show(found: Sequence[Growth], title: str = "searches") -> None:
    """Print how many grew, which grew most, and which are dearest at the large size."""
    over = [growth for growth in found if growth.ratio > 2]
    dear = [growth for growth in over if growth.large > DEAR_MS]
    print(f"{len(found)} {title}, {len(over)} over twice the cost, ", end="")
    print(f"{len(dear)} of them over {DEAR_MS:.0f} ms; those that grew most:")
    for growth in sorted(found, key=lambda growth: -growth.ratio)[:SHOWN]:
        print(f"  {growth}")
    print("the dearest:")
    for growth in sorted(found, key=lambda growth: -growth.large)[:SHOWN_DEAREST]:
        print(f"  {growth}")


async def _median(database: Database, question: Question, runs: int) -> float:
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        async with database.read() as connection:
            await question(connection)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[1:])


async def _deep(database: Database, search: OfferSearch, actor: Actor) -> tuple[int, float]:
    """The last page's number, and the median cost of the last three."""
    page, costs = FIRST_PAGE, []
    for _ in range(PAGES):
        began = time.perf_counter()
        async with database.read() as connection:
            rows = await search_offers(connection, await settle(connection, search), page, actor)
        costs.append(1000 * (time.perf_counter() - began))
        if len(rows) <= page.first:
            break
        last = rows[page.first - 1]
        page = replace(page, after=(last.sort_key, last.item.id))
    return len(costs), statistics.median(costs[-3:])
