"""The statements that find offers: a page along an order, of some rows of it, of all that is found.

Lists of asked statuses are in ``offer_statuses``, counts in ``offer_counts``.

Built once for each form of a search: building one costs more than running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
from catalog_service.repository.conditions import manages
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
from shared.pagination.cursors import PageRequest

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

    def conditions(
        self, is_managed: ColumnElement[bool] | None = None
    ) -> list[ColumnElement[bool]]:
        """What it asks of an offer itself. ``is_managed``: where that is known of its place."""
        if is_managed is None:
            is_managed = manages(offer.place_id, self.actor)
        found = conditions_of(self.search, is_managed)
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
    there = inside(query, func.coalesce(offer.place_id))
    return select(*columns_of(query.search)).where(*query.conditions(), *there)


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
    conditions = [*query.conditions(), *inside(query, offer.place_id)]
    columns = [*columns_of(query.search), order.expression.label(SORT_KEY)]
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


def counted_among_next(query: Query, page: PageRequest) -> Select[Any]:
    """How many are found among the next so many offers in the order, and how many those are."""
    window = _window(query, page, select(*tables.offer.columns)).subquery("offers")
    conditions = [*query.conditions(), *inside(query, offer.place_id)]
    found = (
        select(literal(1).label("one"))
        .select_from(window)
        .where(*(_of(window, each) for each in conditions))
        .limit(MOST_COUNTED + 1)
        .subquery("found")
    )
    passed = _window(query, page, select(offer.id)).subquery("passed")
    return select(
        *(
            select(func.count()).select_from(each).scalar_subquery().label(each.name)
            for each in (found, passed)
        )
    )


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


def all_found(query: Query) -> Select[Any]:
    """Ids and sort keys of all that is found, in no order."""
    order = query.order()
    ids = select(offer.id, order.expression.label(SORT_KEY)).where(
        *query.conditions(), *have_keys(query.words), *inside(query, offer.place_id)
    )
    if query.search.order is OfferOrder.DISTANCE:
        return ids.join(tables.place, tables.place.c.id == offer.place_id)
    return ids


def sorted_found(query: Query, page: PageRequest) -> Select[Any]:
    """A page of what is found: all of it, through the indexes of its conditions, then the first.

    What comes before the cursor is gathered, too, and left out then. Of "a discount below 50,
    or of 50 and an id below this" the planner sees the discount alone: where many have the same it
    believes that nothing is left, and reads that order's index to its end.
    """
    order = query.order()
    every = all_found(query).cte("found").prefix_with("MATERIALIZED")
    gathered = Order(every.c[SORT_KEY], order.descending)
    here = select(every).where(*past(gathered, every.c.id, page)).subquery("here")
    return whole(query, order, first_of(here, order, page))


def by_place(query: Query, page: PageRequest) -> Select[Any]:
    """A page of what is found in an area: the page of each place there, and of those the first.

    Each place is asked through an index that begins with it, so the cost follows the number of
    places and not of their offers. By distance, places are asked in that order until the page is
    full. Only what is shown is read whole; the rest is in the indexes.
    """
    search = query.search
    by_distance = search.order is OfferOrder.DISTANCE
    found_places = select(tables.place.c.id).where(*is_inside(search))
    if by_distance and search.near is not None:
        distance = distance_m(search.near)
        found_places = found_places.add_columns(distance.label("distance")).order_by(distance)
    places = found_places.subquery("near_places")
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
    return whole(query, order, first)


def first_of(found: FromClause, order: Order, page: PageRequest) -> Subquery:
    """The first of these ids and sort keys, as many as the page takes."""
    return (
        select(found)
        .order_by(*order.by(found.c[SORT_KEY], found.c.id))
        .limit(bindparam("most", page.fetch, Integer()))
        .subquery("first")
    )


def whole(query: Query, order: Order, first: Subquery) -> Select[Any]:
    """The offers of these ids, in the same order."""
    return (
        select(*columns_of(query.search), first.c[SORT_KEY])
        .join(first, first.c.id == offer.id)
        .order_by(*order.by(first.c[SORT_KEY], offer.id))
    )


def columns_of(search: OfferSearch) -> Sequence[ColumnElement[Any]]:
    """What is read of an offer; its distance where one is asked for."""
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


def inside(query: Query, place_id: ColumnElement[UUID]) -> list[ColumnElement[bool]]:
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
