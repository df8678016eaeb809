"""Relay connections (https://relay.dev/graphql/connections.htm), counted where a service can.

::

    OfferConnection = Connection[Offer]       # GraphQL names: OfferConnection, OfferEdge
    return connection(rows, page, key=lambda row: (row.pickup_start, row.id), node=to_offer)
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Generic, Protocol, TypeAlias, TypeVar, cast

import strawberry

from shared.pagination.cursors import KeyValue, PageRequest, write_cursor

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


Count: TypeAlias = Callable[[], Awaitable[int]]


class Counted(Protocol):
    """A connection made with a ``count``."""

    @property
    def count(self) -> Count:
        """How many nodes there are in all, as far as the service counts."""


class _Edge:
    """An edge whose cursor is written when it is asked for."""

    __slots__ = ("_fingerprint", "_key", "node")

    def __init__(self, node: object, key: Sequence[KeyValue], fingerprint: str) -> None:
        self.node = node
        self._key = key
        self._fingerprint = fingerprint

    @property
    def cursor(self) -> str:
        """The node's place."""
        return write_cursor(self._key, self._fingerprint)


class _Page:
    """A connection and its page info in one."""

    def __init__(
        self, edges: list[_Edge], page: PageRequest, count: Count | None, *, has_next_page: bool
    ) -> None:
        self.edges = edges
        self.count = count
        self.size = len(edges)
        self.has_next_page = has_next_page
        self.has_previous_page = page.after is not None

    @property
    def page_info(self) -> "_Page":
        """Itself. No attribute: such a cycle would keep all of the request for the collector."""
        return self

    @property
    def start_cursor(self) -> str | None:
        """The first edge's."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        """The last edge's."""
        return self.edges[-1].cursor if self.edges else None


def connection(
    rows: Sequence[Row],
    page: PageRequest,
    *,
    key: Callable[[Row], Sequence[KeyValue]],
    node: Callable[[Row], Node],
    count: Count | None = None,
) -> Connection[Node]:
    """The page made of ``rows``, which hold up to ``page.fetch`` rows (one more than shown).

    ``count``: tells how many there are in all, for types that have such a field.

    Its parts have the types' fields, and make cursors only for who asks.
    """
    edges = [_Edge(node(row), key(row), page.fingerprint) for row in rows[: page.first]]
    made = _Page(edges, page, count, has_next_page=len(rows) > page.first)
    return cast("Connection[Node]", made)
