"""Reading a page of what is found, so that no search costs much more than what it finds.

The planner takes conditions for independent of each other and of the order. Where it is wrong it
walks an order to its end for a page that is not there: half a second at a million offers. So the
way is chosen here, by what is seen::

    the next 500 in the order            full page: done, as most searches are
    none among them                      perhaps 21,000 to go: at most one in a thousand is found
    gathering all is cheaper than that   all that is found, through its conditions' indexes, sorted
    it is not                            the next 2,000 in the order, and so on

What gathering costs is the planner's estimate, for which single conditions are enough. The sum
stays below a small multiple of the cheaper way, also where that estimate is off.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from catalog_service.domain.search import OfferOrder
from catalog_service.models import tables
from catalog_service.repository import offer_counts, offer_queries
from catalog_service.repository.offer_queries import Query
from catalog_service.repository.paging import MOST_COUNTED, SORT_KEY, AtLeast, page_values
from catalog_service.repository.rows import place
from shared.database import Connection
from shared.database.reading import ROW_COST, Reader
from shared.pagination.cursors import PageRequest

FIRST_WINDOW: Final = 500
MOST_PLACES: Final = 5_000  # named in a statement
CHEAP: Final = 7_000  # in the planner's unit: gathered at once, in 4 ms
FAIRLY_CHEAP: Final = 20_000
FEW_PLACES: Final = 100
MOST_LOOKED_AT: Final = 5_000
"""Offers that are looked at to count those that are found."""
TELLING: Final = 20
"""So many found by then tell enough: there is more than a page."""
MOST_GATHERED: Final = 60_000

_ANY_PAGE: Final = PageRequest(1, None, "")


async def read_rows(reader: Reader, query: Query, page: PageRequest) -> Sequence[Any]:
    """The rows of one page, and one more."""
    limit = _worth_gathering(query)
    if limit and await cost_of_all(reader, query) <= limit:
        return await read_all(reader, query, page)
    if query.by_place:
        return await _read(reader, query, "by place", offer_queries.by_place, page)
    return await _walked(reader, query, page)


def _worth_gathering(query: Query) -> float:
    """What gathering may cost to be tried first: where no window bounds what is passed over.

    By distance that is the whole circle, in a small area twenty places, and where a pickup window
    is given, however rare, the order's index. And of six ranks most are empty.
    """
    search = query.search
    if query.by_place:
        if search == search.without_conditions_on_offers():
            return 0
        return FAIRLY_CHEAP if search.order is OfferOrder.DISTANCE else cheap(query)
    times = search.pickup_from is not None or search.pickup_until is not None
    if query.rank is not None or (times and search.order is not OfferOrder.PICKUP_START):
        return cheap(query)
    return 0


def cheap(query: Query) -> float:
    """What may be gathered at once. Of a short word that it never saw the planner says 0.5 %."""
    return FAIRLY_CHEAP if any(word.keys for word in query.words) else CHEAP


async def read_all(reader: Reader, query: Query, page: PageRequest) -> Sequence[Any]:
    """A page of all that is found, gathered and sorted."""
    return await _read(reader, query, "gathered", offer_queries.sorted_found, page)


async def count(reader: Reader, query: Query) -> int:
    """How many are found, as far as 1001.

    What is rare is gathered, what is at few places found there. Else so many are looked at in the
    order, and where that was not all, the count is ``AtLeast`` what was found. If that is next to
    nothing, all is gathered after all, unless it is too much.
    """
    query = await _with_places_of_currency(reader, query)
    cost = await cost_of_all(reader, query)
    if cost <= FAIRLY_CHEAP or _is_at_few_places(query):
        return await _counted(reader, query, gathered=cost <= FAIRLY_CHEAP)
    counted = offer_queries.counted_among_next
    ((found, passed),) = await _read(
        reader, query, "count among next", counted, _ANY_PAGE, window=MOST_LOOKED_AT
    )
    if found > MOST_COUNTED or passed < MOST_LOOKED_AT:
        return int(found)
    if found < TELLING and cost <= MOST_GATHERED:
        return await _counted(reader, query, gathered=True)
    return AtLeast(found)


async def _counted(reader: Reader, query: Query, *, gathered: bool) -> int:
    def statement(query: Query, _: PageRequest) -> Select[Any]:
        return offer_counts.count_of(query, gathered=gathered)

    rows = await _read(reader, query, f"count {gathered}", statement, _ANY_PAGE)
    return int(rows[0][0])


def _is_at_few_places(query: Query) -> bool:
    """Whether few places are all that an index could tell, so that it is theirs that is read."""
    search = query.search
    if query.places is None or len(query.places) > FEW_PLACES:
        return False
    return not (query.words or search.tags or search.diets)


async def count_at_places(reader: Reader, query: Query) -> Mapping[UUID, int]:
    """How many are found at each of the query's places, at once where they are few."""
    by_place = await cost_of_all(reader, query) <= FAIRLY_CHEAP

    def statement(query: Query, _: PageRequest) -> Select[Any]:
        count = offer_counts.count_by_place if by_place else offer_counts.count_at_places
        return count(query)

    rows = await _read(reader, query, f"count by place {by_place}", statement, _ANY_PAGE)
    return {row["id"]: min(row["count"], MOST_COUNTED + 1) for row in rows}


async def cost_of_all(reader: Reader, query: Query) -> float:
    """What the planner believes that costs."""
    form = ("estimated", *query.form)
    return await reader.cost(form, lambda: offer_queries.all_found(query), query.values)


async def _walked(reader: Reader, query: Query, page: PageRequest) -> Sequence[Any]:
    """Along the order, window by window, until gathering is cheaper."""
    found: list[Any] = []
    window, walked, here = FIRST_WINDOW, 0, page
    cost: float | None = None
    while True:
        missing = page.fetch - len(found)
        more = {"window": window, "most": missing}
        rows = await _read(reader, query, "window", offer_queries.along_order, here, **more)
        if not rows or not offer_queries.is_end(rows[-1]):
            return [*found, *rows]
        end, walked = rows[-1], walked + window
        found += rows[:-1]
        missing = page.fetch - len(found)
        here = replace(page, after=(end[SORT_KEY], end["id"]))
        expected = missing * walked / (len(found) + 0.5)
        if cost is None:
            query = await _with_places_of_currency(reader, query)
            cost = await cost_of_all(reader, query)
        if cost <= ROW_COST * expected:
            return await read_all(reader, query, page)
        window *= 4


async def _with_places_of_currency(reader: Reader, query: Query) -> Query:
    """With the places of a rare currency, whose offers are found through them."""
    currency = query.search.currency
    if currency is None or query.places is not None:
        return query
    return replace(query, places=await few_places(reader, place.currency == currency))


async def few_places(
    connection: Connection, *conditions: ColumnElement[bool]
) -> tuple[UUID, ...] | None:
    """The ids of these places; None where they are more than a statement names."""
    there = select(tables.place.c.id).where(*conditions).limit(MOST_PLACES + 1)
    ids = tuple((await connection.execute(there)).scalars())
    return ids if len(ids) <= MOST_PLACES else None


async def _read(
    reader: Reader,
    query: Query,
    way: str,
    statement: Callable[[Query, PageRequest], Select[Any]],
    page: PageRequest,
    **more: int,
) -> Sequence[Any]:
    form, values = _asked(query, way, page)
    return await reader.kept(form, lambda: statement(query, page), {**values, **more})


def _asked(query: Query, way: str, page: PageRequest) -> tuple[tuple[Any, ...], dict[str, Any]]:
    form = (way, *query.form, page.after is None)
    return form, {**query.values, **page_values(page)}
