"""The statements that find offers: a page along an order, of some rows of it, of all that is found.

Built once for each form of a search: building one costs more than running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    Subquery,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.visitors import replacement_traverse

from catalog_service.domain.actors import Actor
from catalog_service.domain.search import OfferOrder, OfferSearch
from catalog_service.models import tables
from catalog_service.repository.geography import distance_m, is_inside
from catalog_service.repository.offer_conditions import (
    conditions_of,
    form_of,
    order_conditions,
    values_of,
)
from catalog_service.repository.paging import MOST_COUNTED, SORT_KEY, Order, paged, past
from catalog_service.repository.relevance import has_rank, have_keys, occur, rank_and_start
from catalog_service.repository.rows import OFFER_COLUMNS, offer
from catalog_service.repository.words import Word
from shared.cursors import PageRequest

DISTANCE: Final = "metres_away"


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

    @property
    def values(self) -> dict[str, Any]:
        """What its statements bind, by name."""
        return {**values_of(self.search, self.words), "places": list(self.places or ())}

    def conditions(self) -> list[ColumnElement[bool]]:
        """What it asks of an offer itself."""
        found = conditions_of(self.search, self.actor)
        if self.rank is None:
            return [*found, occur(self.words)] if self.words else found
        ranked = has_rank(self.words, self.rank)
        return found if ranked is None else [*found, ranked]

    def order(self) -> Order:
        """What its offers are sorted by."""
        search = self.search
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
                return Order(rank_and_start(self.words))
            case _:
                return Order(offer.pickup_start)


def found(query: Query) -> Select[Any]:
    """All that is found, without an order."""
    # hidden from the index on places: with many of them the order's own index is the better way
    inside = _inside(query, func.coalesce(offer.place_id))
    return select(*_columns(query.search)).where(*query.conditions(), *inside)


def along_order(query: Query, page: PageRequest) -> Select[Any]:
    """A page of what is found among the next so many (``window``) offers in the order.

    The limit within keeps the planner to the order's own index, and what it costs below so many
    rows, whatever is rare and whatever it believes::

        SELECT … FROM (SELECT … FROM offers WHERE … ORDER BY price_amount, id LIMIT 500) AS offers
        WHERE tag_keys @> … ORDER BY price_amount, id LIMIT 21

    Where that gives no full page a last row follows, of nothing but the window's last key and id;
    none if the order ends before.
    """
    order = query.order()
    window = _window(query, page, select(*tables.offer.columns)).subquery("offers")
    conditions = [*query.conditions(), *_inside(query, offer.place_id)]
    columns = [*_columns(query.search), order.expression.label(SORT_KEY)]
    most = bindparam("most", page.fetch, Integer())
    rows = (
        select(*(_of(window, each) for each in columns))
        .select_from(window)
        .where(*(_of(window, each) for each in conditions))
        .order_by(*(_of(window, each) for each in order.by(order.expression, offer.id)))
        .limit(most)
        .subquery("found")
    )
    return select(union_all(select(rows), _end(query, page, rows)).limit(most).subquery("page"))


def is_end(row: Any) -> bool:
    """Whether a row is such a last one."""
    return row["place_id"] is None


def _end(query: Query, page: PageRequest, rows: Subquery) -> Select[Any]:
    keys = select(query.order().expression.label(SORT_KEY), offer.id)
    passed = _window(query, page, keys).subquery("passed")
    columns = (
        passed.c[column.key] if column.key in passed.c else cast(null(), column.type)
        for column in rows.c
    )
    return select(*columns).offset(bindparam("window", 1, Integer()) - 1).limit(1)


def _window(query: Query, page: PageRequest, columns: Select[Any]) -> Select[Any]:
    order = query.order()
    return (
        columns.where(*order_conditions(query.search), *past(order, offer.id, page))
        .order_by(*order.by(order.expression, offer.id))
        .limit(bindparam("window", 1, Integer()))
    )


def all_found(query: Query, page: PageRequest) -> Select[Any]:
    """Ids and sort keys of all that is found after the page's cursor, in no order."""
    order = query.order()
    ids = select(offer.id, order.expression.label(SORT_KEY)).where(
        *query.conditions(),
        *have_keys(query.words),
        *_inside(query, offer.place_id),
        *past(order, offer.id, page),
    )
    if query.search.order is OfferOrder.DISTANCE:
        return ids.join(tables.place, tables.place.c.id == offer.place_id)
    return ids


