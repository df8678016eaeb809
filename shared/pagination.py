"""Relay connections (https://relay.dev/graphql/connections.htm) without totals.

::

    OfferConnection = Connection[Offer]       # GraphQL names: OfferConnection, OfferEdge
    return connection(rows, page, key=lambda row: (row.pickup_start, row.id), node=to_offer)
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeAlias, TypeVar

import strawberry

from shared.cursors import KeyValue, PageRequest, write_cursor

Node = TypeVar("Node")
Row = TypeVar("Row")

First: TypeAlias = Annotated[
    int, strawberry.argument(description="How many nodes to return: 0 to 100.")
]
After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Return what comes after this cursor of the same list."),
]


@strawberry.federation.type(shareable=True, description="Where a page of a list ends.")
class PageInfo:
    """Shared by both subgraphs, hence shareable."""

    has_next_page: bool = strawberry.field(description="Whether more nodes follow this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether this page was asked for with a cursor, so that nodes precede it."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the first node.")
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last node: pass it as `after` for the next page."
    )


@strawberry.type(description="A node of a list, with its place in it.")
class Edge(Generic[Node]):
    """One node of a connection."""

    cursor: str = strawberry.field(description="The node's place, for `after`.")
    node: Node = strawberry.field(description="The node itself.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[Node]):
    """One page."""

    edges: list[Edge[Node]] = strawberry.field(description="The page's nodes, in order.")
    page_info: PageInfo = strawberry.field(description="Whether and where the list goes on.")


def connection(
    rows: Sequence[Row],
    page: PageRequest,
    *,
    key: Callable[[Row], Sequence[KeyValue]],
    node: Callable[[Row], Node],
) -> Connection[Node]:
    """The page made of ``rows``, which hold up to ``page.fetch`` rows (one more than shown)."""
    shown = rows[: page.first]
    edges = [Edge(cursor=write_cursor(key(row), page.fingerprint), node=node(row)) for row in shown]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=len(rows) > page.first > 0,
            has_previous_page=page.after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )
