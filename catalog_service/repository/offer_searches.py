"""Finding offers: a page of what is found, the same for many places, and how many there are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    select,
    true,
)

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer
from catalog_service.domain.search import OfferOrder, OfferSearch
from catalog_service.models import tables
from catalog_service.repository.geography import distance_m, is_inside, kilometres
from catalog_service.repository.offer_conditions import (
    conditions_of,
    form_of,
    is_impossible,
    values_of,
)
from catalog_service.repository.paging import (
    MOST_COUNTED,
    SORT_KEY,
    Found,
    Order,
    Page,
    page_values,
    paged,
    read_pages_by_parent,
)
from catalog_service.repository.relevance import (
    RANKS,
    has_rank,
    occur,
    rank_and_start,
    rank_of,
    sort_key,
)
from catalog_service.repository.rows import OFFER_COLUMNS, offer, to_offer
from catalog_service.repository.words import Word
from shared.cursors import PageRequest
from shared.database import Connection
from shared.reading import Reader

_MOST_PLACES: Final = 5_000  # of an area, named in a statement
_FEW_PLACES: Final = 20
_DISTANCE = "metres_away"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Query:
    """A search with all that its statement hangs on.

    ``rank``: only what fits the words so well, see ``relevance``. ``places``: those in the area,
    if they are not too many. ``by_place``: each of them is asked by itself.
    """

    search: OfferSearch
    words: tuple[Word, ...]
    actor: Actor
    rank: int | None = None
    places: tuple[UUID, ...] | None = None
    by_place: bool = False

    @property
    def form(self) -> tuple[Any, ...]:
        """What its text hangs on, if it is public."""
        return form_of(self.search, self.words), self.rank, self.places is None, self.by_place

    def conditions(self) -> list[ColumnElement[bool]]:
        """What it asks of an offer itself."""
        found = conditions_of(self.search, self.actor)
        if self.rank is None:
            return [*found, occur(self.words)] if self.words else found
        ranked = has_rank(self.words, self.rank)
        return found if ranked is None else [*found, ranked]


async def find_offers(
    connection: Connection,
    search: OfferSearch,
    words: tuple[Word, ...],
    page: PageRequest,
    actor: Actor,
) -> Page[Offer]:
    """A page of what is found. ``words``: the search's, see ``read_words``."""
    if page.first == 0 or is_impossible(search):
        return []
    query = await _query(connection, search, words, actor)
    if query.places == ():
        return []
    if search.order is OfferOrder.RELEVANCE:
        return await _best_first(connection, query, page)
    return await _read(connection, query, page)


async def _query(
    connection: Connection, search: OfferSearch, words: tuple[Word, ...], actor: Actor
) -> Query:
    """An area of few places is asked place by place; by distance any is, until a page is full."""
    ids = await _places_in(connection, search)
    if ids is None:
        return Query(search, words, actor, by_place=search.order is OfferOrder.DISTANCE)
    by_place = search.order is OfferOrder.DISTANCE or len(ids) <= _FEW_PLACES
    return Query(search, words, actor, places=tuple(ids), by_place=by_place)


async def _best_first(connection: Connection, query: Query, page: PageRequest) -> Page[Offer]:
    """Rank by rank, each by start, until the page is full."""
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
    """The text of a public search hangs on its form only, so a reader keeps it by that: building it
    costs more than running it.
    """

    def statement() -> Select[Any]:
        if query.by_place:
            return _found_by_place(query, page)
        return paged(_found(query), _order(query), offer.id, page)

    rows = await _rows(
        connection, query, (*query.form, page.after is None), statement, page_values(page)
    )
    if query.search.near is None:
        return [Found(to_offer(row), row[SORT_KEY]) for row in rows]
    return [Found(to_offer(row, kilometres(row[_DISTANCE])), row[SORT_KEY]) for row in rows]


async def _rows(
    connection: Connection,
    query: Query,
    form: tuple[Any, ...],
    statement: Callable[[], Select[Any]],
    more: Mapping[str, Any],
) -> Sequence[Any]:
    values = {**values_of(query.search, query.words), "places": list(query.places or ()), **more}
    if query.search.statuses is None and isinstance(connection, Reader):
        return await connection.kept(form, statement, values)
    return (await connection.execute(statement(), values)).all()


async def count_offers(
    connection: Connection, search: OfferSearch, words: tuple[Word, ...], actor: Actor
) -> int:
    """How many there are, as far as 1001."""
    if is_impossible(search):
        return 0
    query = await _query(connection, replace(search, order=OfferOrder.PICKUP_START), words, actor)

    def statement() -> Select[Any]:
        found = select(literal(1)).where(*query.conditions(), *_inside(query, offer.place_id))
        return select(func.count()).select_from(found.limit(MOST_COUNTED + 1).subquery())

    rows = await _rows(connection, query, ("count", *query.form), statement, {})
    return int(rows[0][0])


