"""Reading reservations and the history of customers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, select

from catalog_service.domain.activity import Activity
from catalog_service.domain.actors import Actor
from catalog_service.domain.reservations import Reservation, ReservationStatus
from catalog_service.models import tables
from catalog_service.repository.conditions import (
    among,
    manages,
    may_read_reservation,
    named,
    owns_reservation,
)
from catalog_service.repository.paging import (
    Order,
    Page,
    merged,
    paged,
    read_each_page,
    read_pages_by_parent,
)
from catalog_service.repository.rows import (
    ACTIVITY_COLUMNS,
    RESERVATION_COLUMNS,
    history,
    reservation,
    to_activity,
    to_reservation,
)
from shared.database import Connection
from shared.pagination.cursors import PageRequest

Statuses = tuple[ReservationStatus, ...] | None

_NEWEST = Order(reservation.created_at, descending=True)


async def read_reservations(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, Reservation]:
    """Those of the reservations that the actor may read."""
    query = select(*RESERVATION_COLUMNS).where(
        among(reservation.id, ids), may_read_reservation(actor)
    )
    return {row.id: to_reservation(row) for row in (await connection.execute(query)).all()}


async def read_own_reservation(
    connection: Connection, reservation_id: UUID, actor: Actor
) -> Reservation | None:
    """The reservation, if it is the actor's as a customer."""
    query = select(*RESERVATION_COLUMNS).where(
        reservation.id == reservation_id, owns_reservation(actor)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_reservation(row)


async def read_by_pickup_code(
    connection: Connection, place_id: UUID, code: str, actor: Actor
) -> Reservation | None:
    """The live reservation with this code at a place where the actor works, or the last that was.

    A code is unique only while live, so the live one comes first.
    """
    live = reservation.status == ReservationStatus.RESERVED.value
    query = (
        select(*RESERVATION_COLUMNS)
        .where(
            reservation.place_id == place_id,
            reservation.pickup_code == code,
            manages(reservation.place_id, actor),
        )
        .order_by(live.desc(), reservation.updated_at.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_reservation(row)


async def read_reservation_at(
    connection: Connection, place_id: UUID, reservation_id: UUID, actor: Actor
) -> Reservation | None:
    """The reservation, in whatever state, at a place where the actor works."""
    query = select(*RESERVATION_COLUMNS).where(
        reservation.id == reservation_id,
        reservation.place_id == place_id,
        manages(reservation.place_id, actor),
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_reservation(row)


async def read_no_shows(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, int]:
    """How often the customers of the reservations did not come, at the same place before.

    Only of reservations that the actor manages.
    """
    other = tables.reservation.alias("other")
    missed = and_(
        other.c.user_id == reservation.user_id,
        other.c.place_id == reservation.place_id,
        other.c.status == ReservationStatus.EXPIRED.value,
        other.c.id != reservation.id,
    )
    query = (
        select(reservation.id, func.count(other.c.id).label("missed"))
        .select_from(tables.reservation.outerjoin(other, missed))
        .where(among(reservation.id, ids), manages(reservation.place_id, actor))
        .group_by(reservation.id)
    )
    return {row.id: row.missed for row in (await connection.execute(query)).all()}


async def find_reservations_of_users(
    connection: Connection, user_ids: Sequence[UUID], page: PageRequest, statuses: Statuses
) -> Mapping[UUID, Page[Reservation]]:
    """Each customer's reservations, the newest first."""
    return await _pages(
        connection,
        user_ids,
        lambda user_id: _each(statuses, page, reservation.user_id == user_id),
    )


async def find_reservations_of_offers(
    connection: Connection,
    offer_ids: Sequence[UUID],
    page: PageRequest,
    statuses: Statuses,
    actor: Actor,
) -> Mapping[UUID, Page[Reservation]]:
    """Each offer's reservations that the actor manages, the newest first."""
    managed = manages(reservation.place_id, actor)
    query = select(*RESERVATION_COLUMNS)
    if statuses is not None:
        query = query.where(named(reservation.status, [status.value for status in statuses]))
    return await _pages(
        connection,
        offer_ids,
        lambda offer_id: paged(
            query.where(reservation.offer_id == offer_id, managed), _NEWEST, reservation.id, page
        ),
    )


async def find_reservations_of_places(
    connection: Connection,
    place_ids: Sequence[UUID],
    page: PageRequest,
    statuses: Statuses,
    actor: Actor,
) -> Mapping[UUID, Page[Reservation]]:
    """Each place's reservations that the actor manages, the newest first."""
    return await _pages(
        connection,
        place_ids,
        lambda place_id: _each(
            statuses, page, reservation.place_id == place_id, manages(place_id, actor)
        ),
    )


async def find_activity_of_users(
    connection: Connection, user_ids: Sequence[UUID], page: PageRequest
) -> Mapping[UUID, Page[Activity]]:
    """What each customer did, the newest first."""
    order = Order(history.created_at, descending=True)
    return await read_pages_by_parent(
        connection,
        user_ids,
        lambda user_id: select(*ACTIVITY_COLUMNS).where(history.user_id == user_id),
        order,
        history.id,
        page,
        to_activity,
    )


def _each(statuses: Statuses, page: PageRequest, *which: ColumnElement[bool]) -> Select[Any]:
    """A page of them, each status by itself, as the indexes of places and customers hold them.

    A few that expired among all that were picked up are not looked for.
    """
    query = select(*RESERVATION_COLUMNS).where(*which)
    asked = sorted(set(ReservationStatus if statuses is None else statuses))
    of_each = [query.where(reservation.status == status.value) for status in asked]
    return merged(of_each or [query.where(false())], _NEWEST, reservation.id, page)


async def _pages(
    connection: Connection,
    parent_ids: Sequence[UUID],
    page_of: Callable[[ColumnElement[UUID]], Select[Any]],
) -> Mapping[UUID, Page[Reservation]]:
    return await read_each_page(connection, parent_ids, page_of, to_reservation)
