"""Writing many rows at once, for demo data."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, exists, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.models import tables
from shared.database import Connection

Rows = Sequence[dict[str, Any]]


async def hold_if_empty(connection: Connection) -> bool:
    """Whether there is no place yet; nobody else adds one before the transaction ends."""
    await connection.execute(text("LOCK TABLE places IN SHARE ROW EXCLUSIVE MODE"))
    query = select(~exists().select_from(tables.place))
    return bool((await connection.execute(query)).scalar_one())


async def insert_rows(connection: AsyncSession, table: Table, rows: Rows) -> None:
    """Insert all rows; each has the same columns."""
    if rows:
        await connection.execute(insert(table), list(rows))
