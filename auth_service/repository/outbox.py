"""The outbox in the database: filled inside transactions, emptied by workers with leases."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update

from auth_service.domain.outbox import OutboxItem, OutboxKind
from auth_service.models.tables import outbox
from shared.database import Connection

CHANNEL = "auth_outbox"
NOW = func.clock_timestamp()
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)


async def add_to_outbox(
    connection: Connection,
    kind: OutboxKind,
    payload: Mapping[str, Any],
    item_id: UUID | None = None,
) -> UUID:
    """Have something sent once the transaction commits (a trigger wakes the workers then)."""
    identifier = item_id or uuid4()
    await connection.execute(
        insert(outbox).values(id=identifier, kind=kind.value, payload=dict(payload))
    )
    return identifier


async def lease_items(connection: Connection, limit: int) -> list[OutboxItem]:
    """Take up to ``limit`` due items for two minutes; other workers pass them over."""
    due = (
        select(outbox.c.id)
        .where(
            outbox.c.finished_at.is_(None),
            outbox.c.available_at <= NOW,
            outbox.c.leased_until.is_(None) | (outbox.c.leased_until < NOW),
        )
        .order_by(outbox.c.available_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(outbox)
        .where(outbox.c.id.in_(due.scalar_subquery()))
        .values(leased_until=NOW + LEASE, attempts=outbox.c.attempts + 1)
        .returning(outbox)
    )
    return [
        OutboxItem(row.id, OutboxKind(row.kind), row.payload, row.attempts, row.created_at)
        for row in await connection.execute(statement)
    ]


async def replace_payload(
    connection: Connection, item_id: UUID, payload: Mapping[str, Any]
) -> None:
    """Store what a request turned into, so that a retry sends the same."""
    await connection.execute(
        update(outbox).where(outbox.c.id == item_id).values(payload=dict(payload))
    )


async def finish_item(connection: Connection, item_id: UUID, error: str | None = None) -> None:
    """Sent, or given up with ``error``: its payload is emptied either way."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.id == item_id)
        .values(finished_at=NOW, leased_until=None, payload={}, last_error=error)
    )


async def postpone_item(
    connection: Connection, item_id: UUID, delay: timedelta, error: str
) -> None:
    """Give the item back, to be tried again after ``delay``."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.id == item_id)
        .values(available_at=NOW + delay, leased_until=None, last_error=error)
    )


async def next_due_in(connection: Connection) -> float | None:
    """Seconds until the next item is due (below zero: it is); None when nothing waits."""
    free_at = func.greatest(outbox.c.available_at, outbox.c.leased_until)
    statement = select(func.extract("epoch", func.min(free_at) - NOW)).where(
        outbox.c.finished_at.is_(None)
    )
    seconds = (await connection.execute(statement)).scalar_one()
    return None if seconds is None else float(seconds)


async def forget_finished(connection: Connection) -> None:
    """Remove what was finished long ago."""
    await connection.execute(delete(outbox).where(outbox.c.finished_at < NOW - KEPT))
