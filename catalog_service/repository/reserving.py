"""The reserving statement, and the look-ups that explain why it took nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Uuid, bindparam, text, update

from catalog_service.domain.money import Money
from catalog_service.domain.offers import Availability, OfferStatus, availability
from catalog_service.domain.reservations import Reservation, ReservationRequest
from catalog_service.models import tables
from catalog_service.repository.notices import Notice, to_notice
from catalog_service.repository.rows import offer, reservation, to_reservation
from shared.database import Connection

NOBODY_ID = UUID(int=0)

# One statement that takes or fails. Whoever waits for the offer's row decides by what is left when
# the row is theirs. A key or code that exists already inserts nothing, and nothing follows from it.
_RESERVE = text(
    """
    WITH taken AS (
        UPDATE offers SET quantity_available = quantity_available - :quantity
        WHERE id = :offer_id AND status = 'active' AND deleted_at IS NULL
            AND pickup_end > clock_timestamp() AND quantity_available >= :quantity
            AND price_amount = coalesce(:expected_price, price_amount)
            AND :held + :quantity <= coalesce(max_per_customer, :held + :quantity)
        RETURNING *
    ), reserved AS (
        INSERT INTO reservations (
            id, offer_id, place_id, user_id, quantity, unit_price, original_unit_price, currency,
            pickup_start, pickup_end, status, pickup_code, idempotency_key, request_hash,
            title, description, allergens, diets)
        SELECT :id, id, place_id, :user_id, :quantity, price_amount, original_price_amount,
            currency, pickup_start, pickup_end, 'RESERVED', :pickup_code, :idempotency_key,
            :request_hash, title, description, allergens, diets
        FROM taken
        ON CONFLICT DO NOTHING
        RETURNING *
    ), remembered AS (
        INSERT INTO user_history (user_id, offer_id, action, details)
        SELECT user_id, offer_id, 'OFFER_RESERVED', 'quantity=' || quantity FROM reserved
    ), counted AS (
        INSERT INTO offer_stats_daily (offer_id, day, place_id, reservations)
        SELECT offer_id, CAST(clock_timestamp() AT TIME ZONE time_zone AS date), place_id, 1
        FROM reserved JOIN places ON places.id = place_id
        ON CONFLICT (offer_id, day)
            DO UPDATE SET reservations = offer_stats_daily.reservations + 1
    )
    SELECT reserved.*, places.name, places.address, places.time_zone
    FROM taken JOIN places ON places.id = taken.place_id LEFT JOIN reserved ON true
    """
).bindparams(
    *(bindparam(name, type_=Uuid()) for name in ("id", "offer_id", "user_id")),
    *(
        bindparam(name, type_=reservation[name].type)
        for name in ("quantity", "pickup_code", "idempotency_key", "request_hash")
    ),
    bindparam("held", type_=reservation.quantity.type),
    bindparam("expected_price", type_=offer.price_amount.type),
)

_TAKE_TURN = text("SELECT * FROM catalog_take_turn(:customer, :wanted)").bindparams(
    *(bindparam(name, type_=Uuid()) for name in ("customer", "wanted"))
)

# Written out, not built: a rush asks this four hundred times for a hundred reservations.
_WHY_NOTHING = text(
    """
    SELECT earlier.*, offers.status AS offer_status, offers.quantity_available,
        offers.price_amount, offers.currency AS offer_currency, offers.max_per_customer,
        offers.pickup_end <= clock_timestamp() AS is_over
    FROM (VALUES (1)) AS one
        LEFT JOIN reservations AS earlier
            ON earlier.user_id = :user_id AND earlier.idempotency_key = :idempotency_key
        LEFT JOIN offers
            ON offers.id = :offer_id AND offers.status <> 'draft' AND offers.deleted_at IS NULL
    """
).bindparams(
    *(bindparam(name, type_=Uuid()) for name in ("user_id", "offer_id")),
    bindparam("idempotency_key", type_=reservation.idempotency_key.type),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a customer has, while nobody else reserves for the same customer.

    ``live``: reservations; ``cancelled``: given back within the hour, the first of them at
    ``first_cancelled``; ``held``: portions of the wanted offer, those picked up included.
    """

    live: int
    cancelled: int
    first_cancelled: datetime | None
    held: int


async def take_turn(connection: Connection, customer_id: UUID, offer_id: UUID) -> Turn:
    """Wait for the customer's other reservations; what they came to."""
    given = {"customer": customer_id, "wanted": offer_id}
    row = (await connection.execute(_TAKE_TURN, given)).one()
    return Turn(row.live, row.cancelled, row.first_cancelled, row.held)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """How it stands with an offer that gave nothing."""

    availability: Availability
    price: Money
    max_per_customer: int | None
    left: int


async def reserve(
    connection: Connection, request: ReservationRequest, pickup_code: str, held: int
) -> tuple[Reservation, Notice] | None:
    """Take the portions and reserve them, with what to write about it.

    None when the offer does not give them, or when the idempotency key or the pickup code exists
    already. Nothing is taken then.
    """
    given = {
        "id": uuid4(),
        "offer_id": request.offer_id,
        "user_id": request.user_id,
        "quantity": request.quantity,
        "pickup_code": pickup_code,
        "idempotency_key": request.idempotency_key,
        "request_hash": request.fingerprint,
        "expected_price": request.expected_price,
        "held": held,
    }
    row = (await connection.execute(_RESERVE, given)).one_or_none()
    if row is None:
        return None
    if row.id is None:
        await _give_back(connection, request)
        return None
    return to_reservation(row), to_notice(row)


async def _give_back(connection: Connection, request: ReservationRequest) -> None:
    """Return what was just taken: the row is still ours, so nobody saw it missing.

    Cheaper than a savepoint around every attempt, which only the rare repeated key would need.
    """
    await connection.execute(
        update(tables.offer)
        .where(offer.id == request.offer_id)
        .values(quantity_available=offer.quantity_available + request.quantity)
    )


async def read_why_nothing(
    connection: Connection, request: ReservationRequest
) -> tuple[Reservation | None, Obstacle | None]:
    """What an earlier request with this key got, and how it stands with the offer.

    The offer is None when it is a draft or deleted, of which customers never hear. A statement of
    its own sees what was committed while the offer was awaited.
    """
    given = {
        "user_id": request.user_id,
        "idempotency_key": request.idempotency_key,
        "offer_id": request.offer_id,
    }
    row = (await connection.execute(_WHY_NOTHING, given)).one()
    return (None if row.id is None else to_reservation(row)), _obstacle(row)


async def read_obstacle(connection: Connection, offer_id: UUID) -> Obstacle | None:
    """How it stands with an offer that gave nothing; None when it is deleted."""
    given = {"user_id": NOBODY_ID, "idempotency_key": "", "offer_id": offer_id}
    return _obstacle((await connection.execute(_WHY_NOTHING, given)).one())


def _obstacle(row: Any) -> Obstacle | None:
    if row.offer_status is None:
        return None
    status = OfferStatus(row.offer_status)
    stands = availability(status, is_over=row.is_over, left=row.quantity_available)
    price = Money.of(row.price_amount, row.offer_currency)
    return Obstacle(stands, price, row.max_per_customer, row.quantity_available)
