"""The reserving statement, and the look-ups that explain why it took nothing."""

from uuid import UUID, uuid4

from sqlalchemy import Uuid, bindparam, select, text

from catalog_service.domain.offers import Offer
from catalog_service.domain.reservations import Reservation, ReservationRequest
from catalog_service.models import tables
from catalog_service.repository.rows import (
    OFFER_COLUMNS,
    RESERVATION_COLUMNS,
    offer,
    reservation,
    to_offer,
    to_reservation,
)
from shared.database import Connection

IDEMPOTENCY_KEY = "uq_reservations_idempotency_key"
PICKUP_CODE = "uq_reservations_pickup_code"

# One statement that takes or fails. Whoever waits for the offer's row decides by what is left when
# the row is theirs; a reservation that cannot be inserted takes the stock back with it.
_RESERVE = text(
    """
    WITH taken AS (
        UPDATE offers SET quantity_available = quantity_available - :quantity
        WHERE id = :offer_id AND status = 'active' AND deleted_at IS NULL
            AND pickup_end > clock_timestamp() AND quantity_available >= :quantity
        RETURNING *
    ), reserved AS (
        INSERT INTO reservations (
            id, offer_id, place_id, user_id, quantity, unit_price, original_unit_price, currency,
            pickup_start, pickup_end, status, pickup_code, idempotency_key, request_hash)
        SELECT :id, id, place_id, :user_id, :quantity, price_amount, original_price_amount,
            currency, pickup_start, pickup_end, 'RESERVED', :pickup_code, :idempotency_key,
            :request_hash
        FROM taken
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
    SELECT * FROM reserved
    """
).bindparams(
    *(bindparam(name, type_=Uuid()) for name in ("id", "offer_id", "user_id")),
    *(
        bindparam(name, type_=reservation[name].type)
        for name in ("quantity", "pickup_code", "idempotency_key", "request_hash")
    ),
)


async def reserve(
    connection: Connection, request: ReservationRequest, pickup_code: str
) -> Reservation | None:
    """Take the portions and reserve them; None when the offer does not give them.

    Raises ``UniqueViolated`` with ``IDEMPOTENCY_KEY`` or ``PICKUP_CODE``; the transaction is then
    lost up to its savepoint, stock included.
    """
    given = {
        "id": uuid4(),
        "offer_id": request.offer_id,
        "user_id": request.user_id,
        "quantity": request.quantity,
        "pickup_code": pickup_code,
        "idempotency_key": request.idempotency_key,
        "request_hash": request.fingerprint,
    }
    row = (await connection.execute(_RESERVE, given)).one_or_none()
    return None if row is None else to_reservation(row)


async def read_by_key(
    connection: Connection, user_id: UUID, idempotency_key: str
) -> Reservation | None:
    """What an earlier request of this user with this key got, in whatever state it is now."""
    query = select(*RESERVATION_COLUMNS).where(
        reservation.user_id == user_id, reservation.idempotency_key == idempotency_key
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_reservation(row)


async def read_published_offer(connection: Connection, offer_id: UUID) -> Offer | None:
    """The offer unless it is a draft or deleted, which customers never hear of."""
    query = select(*OFFER_COLUMNS).where(
        offer.id == offer_id, offer.status != "draft", tables.offer.c.deleted_at.is_(None)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_offer(row)
