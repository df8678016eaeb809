"""Finding offers: a page of what is found, the same for many places, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer
from catalog_service.domain.search import OfferOrder, OfferSearch
from catalog_service.models import tables
from catalog_service.repository import bounded_reads, offer_queries, offer_statuses
from catalog_service.repository.conditions import among
from catalog_service.repository.geography import area_values, is_inside, kilometres
from catalog_service.repository.offer_conditions import is_impossible, values_of
from catalog_service.repository.offer_counts import count_at_places, count_of
from catalog_service.repository.offer_queries import DISTANCE, Query
from catalog_service.repository.paging import (
    SORT_KEY,
    Found,
    Page,
    paged,
    read_each_page,
)
from catalog_service.repository.relevance import RANKS, has_rank, rank_of, sort_key
from catalog_service.repository.rows import offer, place, to_offer
from catalog_service.repository.words import Word
from shared.database import Connection
from shared.database.reading import Reader
from shared.pagination.cursors import PageRequest

Places: TypeAlias = tuple[UUID, ...] | None

_FEW_PLACES: Final = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def find_offers(
    connection: Connection,
    search: OfferSearch,
    words: tuple[Word, ...],
    places: Places,
    page: PageRequest,
    actor: Actor,
) -> Page[Offer]:
    """A page of what is found.

    ``words``: the search's, see ``read_words``; ``places``: see ``places_in``. An area of few
    places is asked place by place; by distance any is, until a page is full.
    """
    if places == () or is_impossible(search):
        return []
    is_small = places is not None and len(places) <= _FEW_PLACES
    by_place = is_small or search.order is OfferOrder.DISTANCE
    query = Query(search, words, actor, places=places, by_place=by_place)
    if search.order is OfferOrder.RELEVANCE:
        return await _best_first(connection, query, page)
    return await _read(connection, query, page)


async def _best_first(connection: Connection, query: Query, page: PageRequest) -> Page[Offer]:
    """All at once where they are few; else rank by rank, each by start, until the page is full."""
    if (
        isinstance(connection, Reader)
        and query.search.statuses is None
        and await bounded_reads.cost_of_all(connection, query) <= bounded_reads.cheap(query)
    ):
        return _shown(query, await bounded_reads.read_all(connection, query, page))
    first, start = (0, 0) if page.after is None else rank_of(page.after[0])
    found: list[Found[Offer]] = []
    search = replace(query.search, order=OfferOrder.PICKUP_START)
    for rank in RANKS[first:]:
        if has_rank(query.words, rank) is None:
            continue
        after = None
        if page.after is not None and rank == first:
            after = (_EPOCH + timedelta(microseconds=start), page.after[1])
        ranked = replace(query, search=search, rank=rank)
        rows = await _read(connection, ranked, replace(page, after=after))
        found += [Found(row.item, sort_key(rank, row.sort_key)) for row in rows]
        if len(found) >= page.fetch:
            break
    return found[: page.fetch]


async def _read(connection: Connection, query: Query, page: PageRequest) -> Page[Offer]:
    """What is asked of one's own places is bounded by them; the planner is left to it."""
    if query.search.statuses is None and isinstance(connection, Reader):
        return _shown(query, await bounded_reads.read_rows(connection, query, page))
    if query.by_place:
        statement = offer_queries.by_place(query, page)
    elif query.search.statuses is not None:
        statement = offer_statuses.by_status(query, page)
    else:
        statement = paged(offer_queries.found(query), query.order(), offer.id, page)
    return _shown(query, (await connection.execute(statement, query.values)).all())


def _shown(query: Query, rows: Sequence[Any]) -> Page[Offer]:
    if query.search.near is None:
        return [Found(to_offer(row), row[SORT_KEY]) for row in rows]
    return [Found(to_offer(row, kilometres(row[DISTANCE])), row[SORT_KEY]) for row in rows]


async def count_offers(
    connection: Connection,
    search: OfferSearch,
    words: tuple[Word, ...],
    places: Places,
    actor: Actor,
) -> int:
    """How many there are, as far as 1001."""
    if places == () or is_impossible(search):
        return 0
    in_time = replace(search, order=OfferOrder.PICKUP_START)
    query = Query(in_time, words, actor, places=places)
    if search.statuses is not None or not isinstance(connection, Reader):
        counted = count_of(query, gathered=False)
        return int((await connection.execute(counted, query.values)).scalar_one())
    return await bounded_reads.count(connection, query)


async def count_offers_of_places(
    connection: Connection,
    place_ids: Sequence[UUID],
    search: OfferSearch,
    words: tuple[Word, ...],
    actor: Actor,
) -> Mapping[UUID, int]:
    """How many there are at each place, as far as 1001."""
    counts: dict[UUID, int] = dict.fromkeys(place_ids, 0)
    if is_impossible(search):
        return counts
    inside = await _those_inside(connection, search, place_ids)
    query = Query(replace(search, place_id=None), words, actor, places=inside)
    if search.statuses is None and isinstance(connection, Reader):
        return counts | dict(await bounded_reads.count_at_places(connection, query))
    rows = await connection.execute(count_at_places(query), query.values)
    return counts | {row.id: row.count for row in rows.all()}


async def _those_inside(
    connection: Connection, search: OfferSearch, place_ids: Sequence[UUID]
) -> tuple[UUID, ...]:
    """Those of the places where anything can be found."""
    area = is_inside(search)
    asked = [each for each in place_ids if search.place_id in {None, each}]
    if not area or not asked:
        return tuple(asked)
    there = select(place.id).where(among(place.id, asked), *area)
    return tuple((await connection.execute(there, area_values(search))).scalars())


async def find_offers_of_places(
    connection: Connection,
    place_ids: Sequence[UUID],
    page: PageRequest,
    search: OfferSearch,
    words: tuple[Word, ...],
    actor: Actor,
) -> Mapping[UUID, Page[Offer]]:
    """The same page of what is found at each place, in one statement."""
    query = Query(search, words, actor)

    def at_place(place_id: ColumnElement[UUID]) -> Select[Any]:
        if search.statuses:
            return offer_statuses.at_place(query, place_id, page)
        found = offer_queries.found(query).where(offer.place_id == place_id)
        if search.order is OfferOrder.DISTANCE:
            found = found.join(tables.place, tables.place.c.id == offer.place_id)
        return paged(found, query.order(), offer.id, page)

    def read(row: Any) -> Offer:
        return to_offer(row, None if search.near is None else kilometres(row[DISTANCE]))

    values = values_of(search, words)
    return await read_each_page(connection, place_ids, at_place, read, values)


async def places_in(connection: Connection, search: OfferSearch) -> Places:
    """The places in the area that is searched; None without one, and where there are too many.

    Their ids are part of the statement, so that the planner knows how many offers to expect.
    """
    area = is_inside(search)
    return await bounded_reads.few_places(connection, *area) if area else None
