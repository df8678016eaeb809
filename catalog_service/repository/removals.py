"""What was deleted, as far as whoever deleted it may ask again."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select

from catalog_service.domain.actors import Actor
from catalog_service.domain.places import OFFER_KEEPERS
from catalog_service.models import tables
from catalog_service.repository.conditions import manages
from catalog_service.repository.rows import offer
from shared.database import Connection

KEPT: Final = timedelta(days=7)
removal = tables.removal.c


async def note_removal(connection: Connection, removed_id: UUID, place_id: UUID) -> None:
    """Note what leaves the database, and forget what left it long ago."""
    await connection.execute(
        delete(tables.removal).where(
            removal.place_id == place_id, removal.removed_at < func.clock_timestamp() - KEPT
        )
    )
    await connection.execute(insert(tables.removal).values(id=removed_id, place_id=place_id))


async def was_removed(connection: Connection, removed_id: UUID, actor: Actor) -> bool:
    """Whether it was deleted from a place whose offers the actor keeps."""
    hidden = select(offer.id).where(
        offer.id == removed_id,
        offer.deleted_at.is_not(None),
        manages(offer.place_id, actor, OFFER_KEEPERS),
    )
    gone = select(removal.id).where(
        removal.id == removed_id, manages(removal.place_id, actor, OFFER_KEEPERS)
    )
    query = select(or_(hidden.exists(), gone.exists()))
    return bool((await connection.execute(query)).scalar_one())
