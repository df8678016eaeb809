"""Keyset pages: rows after a point in an order that the id makes total.

One statement serves one parent or many: with many, the page is taken for each of them by a lateral
join, so a list of a hundred places with their offers is still two statements.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Row,
    Select,
    TableValuedAlias,
    Uuid,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
    union_all,
)

from shared.database import Connection
from shared.pagination.cursors import PageRequest

Item = TypeVar("Item")
SORT_KEY = "sort_key"
LONGEST_PIECE = 500  # rows read without a pause
MOST_COUNTED = 1_000
"""How far a list is counted; one more tells that there are more."""


class AtLeast(int):
    """A count that ended before all was looked at: so many were found by then."""


@dataclass(frozen=True, slots=True)
class Order:
    """What rows are sorted by, before their id."""

    expression: ColumnElement[Any]
    descending: bool = False

    def by(self, *columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        """Columns in this order's direction."""
        return [each.desc() if self.descending else each.asc() for each in columns]


@dataclass(frozen=True, slots=True)
class Found(Generic[Item]):
    """An item and the sort key it stands at."""

    item: Item
    sort_key: Any


Page: TypeAlias = Sequence[Found[Item]]
"""Up to ``PageRequest.fetch`` items: one more than shown tells that more follow."""


def past(
    order: Order, identity: ColumnElement[UUID], page: PageRequest
) -> list[ColumnElement[bool]]:
    """Whether a row stands after the page's cursor."""
    if page.after is None:
        return []
    key, row_id = page.after
    here = tuple_(order.expression, identity)
    there = tuple_(
        bindparam("after_key", key, order.expression.type),
        bindparam("after_id", row_id, identity.type),
    )
    return [here < there if order.descending else here > there]


def paged(
    query: Select[Any],
    order: Order,
    identity: ColumnElement[UUID],
    page: PageRequest,
    *,
    within: bool = False,
) -> Select[Any]:
    """The query's rows of one page, and one more, with their sort key.

    ``within``: all of them have the same sort key, so that the id alone sorts them.
    """
    query = query.where(*past(order, identity, page))
    directions = order.by(*((identity,) if within else (order.expression, identity)))
    return (
        query.add_columns(order.expression.label(SORT_KEY))
        .order_by(*directions)
        .limit(bindparam("most", page.fetch, Integer()))
    )


def merged(
    queries: Sequence[Select[Any]],
    order: Order,
    identity: ColumnElement[UUID],
    page: PageRequest,
) -> Select[Any]:
    """As ``paged``, of all these queries together.

    Where an index holds each in this order, each is read only as far as the page needs it: the
    reservations of a place in five statuses are 25 rows for a page of twenty.
    """
    pages = (select(paged(query, order, identity, page).subquery()) for query in queries)
    together = union_all(*pages).subquery("together")
    return (
        select(together)
        .order_by(*order.by(together.c[SORT_KEY], together.c.id))
        .limit(bindparam("most", page.fetch, Integer()))
    )


def outer(column: ColumnElement[UUID]) -> ColumnElement[UUID]:
    """The column as it is named in what is joined to its table, however deep within.

    Else SQLAlchemy takes the table in once more where a query stands in a query, and a condition
    on this parent becomes one on any parent.
    """
    return literal_column(f"{column.table.name}.{column.key}", column.type)


Read: TypeAlias = Callable[[Row[Any]], Item]
"""From a row to a domain object."""


async def read_page(
    connection: Connection,
    query: Select[Any],
    order: Order,
    identity: ColumnElement[UUID],
    page: PageRequest,
    read: Read[Item],
    values: Mapping[str, Any] | None = None,
) -> Page[Item]:
    """One page of the query. ``values``: what it binds by name."""
    rows = (await connection.execute(paged(query, order, identity, page), values)).all()
    return [Found(read(row), row[SORT_KEY]) for row in rows]


def page_values(page: PageRequest) -> dict[str, Any]:
    """What ``paged`` binds, by name: for a statement that is kept by its form."""
    key, row_id = page.after or (None, None)
    return {"after_key": key, "after_id": row_id, "most": page.fetch}


async def read_pages_by_parent(
    connection: Connection,
    parent_ids: Sequence[UUID],
    query_of: Callable[[ColumnElement[UUID]], Select[Any]],
    order: Order,
    identity: ColumnElement[UUID],
    page: PageRequest,
    read: Read[Item],
    values: Mapping[str, Any] | None = None,
) -> Mapping[UUID, Page[Item]]:
    """The same page for each parent. ``query_of``: the rows of the parent in that column.

    ``values``: what the query binds by name.
    """

    def page_of(parent_id: ColumnElement[UUID]) -> Select[Any]:
        return paged(query_of(parent_id), order, identity, page)

    return await read_each_page(connection, parent_ids, page_of, read, values)


async def read_each_page(
    connection: Connection,
    parent_ids: Sequence[UUID],
    page_of: Callable[[ColumnElement[UUID]], Select[Any]],
    read: Read[Item],
    values: Mapping[str, Any] | None = None,
) -> Mapping[UUID, Page[Item]]:
    """The same, where ``page_of`` is the page of the parent in that column."""
    found: dict[UUID, list[Found[Item]]] = {parent_id: [] for parent_id in parent_ids}
    parents = parents_in(literal(list(parent_ids), ARRAY(Uuid())))
    rows_of = page_of(outer(parents.c.id)).lateral("page")
    statement = select(rows_of, parents.c.id.label("parent_id")).join(rows_of, true())
    rows = (await connection.execute(statement, values)).all()
    for index, row in enumerate(rows, 1):
        found[row.parent_id].append(Found(read(row), row.sort_key))
        if index % LONGEST_PIECE == 0:
            await asyncio.sleep(0)  # a hundred pages of a hundred rows would hold the loop
    return found


async def read_some_by_parent(
    connection: Connection,
    parent_ids: Sequence[UUID],
    some_of: Callable[[ColumnElement[UUID]], Select[Any]],
    read: Read[Item],
) -> Mapping[UUID, list[Item]]:
    """A list for each parent that is no page. ``some_of``: so many rows of the parent there."""
    found: dict[UUID, list[Item]] = {parent_id: [] for parent_id in parent_ids}
    parents = parents_in(literal(list(parent_ids), ARRAY(Uuid())))
    rows_of = some_of(outer(parents.c.id)).lateral("some")
    statement = select(rows_of, parents.c.id.label("parent_id")).join(rows_of, true())
    for row in (await connection.execute(statement)).all():
        found[row.parent_id].append(read(row))
    return found


def parents_in(ids: ColumnElement[Any]) -> TableValuedAlias:
    """An array of ids as a table: what stands beside it is read of each by itself."""
    return func.unnest(ids).table_valued(column("id", Uuid())).render_derived(name="parents")