def sorted_found(query: Query, page: PageRequest) -> Select[Any]:
    """A page of what is found: all of it, through the indexes of its conditions, then the first."""
    order = query.order()
    every = all_found(query, page).cte("found").prefix_with("MATERIALIZED")
    return _whole(query, order, _first_of(every, order, page))


def by_place(query: Query, page: PageRequest) -> Select[Any]:
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
    order = Order(places.c.distance) if by_distance else query.order()
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
    return _whole(query, order, first)


def by_status(query: Query, page: PageRequest) -> Select[Any]:
    """A page of what is found: the page of each status, and of those the first.

    What is for sale and what is not have indexes of their own; together they would be sorted.
    """
    order = query.order()
    pages = []
    for each in _each_status(query):
        ids = select(offer.id).where(*each.conditions(), *_inside(each, offer.place_id))
        pages.append(select(paged(ids, order, offer.id, page).subquery()))
    found = union_all(*pages).subquery("found")
    return _whole(query, order, _first_of(found, order, page))


def _each_status(query: Query) -> Sequence[Query]:
    """The same for each status that is asked for by itself."""
    search = query.search
    if search.statuses is None:
        return [query]
    statuses = sorted(set(search.statuses))
    return [replace(query, search=replace(search, statuses=(each,))) for each in statuses]


def count_of(query: Query, *, gathered: bool) -> Select[Any]:
    """How many are found, as far as 1001. ``gathered``: all of them first, through indexes."""
    keys = have_keys(query.words) if gathered else []
    one = select(literal(1).label("one")).select_from(tables.offer)
    ids = union_all(
        *(
            one.where(*each.conditions(), *_inside(each, offer.place_id), *keys)
            for each in _each_status(query)
        )
    )
    source: Any = ids.subquery("found")
    if gathered:
        source = ids.cte("found").prefix_with("MATERIALIZED")
    some = select(source).limit(MOST_COUNTED + 1).subquery("some")
    return select(func.count()).select_from(some)


def _first_of(found: FromClause, order: Order, page: PageRequest) -> Subquery:
    return (
        select(found)
        .order_by(*order.by(found.c[SORT_KEY], found.c.id))
        .limit(bindparam("most", page.fetch, Integer()))
        .subquery("first")
    )


def _whole(query: Query, order: Order, first: Subquery) -> Select[Any]:
    """The offers of these ids, in the same order."""
    return (
        select(*_columns(query.search), first.c[SORT_KEY])
        .join(first, first.c.id == offer.id)
        .order_by(*order.by(first.c[SORT_KEY], offer.id))
    )


def _columns(search: OfferSearch) -> Sequence[ColumnElement[Any]]:
    if search.near is None:
        return OFFER_COLUMNS
    where = tables.place.alias("where_it_is").c
    away: ColumnElement[float] = func.earth_distance(
        func.ll_to_earth(bindparam("latitude"), bindparam("longitude")),
        func.ll_to_earth(where.latitude, where.longitude),
        type_=Double(),
    )
    distance = select(away).where(where.id == offer.place_id).scalar_subquery()
    return [*OFFER_COLUMNS, distance.label(DISTANCE)]


def _inside(query: Query, place_id: ColumnElement[UUID]) -> list[ColumnElement[bool]]:
    """Whether the place lies in the area. Many places are found in the statement itself."""
    if query.places is not None:
        return [offer.place_id == any_(bindparam("places", type_=ARRAY(Uuid())))]
    area = is_inside(query.search)
    if not area:
        return []
    places = select(tables.place.c.id).where(*area).scalar_subquery()
    return [place_id == any_(func.array(places))]


def _of(window: Subquery, expression: ColumnElement[Any]) -> Any:
    """The same of the window's rows."""

    def replaced(element: Any, **_: Any) -> Any:
        is_offers = isinstance(element, Column) and element.table is tables.offer
        return window.c[element.key] if is_offers else None

    return replacement_traverse(expression, {}, replaced)
