"""Reading places and partnerships."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    select,
)

from catalog_service.domain.actors import Actor
from catalog_service.domain.places import (
    ALL_PARTNERS,
    MOST_PARTNERSHIPS_SHOWN,
    OWNERS,
    Partnership,
    PartnershipRole,
    Place,
)
from catalog_service.domain.search import OfferSearch, PlaceOrder, PlaceSearch
from catalog_service.models import tables
from catalog_service.repository.conditions import (
    among,
    is_no_void_invitation,
    is_open_place,
    manages,
    may_read_partnership,
)
from catalog_service.repository.geography import area_values, distance_m, is_inside, kilometres
from catalog_service.repository.paging import (
    MOST_COUNTED,
    Order,
    Page,
    read_page,
    read_pages_by_parent,
    read_some_by_parent,
)
from catalog_service.repository.relevance import place_occurs, place_rank, word_values
from catalog_service.repository.rows import (
    PARTNERSHIP_COLUMNS,
    PLACE_COLUMNS,
    partnership,
    place,
    to_partnership,
    to_place,
)
from catalog_service.repository.words import Word, read_words
from shared.database import Connection
from shared.database.reading import Reader
from shared.pagination.cursors import PageRequest

_BY_NAME = Order(func.lower(place.name))
_NEWEST = Order(partnership.created_at, descending=True)
_OLDEST = Order(partnership.created_at)
_LISTED = (is_open_place(), place.taken_down_at.is_(None))


async def read_places(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Place]:
    """The places; they are everyone's to read, closed ones too."""
    if isinstance(connection, Reader):
        rows = await connection.kept("places by id", _by_id, {"ids": list(ids)})
    else:
        rows = (await connection.execute(_by_id(), {"ids": list(ids)})).all()
    return {row.id: to_place(row) for row in rows}


def _by_id() -> Select[Any]:
    return select(*PLACE_COLUMNS).where(place.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))


async def find_places(
    connection: Connection, search: PlaceSearch, page: PageRequest
) -> Page[Place]:
    """A page of the open places found."""
    words = await read_words(connection, search.text)
    query = select(*PLACE_COLUMNS).where(*_asked_for(search, words))
    if search.near is not None:
        query = query.add_columns(distance_m(search.near).label("metres_away"))

    def read(row: Any) -> Place:
        return to_place(row, None if search.near is None else kilometres(row.metres_away))

    values = {**area_values(search), **word_values(words)}
    return await read_page(connection, query, _order(search, words), place.id, page, read, values)


async def count_places(
    connection: Connection, searches: Sequence[PlaceSearch]
) -> Mapping[PlaceSearch, int]:
    """How many each search finds, as far as 1001."""
    counts = {}
    for search in searches:
        words = await read_words(connection, search.text)
        found = select(place.id).where(*_asked_for(search, words)).limit(MOST_COUNTED + 1)
        values = {**area_values(search), **word_values(words)}
        query = select(func.count()).select_from(found.subquery())
        counts[search] = int((await connection.execute(query, values)).scalar_one())
    return counts


