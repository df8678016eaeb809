"""Reading offers."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Availability, Offer, OfferStatus
from catalog_service.domain.places import Nearby
from catalog_service.domain.search import OfferOrder, OfferSearch, terms
from catalog_service.models import tables
from catalog_service.repository.conditions import (
    IS_ACTIVE,
    IS_PRESENT,
    NOT_ENDED,
    among,
    manages,
    may_read_offer,
    named,
)
from catalog_service.repository.geography import distance_m, is_within, near_values
from catalog_service.repository.paging import (
    SORT_KEY,
    Found,
    Order,
    Page,
    page_values,
    paged,
    read_pages_by_parent,
)
from catalog_service.repository.rows import AVAILABILITY, OFFER_COLUMNS, offer, to_offer
from shared.cursors import PageRequest
from shared.database import Connection
from shared.reading import Reader

MOST_COUNTED = 5_000  # places in a circle


async def read_offer(connection: Connection, offer_id: UUID, actor: Actor) -> Offer | None:
    """The offer, if the actor may read it."""
    return (await read_offers(connection, [offer_id], actor)).get(offer_id)


async def read_offers(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, Offer]:
    """Those of the offers that the actor may read."""
    query = select(*OFFER_COLUMNS).where(among(offer.id, ids), may_read_offer(actor))
    rows = (await connection.execute(query)).all()
    return {row.id: to_offer(row) for row in rows}


async def read_reserved_offers(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Offer]:
    """Offers reached through what refers to them; whoever may read that may read its offer."""
    query = select(*OFFER_COLUMNS).where(among(offer.id, ids))
    rows = (await connection.execute(query)).all()
    return {row.id: to_offer(row) for row in rows}


async def find_offers(
    connection: Connection, search: OfferSearch, page: PageRequest, actor: Actor
) -> Page[Offer]:
    """A page of what is found.

    The text of a public search hangs on its form only, so a reader keeps it by that: building it
    costs more than running it.
    """
    if page.first == 0 or _is_impossible(search):
        return []
    near = search.near
    by_place = near is not None and (
        search.order is OfferOrder.DISTANCE or not await _holds_many_places(connection, near)
    )

    def statement() -> Select[Any]:
        if near is not None and by_place:
            return _found_near(search, near, page, actor)
        return paged(_found(search, actor), _order(search), offer.id, page)

    if search.statuses is None and isinstance(connection, Reader):
        values = {**_values(search), **page_values(page)}
        rows = await connection.kept(
            (_form(search), page.after is None, by_place), statement, values
        )
    else:
        rows = (await connection.execute(statement())).all()
    return [Found(to_offer(row), row[SORT_KEY]) for row in rows]


async def find_offers_of_places(
    connection: Connection,
    place_ids: Sequence[UUID],
    page: PageRequest,
    search: OfferSearch,
    actor: Actor,
) -> Mapping[UUID, Page[Offer]]:
    """The same page of what is found at each place, in one statement."""

    def at_place(place_id: ColumnElement[UUID]) -> Select[Any]:
        query = _found(search, actor).where(offer.place_id == place_id)
        if search.order is not OfferOrder.DISTANCE:
            return query
        return query.join(tables.place, tables.place.c.id == offer.place_id)

    return await read_pages_by_parent(
        connection, place_ids, at_place, _order(search), offer.id, page, to_offer
    )


def _order(search: OfferSearch) -> Order:
    match search.order:
        case OfferOrder.PRICE:
            return Order(offer.price_amount)
        case OfferOrder.NEWEST:
            return Order(offer.created_at, descending=True)
        case OfferOrder.DISTANCE if search.near is not None:
            return Order(distance_m(search.near))
        case _:
            return Order(offer.pickup_start)


def _found(search: OfferSearch, actor: Actor) -> Select[Any]:
    query = select(*OFFER_COLUMNS).where(*_conditions(search, actor))
    if search.near is None:
        return query
    within = select(tables.place.c.id).where(is_within(search.near)).scalar_subquery()
    # hidden from the index on places: with many of them the order's own index is the better way
    return query.where(func.coalesce(offer.place_id) == any_(func.array(within)))


def _conditions(search: OfferSearch, actor: Actor) -> list[ColumnElement[bool]]:
    return [IS_PRESENT, _published(search, actor), *_in_time(search), *_asked_for(search)]


def _is_impossible(search: OfferSearch) -> bool:
    """Whether the prices asked for contradict each other: an index would be walked to its end."""
    low, high = search.min_price, search.max_price
    return low is not None and high is not None and low > high


async def _holds_many_places(connection: Connection, near: Nearby) -> bool:
    """Whether an eighth of all places, as far as known, lies in the circle.

    Then the list in its order soon meets enough of theirs. With fewer, each is asked by itself.
    """
    within = select(tables.place.c.id).where(is_within(near)).limit(MOST_COUNTED).subquery()
    counted = select(func.count()).select_from(within).scalar_subquery()
    known: ColumnElement[float] = literal_column(
        "(SELECT reltuples FROM pg_class WHERE oid = 'places'::regclass)"
    )
    query = select(counted * 8 > func.greatest(known, 1))
    return bool((await connection.execute(query)).scalar_one())


def _found_near(search: OfferSearch, near: Nearby, page: PageRequest, actor: Actor) -> Select[Any]:
    """A page of what is found in a circle: the page of each place there, and of those the first.

    Each place is asked through an index that begins with it, so the cost follows the number of
    places and not of their offers. By distance, places are asked in that order until the page is
    full. Only what is shown is read whole; the rest is in the indexes.
    """
    distance = distance_m(near)
    places = (
        select(tables.place.c.id, distance.label("distance"))
        .where(is_within(near))
        .order_by(distance)
        .subquery("near_places")
    )
    by_distance = search.order is OfferOrder.DISTANCE
    order = Order(places.c.distance) if by_distance else _order(search)
    query = select(offer.id).where(offer.place_id == places.c.id, *_conditions(search, actor))
    rows = paged(query, order, offer.id, page, within=by_distance).lateral("page")
    key = rows.c[SORT_KEY]
    first = (
        select(rows)
        .select_from(places.join(rows, true()))
        .order_by(*order.by(places.c.distance if by_distance else key, rows.c.id))
        .limit(bindparam("most", page.fetch, Integer()))
        .subquery("first")
    )
    return (
        select(*OFFER_COLUMNS, first.c[SORT_KEY])
        .join(first, first.c.id == offer.id)
        .order_by(*order.by(first.c[SORT_KEY], offer.id))
    )


def _published(search: OfferSearch, actor: Actor) -> ColumnElement[bool]:
    """Published offers; of one's own places, whatever statuses are asked for."""
    if search.statuses is None:
        return IS_ACTIVE
    own = and_(
        named(offer.status, [status.value for status in search.statuses]),
        manages(offer.place_id, actor),
    )
    return or_(IS_ACTIVE, own) if OfferStatus.ACTIVE in search.statuses else own


