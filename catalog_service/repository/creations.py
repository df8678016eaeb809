"""Keys that clients make things with, for as long as they may ask again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from catalog_service.models import tables
from shared.database import Connection

KEPT: Final = timedelta(days=7)
creation = tables.creation.c


@dataclass(frozen=True, slots=True)
class Creation:
    """What is made with a key. ``fingerprint``: of all that was asked for."""

    user_id: UUID
    key: str
    fingerprint: bytes


async def begin_creation(connection: Connection, new: Creation) -> bool:
    """Note that the key is used; False when it was. Who uses it at the same time is waited for."""
    old = creation.user_id == new.user_id, creation.created_at < func.clock_timestamp() - KEPT
    await connection.execute(delete(tables.creation).where(*old))
    statement = (
        insert(tables.creation)
        .values(user_id=new.user_id, idempotency_key=new.key, fingerprint=new.fingerprint)
        .on_conflict_do_nothing()
        .returning(creation.user_id)
    )
    return (await connection.execute(statement)).first() is not None


async def note_created(connection: Connection, new: Creation, made_id: UUID) -> None:
    """Note what was made with the key."""
    await connection.execute(
        update(tables.creation)
        .where(creation.user_id == new.user_id, creation.idempotency_key == new.key)
        .values(id=made_id)
    )


async def read_created(connection: Connection, again: Creation) -> tuple[UUID | None, bool]:
    """What was made with the key, and whether the same was asked for."""
    query = select(creation.id, creation.fingerprint).where(
        creation.user_id == again.user_id, creation.idempotency_key == again.key
    )
    row = (await connection.execute(query)).one_or_none()
    return (None, True) if row is None else (row.id, row.fingerprint == again.fingerprint)
