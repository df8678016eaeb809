"""Selling at the counter: a statement that takes or fails, like reserving."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Date, Integer, cast, exists, func, literal, not_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer, OfferStatus
from catalog_service.domain.pickup import GRACE
from catalog_service.models import tables
from catalog_service.repository.conditions import IS_PRESENT, is_withheld_offer, manages, named
from catalog_service.repository.rows import OFFER_COLUMNS, offer, place, to_offer
from shared.database import Connection

counter_sale = tables.counter_sale.c
_ON_SALE = (OfferStatus.ACTIVE.value, OfferStatus.PAUSED.value)
_FIGURES = ("counter_sales", "revenue", "saved")


@dataclass(frozen=True, slots=True)
class CounterSale:
    """Portions for somebody who walked in."""

    offer_id: UUID
    sold_by: UUID
    quantity: int
    idempotency_key: str | None


async def has_counter_sales(connection: Connection, offer_id: UUID) -> bool:
    """Whether any of the offer was sold at the counter. Exact while the offer is locked."""
    query = select(exists().where(counter_sale.offer_id == offer_id))
    return bool((await connection.execute(query)).scalar_one())


async def read_sale(connection: Connection, sold_by: UUID, key: str) -> CounterSale | None:
    """The sale that the account made with this key."""
    query = select(counter_sale.offer_id, counter_sale.quantity).where(
        counter_sale.sold_by == sold_by, counter_sale.idempotency_key == key
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else CounterSale(row.offer_id, sold_by, row.quantity, key)


async def read_worked_offer(connection: Connection, offer_id: UUID, actor: Actor) -> Offer | None:
    """The offer as it stands, if the actor works at its place."""
    query = select(*OFFER_COLUMNS).where(
        offer.id == offer_id, IS_PRESENT, manages(offer.place_id, actor)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_offer(row)


async def is_withheld(connection: Connection, offer_id: UUID) -> bool:
    """Whether nothing is sold of the offer at present, whatever its status."""
    query = select(is_withheld_offer()).where(offer.id == offer_id)
    return bool((await connection.execute(query)).scalar_one())


async def sell(connection: Connection, sale: CounterSale, actor: Actor) -> Offer | None:
    """The offer, with the portions taken and the sale noted; None when nothing was sold.

    That is so when the offer does not give them, or when the key was used before.
    """
    now = func.clock_timestamp()
    taken = (
        update(tables.offer)
        .where(
            offer.id == sale.offer_id,
            IS_PRESENT,
            named(offer.status, _ON_SALE),
            offer.pickup_end > now - GRACE,
            offer.quantity_available >= sale.quantity,
            manages(offer.place_id, actor),
            not_(is_withheld_offer()),
        )
        .values(quantity_available=offer.quantity_available - sale.quantity)
        .returning(*OFFER_COLUMNS)
    )
    row = (await connection.execute(taken)).one_or_none()
    if row is None:
        return None
    sold = to_offer(row)
    if not await _note(connection, sale, sold):
        await _give_back(connection, sale)  # the row is still ours: nobody saw them missing
        return None
    await _count(connection, sale, sold)
    return sold


async def _note(connection: Connection, sale: CounterSale, sold: Offer) -> bool:
    """Note the sale; False when its key is noted already."""
    noted = (
        upsert(tables.counter_sale)
        .values(
            id=uuid4(),
            offer_id=sold.id,
            place_id=sold.place_id,
            sold_by=sale.sold_by,
            quantity=sale.quantity,
            unit_price=sold.price.amount,
            original_unit_price=sold.original_price.amount,
            idempotency_key=sale.idempotency_key,
        )
        .on_conflict_do_nothing()
        .returning(counter_sale.id)
    )
    return (await connection.execute(noted)).first() is not None


async def _give_back(connection: Connection, sale: CounterSale) -> None:
    await connection.execute(
        update(tables.offer)
        .where(offer.id == sale.offer_id)
        .values(quantity_available=offer.quantity_available + sale.quantity)
    )


async def _count(connection: Connection, sale: CounterSale, sold: Offer) -> None:
    """Add the sale to the figures of today at the place."""
    paid = sold.price.amount * sale.quantity
    spared = (sold.original_price.amount - sold.price.amount) * sale.quantity
    stats = tables.stats.c
    today = select(
        literal(sold.id, stats.offer_id.type),
        cast(func.timezone(place.time_zone, func.clock_timestamp()), Date),
        place.id,
        literal(sale.quantity, Integer()),
        literal(paid, stats.revenue.type),
        literal(spared, stats.saved.type),
    ).where(place.id == sold.place_id)
    added = upsert(tables.stats).from_select(
        ["offer_id", "day", "place_id", *_FIGURES], today, include_defaults=False
    )
    await connection.execute(
        added.on_conflict_do_update(
            index_elements=["offer_id", "day"],
            set_={name: stats[name] + added.excluded[name] for name in _FIGURES},
        )
    )
