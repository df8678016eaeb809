"""Reading offers by id."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer
from catalog_service.repository.conditions import among, may_read_offer
from catalog_service.repository.rows import OFFER_COLUMNS, offer, to_offer
from shared.database import Connection


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