async def count_offers_of_places(
    connection: Connection,
    place_ids: Sequence[UUID],
    search: OfferSearch,
    words: tuple[Word, ...],
    actor: Actor,
) -> Mapping[UUID, int]:
    """How many there are at each place, as far as 1001."""
    wanted = [replace(search, place_id=place_id) for place_id in place_ids]
    return {
        each.place_id: await count_offers(connection, each, words, actor)
        for each in wanted
        if each.place_id is not None and search.place_id in {None, each.place_id}
    }


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
        found = _found(query).where(offer.place_id == place_id)
        if search.order is not OfferOrder.DISTANCE:
            return found
        return found.join(tables.place, tables.place.c.id == offer.place_id)

    def read(row: Any) -> Offer:
        return to_offer(row, None if search.near is None else kilometres(row[_DISTANCE]))

    values = values_of(search, words)
    return await read_pages_by_parent(
        connection, place_ids, at_place, _order(query), offer.id, page, read, values
    )


def _order(query: Query) -> Order:
    search = query.search
    match search.order:
        case OfferOrder.PRICE:
            return Order(offer.price_amount)
        case OfferOrder.NEWEST:
            return Order(offer.created_at, descending=True)
        case OfferOrder.DISCOUNT:
            return Order(offer.discount, descending=True)
        case OfferOrder.DISTANCE if search.near is not None:
            return Order(distance_m(search.near))
        case OfferOrder.RELEVANCE:
            return Order(rank_and_start(query.words))
        case _:
            return Order(offer.pickup_start)


def _found(query: Query) -> Select[Any]:
    """Without an order."""
    # hidden from the index on places: with many of them the order's own index is the better way
    inside = _inside(query, func.coalesce(offer.place_id))
    return select(*_columns(query.search)).where(*query.conditions(), *inside)


def _columns(search: OfferSearch) -> list[ColumnElement[Any]]:
    if search.near is None:
        return [*OFFER_COLUMNS]
    where = tables.place.alias("where_it_is").c
    away = func.earth_distance(
        func.ll_to_earth(bindparam("latitude"), bindparam("longitude")),
        func.ll_to_earth(where.latitude, where.longitude),
    )
    distance = select(away).where(where.id == offer.place_id).scalar_subquery()
    return [*OFFER_COLUMNS, distance.label(_DISTANCE)]


def _inside(query: Query, place_id: ColumnElement[UUID]) -> list[ColumnElement[bool]]:
    """Whether the place lies in the area. Many places are found in the statement itself."""
    if query.places is not None:
        return [offer.place_id == any_(bindparam("places", type_=ARRAY(Uuid())))]
    area = is_inside(query.search)
    if not area:
        return []
    places = select(tables.place.c.id).where(*area).scalar_subquery()
    return [place_id == any_(func.array(places))]


async def _places_in(connection: Connection, search: OfferSearch) -> list[UUID] | None:
    """The places in the area that is searched; None without one, and where there are too many.

    Their ids are part of the statement, so that the planner knows how many offers to expect.
    """
    area = is_inside(search)
    if not area:
        return None
    within = select(tables.place.c.id).where(*area).limit(_MOST_PLACES + 1)
    ids = list((await connection.execute(within)).scalars())
    return ids if len(ids) <= _MOST_PLACES else None


def _found_by_place(query: Query, page: PageRequest) -> Select[Any]:
    """A page of what is found in an area: the page of each place there, and of those the first.

    Each place is asked through an index that begins with it, so the cost follows the number of
    places and not of their offers. By distance, places are asked in that order until the page is
    full. Only what is shown is read whole; the rest is in the indexes.
    """
    search = query.search
    by_distance = search.order is OfferOrder.DISTANCE
    inside = select(tables.place.c.id).where(*is_inside(search))
    if by_distance and search.near is not None:
        distance = distance_m(search.near)
        inside = inside.add_columns(distance.label("distance")).order_by(distance)
    places = inside.subquery("near_places")
    order = Order(places.c.distance) if by_distance else _order(query)
    there = select(offer.id).where(offer.place_id == places.c.id, *query.conditions())
    rows = paged(there, order, offer.id, page, within=by_distance).lateral("page")
    key = rows.c[SORT_KEY]
    first = (
        select(rows)
        .select_from(places.join(rows, true()))
        .order_by(*order.by(places.c.distance if by_distance else key, rows.c.id))
        .limit(bindparam("most", page.fetch, Integer()))
        .subquery("first")
    )
    return (
        select(*_columns(search), first.c[SORT_KEY])
        .join(first, first.c.id == offer.id)
        .order_by(*order.by(first.c[SORT_KEY], offer.id))
    )
