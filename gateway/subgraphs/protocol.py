"""The one narrow door to a subgraph, and what can come back through it.

Requests and replies are Structs, not dataclasses: a frozen dataclass takes ten times as long to
make, 2 µs of a call's 20.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec


class Forwarded(dict[str, str]):
    """A caller's headers that may travel (lower-case names), and how they are written.

    A client that sends one request after the other sends them anew each time, and they are the
    same: ``written`` is where subgraphs keep what they make of them. Once one did, they must not
    change.
    """

    __slots__ = ("written",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__(headers)
        self.written: dict[object, Any] = {}


class SubgraphRequest(msgspec.Struct, frozen=True):
    """One POST to a subgraph.

    ``headers`` travel under the subgraph's own rules, and so does ``request_id``, as x-request-id.
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
    request_id: str | None = None


class SubgraphReply(msgspec.Struct, frozen=True):
    """An answer that arrived whole: status, headers and the raw body.

    ``headers`` have lower-case names, and all values of a name: `Set-Cookie` may come twice, and
    its values cannot be joined (RFC 9110, 5.3).
    """

    status: int
    body: bytes
    headers: Mapping[str, tuple[str, ...]] = {}


class SubgraphError(Exception):
    """A request that got no usable answer. ``code`` is stable and may be shown to clients."""

    code = "UNAVAILABLE"
    retryable = True


class SubgraphUnreachable(SubgraphError):
    """No connection, a connection that broke, an open breaker."""


class ConnectionStale(SubgraphUnreachable):
    """A kept connection had been closed by the time the request was sent on it.

    It says nothing about the subgraph. Whether the request was read is not known.
    """


class SubgraphTimeout(SubgraphError):
    """The deadline passed. A mutation's outcome is unknown then."""

    code = "TIMEOUT"


class SubgraphReplyInvalid(SubgraphError):
    """An answer that is not a GraphQL response (status, media type, JSON, shape, size)."""

    retryable = False


class SubgraphNotServing(SubgraphError):
    """A status that says "not at present", of the subgraph or of what stands before it."""


class GatewayKeyRefused(SubgraphError):
    """The subgraph does not take our key: that is between us and it, and no caller's fault."""


class Subgraph(Protocol):
    """Sends requests to subgraphs. Implementations: HTTP clients, the tests' double."""

    async def send(self, request: SubgraphRequest) -> SubgraphReply:
        """Answer ``request`` or raise a SubgraphError."""
        ...