async def count_places_of(connection: Connection, user_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """At how many places each user holds an active partnership."""
    query = (
        select(partnership.partner_user_id, func.count())
        .where(among(partnership.partner_user_id, user_ids), partnership.is_active)
        .group_by(partnership.partner_user_id)
    )
    found = dict.fromkeys(user_ids, 0)
    return found | {row[0]: row[1] for row in await connection.execute(query)}


def _asked_for(search: PlaceSearch, words: Sequence[Word]) -> list[ColumnElement[bool]]:
    return [*_LISTED, *is_inside(search), *place_occurs(words)]


def _order(search: PlaceSearch, words: Sequence[Word]) -> Order:
    if search.order is PlaceOrder.RELEVANCE:
        return Order(func.concat(place_rank(words), func.lower(place.name), type_=Text()))
    if search.order is PlaceOrder.DISTANCE and search.near is not None:
        return Order(distance_m(search.near))
    return _BY_NAME


async def usual_currency(connection: Connection, search: OfferSearch) -> str | None:
    """The currency that most places use where is searched; None if there are none.

    Closed ones use none any more: where a country changed its currency they may be the most.
    """
    query = (
        select(place.currency)
        .where(*_LISTED, *is_inside(search))
        .group_by(place.currency)
        .order_by(func.count().desc(), place.currency)
        .limit(1)
    )
    values = area_values(search)
    return (await connection.execute(query, values)).scalar_one_or_none()


async def find_places_of(connection: Connection, user_id: UUID, page: PageRequest) -> Page[Place]:
    """A page of the places where the user holds an active partnership, by name."""
    query = (
        select(*PLACE_COLUMNS)
        .join(tables.partnership, partnership.place_id == place.id)
        .where(partnership.partner_user_id == user_id, partnership.is_active)
    )
    return await read_page(connection, query, _BY_NAME, place.id, page, to_place)


async def read_places_of(connection: Connection, user_id: UUID, most: int) -> list[Place]:
    """The places where the user holds an active partnership, the oldest partnership first."""
    query = (
        select(*PLACE_COLUMNS)
        .join(tables.partnership, partnership.place_id == place.id)
        .where(partnership.partner_user_id == user_id, partnership.is_active)
        .order_by(partnership.created_at, place.id)
        .limit(most)
    )
    return [to_place(row) for row in (await connection.execute(query)).all()]


async def read_managed(
    connection: Connection,
    place_ids: Sequence[UUID],
    actor: Actor,
    roles: tuple[PartnershipRole, ...] = ALL_PARTNERS,
) -> Mapping[UUID, bool]:
    """At which of the places the actor works in one of ``roles``."""
    query = select(place.id).where(among(place.id, place_ids), manages(place.id, actor, roles))
    return dict.fromkeys((await connection.execute(query)).scalars(), True)


async def read_partnerships(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, Partnership]:
    """Those of the partnerships that the actor may read."""
    query = select(*PARTNERSHIP_COLUMNS).where(
        among(partnership.id, ids), may_read_partnership(actor)
    )
    return {row.id: to_partnership(row) for row in (await connection.execute(query)).all()}


async def read_partnerships_of_places(
    connection: Connection, place_ids: Sequence[UUID]
) -> Mapping[UUID, list[Partnership]]:
    """The active partnerships of each place, the oldest first, at most twenty."""

    def active_at(place_id: ColumnElement[UUID]) -> Select[Any]:
        return (
            select(*PARTNERSHIP_COLUMNS)
            .where(partnership.place_id == place_id, partnership.is_active)
            .order_by(partnership.created_at, partnership.id)
            .limit(MOST_PARTNERSHIPS_SHOWN)
        )

    return await read_some_by_parent(connection, place_ids, active_at, to_partnership)


async def find_active_of_places(
    connection: Connection, place_ids: Sequence[UUID], page: PageRequest, actor: Actor
) -> Mapping[UUID, Page[Partnership]]:
    """Of each place where the actor works all who do, the oldest partnership first."""
    works_there = manages(partnership.place_id, actor)

    def at(place_id: ColumnElement[UUID]) -> Select[Any]:
        active = partnership.is_active, works_there
        return select(*PARTNERSHIP_COLUMNS).where(partnership.place_id == place_id, *active)

    return await read_pages_by_parent(
        connection, place_ids, at, _OLDEST, partnership.id, page, to_partnership
    )


async def find_invited_of_places(
    connection: Connection, place_ids: Sequence[UUID], page: PageRequest, actor: Actor
) -> Mapping[UUID, Page[Partnership]]:
    """Of each place that the actor owns the invitations of accounts that wait, the newest first."""
    owned = manages(partnership.place_id, actor, OWNERS)

    def into(place_id: ColumnElement[UUID]) -> Select[Any]:
        waiting = partnership.is_invited, owned
        return select(*PARTNERSHIP_COLUMNS).where(partnership.place_id == place_id, *waiting)

    return await read_pages_by_parent(
        connection, place_ids, into, _NEWEST, partnership.id, page, to_partnership
    )


async def find_partnerships_of_users(
    connection: Connection, user_ids: Sequence[UUID], page: PageRequest
) -> Mapping[UUID, Page[Partnership]]:
    """Each user's partnerships, inactive ones too, the newest first."""

    def held_by(user_id: ColumnElement[UUID]) -> Select[Any]:
        return select(*PARTNERSHIP_COLUMNS).where(
            partnership.partner_user_id == user_id, is_no_void_invitation()
        )

    return await read_pages_by_parent(
        connection, user_ids, held_by, _NEWEST, partnership.id, page, to_partnership
    )
