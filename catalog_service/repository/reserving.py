"""The reserving statement, and the look-ups that explain why it took nothing."""

from uuid import uuid4

from sqlalchemy import Uuid, bindparam, text, update

from catalog_service.domain.offers import Availability, OfferStatus, availability
from catalog_service.domain.reservations import Reservation, ReservationRequest
from catalog_service.models import tables
from catalog_service.repository.rows import offer, reservation, to_reservation
from shared.database import Connection

# One statement that takes or fails. Whoever waits for the offer's row decides by what is left when
# the row is theirs. A key or code that exists already inserts nothing, and nothing follows from it.
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
    SELECT reserved.* FROM taken LEFT JOIN reserved ON true
    """
).bindparams(
    *(bindparam(name, type_=Uuid()) for name in ("id", "offer_id", "user_id")),
    *(
        bindparam(name, type_=reservation[name].type)
        for name in ("quantity", "pickup_code", "idempotency_key", "request_hash")
    ),
)

# Written out, not built: a rush asks this four hundred times for a hundred reservations.
_WHY_NOTHING = text(
    """
    SELECT earlier.*, offers.status AS offer_status, offers.quantity_available,
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


async def reserve(
    connection: Connection, request: ReservationRequest, pickup_code: str
) -> Reservation | None:
    """Take the portions and reserve them; None when the offer does not give them, or when the
    idempotency key or the pickup code exists already. Nothing is taken then."""
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
    if row is None:
        return None
    if row.id is None:
        await _give_back(connection, request)
        return None
    return to_reservation(row)


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
) -> tuple[Reservation | None, Availability | None]:
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
    earlier = None if row.id is None else to_reservation(row)
    if row.offer_status is None:
        return earlier, None
    status = OfferStatus(row.offer_status)
    return earlier, availability(status, is_over=row.is_over, left=row.quantity_available)