def _in_time(search: OfferSearch) -> list[ColumnElement[bool]]:
    if search.only_available:
        return [IS_ACTIVE, NOT_ENDED, offer.quantity_available > 0]
    if search.availabilities is None:
        return [NOT_ENDED] if search.statuses is None else []
    conditions: list[ColumnElement[bool]] = [
        named(AVAILABILITY.element, [each.value for each in search.availabilities])
    ]
    if not {Availability.ENDED, Availability.UNAVAILABLE} & set(search.availabilities):
        conditions.append(NOT_ENDED)
    if set(search.availabilities) == {Availability.ENDED}:
        conditions.append(offer.pickup_end <= func.now())  # what an index can tell
    return conditions


def _asked_for(search: OfferSearch) -> list[ColumnElement[bool]]:
    values = _values(search)

    def given(name: str, type_: Any) -> ColumnElement[Any]:
        return bindparam(name, values[name], type_)

    conditions: list[ColumnElement[bool]] = [
        offer.search_text.like(func.catalog_search_pattern(given(f"term_{index}", Text())))
        for index, _ in enumerate(terms(search.text))
    ]
    if search.place_id is not None:
        conditions.append(offer.place_id == given("place_id", Uuid()))
    if search.tags:
        tags = given("tags", ARRAY(Text))
        conditions.append(offer.tags.op("@>", is_comparison=True)(tags))
    if search.excluded_allergens:
        # NULL, that is undeclared, is not free of anything: NULL && … is NULL, hence not found.
        declared = given("allergens", ARRAY(Text))
        conditions.append(not_(offer.allergens.op("&&", is_comparison=True)(declared)))
    if search.min_price is not None:
        conditions.append(offer.price_amount >= given("min_price", Numeric()))
    if search.max_price is not None:
        conditions.append(offer.price_amount <= given("max_price", Numeric()))
    if search.pickup_from is not None:
        conditions.append(offer.pickup_end > given("pickup_from", DateTime(timezone=True)))
    if search.pickup_until is not None:
        conditions.append(offer.pickup_start < given("pickup_until", DateTime(timezone=True)))
    return conditions


def _values(search: OfferSearch) -> dict[str, Any]:
    """What the statement of a search binds, by name."""
    near = {} if search.near is None else near_values(search.near)
    words = {f"term_{index}": term for index, term in enumerate(terms(search.text))}
    return {
        "place_id": search.place_id,
        "tags": list(search.tags),
        "allergens": [allergen.value for allergen in search.excluded_allergens],
        "min_price": search.min_price,
        "max_price": search.max_price,
        "pickup_from": search.pickup_from,
        "pickup_until": search.pickup_until,
        **near,
        **words,
    }


def _form(search: OfferSearch) -> Hashable:
    """What the text of a search hangs on; equal forms differ in values only."""
    return (
        search.order,
        search.availabilities,
        search.only_available,
        search.near is None,
        len(terms(search.text)),
        search.place_id is None,
        bool(search.tags),
        bool(search.excluded_allergens),
        search.min_price is None,
        search.max_price is None,
        search.pickup_from is None,
        search.pickup_until is None,
    )
