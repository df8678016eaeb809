"""The one narrow door to a subgraph, and what can come back through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SubgraphRequest:
    """One POST to a subgraph.

    ``deadline`` is absolute, in seconds of the event loop's clock. ``is_query``: it may be sent
    again; a mutation never is. ``may_share``: an identical request in flight may answer this one
    too (never below a mutation, whose reads must come after its writes).
    """

    subgraph: str
    body: bytes
    headers: Mapping[str, str]
    deadline: float
    is_query: bool = True
    may_share: bool = False


@dataclass(frozen=True, slots=True)
class SubgraphReply:
    """An answer that arrived whole: status, headers (lower-case names) and the raw body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class SubgraphError(Exception):
    """A request that got no usable answer. ``code`` is stable and may be shown to clients."""

    code = "UNAVAILABLE"
    retryable = True


class SubgraphUnreachable(SubgraphError):
    """No connection, a connection that broke, an open breaker."""


class SubgraphTimeout(SubgraphError):
    """The deadline passed. A mutation's outcome is unknown then."""

    code = "TIMEOUT"


class SubgraphReplyInvalid(SubgraphError):
    """An answer that is not a GraphQL response (status, media type, JSON, shape, size)."""

    retryable = False


class Subgraph(Protocol):
    """Sends requests to subgraphs. Implementations: pyreqwest, httpx2, the tests' double."""

    async def send(self, request: SubgraphRequest) -> SubgraphReply:
        """Answer ``request`` or raise a SubgraphError."""
        ...
