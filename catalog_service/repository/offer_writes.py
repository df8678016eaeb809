"""Writing offers. Ownership stands in each statement's own WHERE."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, exists, func, insert, literal, select, update

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer, OfferDetails, OfferStatus
from catalog_service.domain.places import OFFER_KEEPERS
from catalog_service.domain.reservations import ReservationStatus
from catalog_service.domain.text import normal_tags
from catalog_service.models import tables
from catalog_service.repository.conditions import IS_PRESENT, is_open_place, manages
from catalog_service.repository.rows import OFFER_COLUMNS, offer, place, reservation, to_offer
from shared.database import Connection
from shared.text import in_one_form


async def database_time(connection: Connection) -> datetime:
    """The one clock that decides about windows."""
    now: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return now


async def read_kept_offer(connection: Connection, offer_id: UUID, actor: Actor) -> Offer | None:
    """The offer as it stands, if the actor keeps the offers of its place."""
    row = (
        await connection.execute(select(*OFFER_COLUMNS).where(*_kept(offer_id, actor)))
    ).one_or_none()
    return None if row is None else to_offer(row)


async def read_currency(connection: Connection, place_id: UUID, actor: Actor) -> str | None:
    """The currency of a place whose offers the actor keeps."""
    query = select(place.currency).where(
        place.id == place_id, manages(place.id, actor, OFFER_KEEPERS)
    )
    found: str | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def insert_offer(
    connection: Connection, place_id: UUID, details: OfferDetails, actor: Actor
) -> Offer | None:
    """A new draft at an open place whose offers the actor keeps; None without one.

    The place is held shared, so that it cannot be closed past an offer it does not see yet.
    """
    given = {
        "id": uuid4(),
        **offer_columns(details),
        "quantity_total": details.quantity_total,
        "quantity_available": details.quantity_total,
        "status": OfferStatus.DRAFT.value,
    }
    source = (
        select(
            place.id,
            place.currency,
            *(literal(value, offer[name].type) for name, value in given.items()),
        )
        .where(place.id == place_id, is_open_place(), manages(place.id, actor, OFFER_KEEPERS))
        .with_for_update(read=True, of=tables.place)
    )
    statement = (
        insert(tables.offer)
        .from_select(["place_id", "currency", *given], source)
        .returning(*OFFER_COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else to_offer(row)


async def lock_offer(connection: Connection, offer_id: UUID, actor: Actor) -> Offer | None:
    """The offer, held until the transaction ends, if the actor keeps the offers of its place."""
    query = (
        select(*OFFER_COLUMNS)
        .where(*_kept(offer_id, actor))
        .with_for_update(key_share=True, of=tables.offer)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_offer(row)


async def has_reservations(
    connection: Connection, offer_id: UUID, *, live_only: bool = False
) -> bool:
    """Whether the offer has reservations. Exact while the offer is locked: reserving locks it."""
    condition = exists().where(reservation.offer_id == offer_id)
    if live_only:
        condition = condition.where(reservation.status == ReservationStatus.RESERVED.value)
    return bool((await connection.execute(select(condition))).scalar_one())


async def update_offer(
    connection: Connection, offer_id: UUID, details: OfferDetails, actor: Actor
) -> Offer | None:
    """The offer with its new details; None when more portions are reserved than would be left.

    What is available shifts by as much as the total.
    """
    shifted = offer.quantity_available + (details.quantity_total - offer.quantity_total)
    return await _update(
        connection,
        *_kept(offer_id, actor),
        shifted >= 0,
        values={
            **offer_columns(details),
            "quantity_total": details.quantity_total,
            "quantity_available": shifted,
        },
    )


async def publish_offer(connection: Connection, offer_id: UUID, actor: Actor) -> Offer | None:
    """The offer, active; None when its window is over by the database's clock."""
    return await _update(
        connection,
        *_kept(offer_id, actor),
        offer.pickup_end > func.clock_timestamp(),
        values={"status": OfferStatus.ACTIVE.value},
    )


async def set_offer_status(
    connection: Connection, offer_id: UUID, status: OfferStatus, actor: Actor
) -> Offer | None:
    """The offer in another status. The rules about which come before."""
    return await _update(connection, *_kept(offer_id, actor), values={"status": status.value})


async def stay_paused(connection: Connection, offer_id: UUID, actor: Actor) -> Offer | None:
    """The offer that was withheld, no more to be resumed; None if it is not to be."""
    return await _update(
        connection, *_kept(offer_id, actor), offer.resumes, values={"resumes": False}
    )


async def delete_offer(connection: Connection, offer_id: UUID, actor: Actor) -> None:
    """Take a draft out of the database."""
    await connection.execute(delete(tables.offer).where(*_kept(offer_id, actor)))


async def hide_offer(connection: Connection, offer_id: UUID, actor: Actor) -> None:
    """Cancel the offer and mark it deleted."""
    await _update(
        connection,
        *_kept(offer_id, actor),
        values={"status": OfferStatus.CANCELLED.value, "deleted_at": func.clock_timestamp()},
    )


async def lock_offers_of_place(connection: Connection, place_id: UUID) -> None:
    """Hold every offer of the place that is not cancelled, by id."""
    query = (
        select(offer.id)
        .where(offer.place_id == place_id, offer.status != OfferStatus.CANCELLED.value)
        .order_by(offer.id)
        .with_for_update(key_share=True)
    )
    await connection.execute(query)


async def cancel_offers_of_place(connection: Connection, place_id: UUID) -> None:
    """Cancel every offer of the place."""
    await connection.execute(
        update(tables.offer)
        .where(offer.place_id == place_id, offer.status != OfferStatus.CANCELLED.value)
        .values(status=OfferStatus.CANCELLED.value)
    )


def _kept(offer_id: UUID, actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (offer.id == offer_id, IS_PRESENT, manages(offer.place_id, actor, OFFER_KEEPERS))


def offer_columns(details: OfferDetails) -> dict[str, Any]:
    """What a partner says about an offer, by column; the quantity is for the caller."""
    declared = details.allergens
    return {
        "title": in_one_form(details.title),
        "description": details.description,
        "price_amount": details.price,
        "original_price_amount": details.original_price,
        "pickup_start": details.window.start,
        "pickup_end": details.window.end,
        "tags": normal_tags(details.tags),
        "allergens": None if declared is None else _once(declared),
        "diets": _once(details.diets),
        "image_urls": details.image_urls,
        "max_per_customer": details.max_per_customer,
    }


def _once(named: Iterable[StrEnum]) -> list[str]:
    return list(dict.fromkeys(each.value for each in named))


async def _update(
    connection: Connection, *conditions: ColumnElement[bool], values: dict[str, Any]
) -> Offer | None:
    statement = update(tables.offer).where(*conditions).values(values).returning(*OFFER_COLUMNS)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else to_offer(row)
