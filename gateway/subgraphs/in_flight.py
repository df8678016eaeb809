"""De-duplication in flight: one request to a subgraph answers all that are identical to it now.

The key is the exact text of everything that can change the answer, never a hash of it, and it
holds every forwarded header but those that only trace: two callers share only what the subgraph
could not tell apart. The shared call lives as long as somebody waits for it; one waiter's
cancellation or deadline ends it for nobody else.

A call has the time that the subgraph is given, from when the first asked. So a call is shared while
it is ``young``: who comes later would wait for the end of somebody else's patience, and asks anew.

A mutation is a border that no sharing crosses: what asks after it must not get an answer that was
under way before it. So the key holds how many mutations have ended, here, in this process.

    query a ────────────────────────────>     a is under way
        mutation ──────>                      the count goes up
                         query a ───────>     asks for itself: the first could have read before
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from msgspec.structs import replace

from gateway.subgraphs.protocol import (
    Subgraph,
    SubgraphReply,
    SubgraphRequest,
    SubgraphTimeout,
)

_TRACE_HEADERS = frozenset({"x-request-id", "traceparent", "tracestate"})

Key = tuple[object, ...]


@dataclass(slots=True)
class Mutations:
    """How many mutations have ended; one for all subgraphs, for one may change another's data."""

    ended: int = 0


@dataclass(slots=True)
class _Shared:
    task: asyncio.Task[SubgraphReply]
    joinable_until: float
    waiters: int = 0


class InFlight:
    """Shares identical queries to ``subgraph``, which is one URL.

    ``longest``: seconds that a shared call may take, whoever waits for it. ``young``: seconds for
    which others may join it.
    """

    def __init__(
        self,
        subgraph: Subgraph,
        longest: float,
        mutations: Mutations | None = None,
        *,
        young: float,
    ) -> None:
        self._mutations = mutations or Mutations()
        self._subgraph = subgraph
        self._longest = longest
        self._young = young
        self._calls: dict[Key, _Shared] = {}

    async def send(self, request: SubgraphRequest, generation: int = 0) -> SubgraphReply:
        """Send ``request``, or wait for an identical one. ``generation``: the runtime's number."""
        if not request.is_query:
            return await self._mutate(request)
        if not request.may_share:
            return await self._subgraph.send(request)
        ended = self._mutations.ended
        key = (generation, ended, request.subgraph, request.body, _identity(request))
        loop = asyncio.get_running_loop()
        now, shared = loop.time(), self._calls.get(key)
        if shared is None or shared.task.done() or now >= shared.joinable_until:
            # The deadline of whoever comes first must not cut the others short.
            lasting = replace(request, deadline=now + self._longest)
            shared = _Shared(loop.create_task(self._call(key, lasting)), now + self._young)
            self._calls[key] = shared
        return await self._wait(key, shared, request.deadline)

    async def _mutate(self, request: SubgraphRequest) -> SubgraphReply:
        try:
            return await self._subgraph.send(request)
        finally:
            # Also after a failure: a mutation that timed out may have been done.
            self._mutations.ended += 1

    async def _call(self, key: Key, request: SubgraphRequest) -> SubgraphReply:
        try:
            return await self._subgraph.send(request)
        finally:
            self._forget(key, asyncio.current_task())

    def _forget(self, key: Key, task: asyncio.Task[SubgraphReply] | None) -> None:
        shared = self._calls.get(key)
        if shared is not None and shared.task is task:
            del self._calls[key]

    async def _wait(self, key: Key, shared: _Shared, deadline: float) -> SubgraphReply:
        shared.waiters += 1
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(shared.task)
        except TimeoutError:
            raise SubgraphTimeout("the deadline passed") from None
        finally:
            shared.waiters -= 1
            if shared.waiters == 0 and not shared.task.done():
                # Forgotten at once: whoever asks in this same turn must not join a dying call.
                self._forget(key, shared.task)
                shared.task.cancel()


def _identity(request: SubgraphRequest) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted(
            (name, value) for name, value in request.headers.items() if name not in _TRACE_HEADERS
        )
    )
