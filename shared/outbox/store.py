"""The outbox in the database: filled inside transactions, emptied by workers with leases."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import (
    ARRAY,
    Insert,
    Table,
    Text,
    Uuid,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Connection
from shared.outbox.items import OutboxItem

NOW = func.clock_timestamp()
TAKEN_AT = NOW.label("taken_at")
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class NewItem:
    """One of many things to send."""

    id: UUID
    payload: Mapping[str, Any] = field(repr=False)
    subject: UUID | None = None


class Outbox:
    """A table of ``OutboxColumns``, and the channel on which its trigger notifies."""

    def __init__(self, table: Table, channel: str) -> None:
        self._table = table
        self._columns = table.c
        self._insert = insert(table)
        self.channel = channel

    async def add(
        self,
        connection: Connection,
        kind: str,
        payload: Mapping[str, Any],
        *,
        item_id: UUID | None = None,
        subject: UUID | None = None,
    ) -> UUID:
        """Have something sent once the transaction commits (a trigger wakes the workers then)."""
        identifier = item_id or uuid4()
        values = {"id": identifier, "kind": kind, "payload": dict(payload), "subject": subject}
        await connection.execute(self._insert, values)
        return identifier

    async def add_all(self, session: AsyncSession, kind: str, items: Iterable[NewItem]) -> None:
        """``add`` for many, a thousand a statement.

        What makes the items is asked for as many at a time, so that others have turns between.
        """
        made = iter(items)
        while some := list(islice(made, ROWS_AT_ONCE)):
            await session.execute(self._add_some(kind, some))

    def _add_some(self, kind: str, items: Sequence[NewItem]) -> Insert:
        """Three parameters: of a list of rows the driver would make a statement for each."""
        payloads = [orjson.dumps(dict(new.payload)).decode() for new in items]
        given = func.unnest(
            literal([new.id for new in items], ARRAY(Uuid())),
            literal([new.subject for new in items], ARRAY(Uuid())),
            literal(payloads, ARRAY(Text())),
        )
        new = given.table_valued(
            column("id", Uuid()), column("subject", Uuid()), column("payload", Text())
        ).render_derived(name="new")
        rows = select(new.c.id, literal(kind), new.c.subject, cast(new.c.payload, JSONB))
        return self._insert.from_select(
            ["id", "kind", "subject", "payload"], rows, include_defaults=False
        )

    async def lease(
        self, connection: Connection, limit: int, *, without: Collection[str] = ()
    ) -> list[OutboxItem]:
        """Take up to ``limit`` due items for two minutes; other workers pass them over.

        ``without``: kinds that are left where they are.
        """
        columns = self._columns
        due = (
            select(columns.id)
            .where(
                columns.finished_at.is_(None),
                columns.available_at <= NOW,
                columns.kind.not_in(without),
                columns.leased_until.is_(None) | (columns.leased_until < NOW),
            )
            .order_by(columns.available_at, columns.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(self._table)
            .where(columns.id.in_(due.scalar_subquery()))
            .values(leased_until=NOW + LEASE, attempts=columns.attempts + 1)
            .returning(*columns, TAKEN_AT)
        )
        return [_item(row) for row in await connection.execute(statement)]

    async def pending_of(
        self, connection: Connection, kind: str, subject: UUID
    ) -> list[OutboxItem]:
        """What waits about ``subject``, leased or not: for who cannot wait for the worker."""
        columns = self._columns
        statement = (
            select(*columns, TAKEN_AT)
            .where(columns.finished_at.is_(None), columns.subject == subject, columns.kind == kind)
            .order_by(columns.created_at, columns.id)
        )
        return [_item(row) for row in await connection.execute(statement)]

    async def replace_payload(
        self, connection: Connection, item_id: UUID, payload: Mapping[str, Any]
    ) -> None:
        """Store what a request turned into, so that a retry sends the same."""
        await self._set(connection, item_id, payload=dict(payload))

    async def finish(self, connection: Connection, item_id: UUID, error: str | None = None) -> None:
        """Sent, or given up with ``error``: its payload is emptied either way."""
        ended: dict[str, Any] = {
            "finished_at": NOW,
            "leased_until": None,
            "payload": {},
            "subject": None,
        }
        await self._set(connection, item_id, **ended, last_error=error)

    async def refuse(self, connection: Connection, item_id: UUID, kind: str) -> None:
        """Never send the item: neither if it waits here, nor if it comes under this id later."""
        ended: dict[str, Any] = {"payload": {}, "finished_at": NOW, "last_error": "refused"}
        new = upsert(self._table).values(id=item_id, kind=kind, **ended)
        ended |= {"leased_until": None, "subject": None}
        await connection.execute(
            new.on_conflict_do_update(
                index_elements=["id"], set_=ended, where=self._columns.finished_at.is_(None)
            )
        )

    async def postpone(
        self, connection: Connection, item_id: UUID, delay: timedelta, error: str
    ) -> None:
        """Give the item back, to be tried again after ``delay``."""
        await self._set(
            connection, item_id, available_at=NOW + delay, leased_until=None, last_error=error
        )

    async def withdraw(self, connection: Connection, subject: UUID) -> None:
        """Send nothing more about ``subject``, and forget what it was."""
        waiting = (self._columns.subject == subject, self._columns.finished_at.is_(None))
        await connection.execute(
            update(self._table)
            .where(*waiting)
            .values(finished_at=NOW, leased_until=None, payload={}, subject=None)
        )

    async def forget_finished(self, connection: Connection) -> None:
        """Remove what was finished long ago."""
        await connection.execute(delete(self._table).where(self._columns.finished_at < NOW - KEPT))

    async def _set(self, connection: Connection, item_id: UUID, **values: Any) -> None:
        # what is finished stays so: two senders of one item may end in either order
        await connection.execute(
            update(self._table)
            .where(self._columns.id == item_id, self._columns.finished_at.is_(None))
            .values(values)
        )


def _item(row: Any) -> OutboxItem:
    return OutboxItem(row.id, row.kind, row.payload, row.attempts, row.created_at, row.taken_at)
