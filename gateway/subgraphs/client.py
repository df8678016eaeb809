"""What every HTTP client to a subgraph does around the bare exchange of bytes.

Deadline, concurrency, breaker, retry, headers and decompression are here, once; an implementation
(`http1`, `pyreqwest`, `httpx2`) adds ``_post`` and renames its library's exceptions.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from time import perf_counter
from typing import Protocol

import msgspec

from gateway.subgraphs.breaker import Breaker, BreakerState
from gateway.subgraphs.config import DEADLINE, SubgraphConfig
from gateway.subgraphs.decompression import decompress
from gateway.subgraphs.protocol import (
    ConnectionStale,
    Forwarded,
    SubgraphError,
    SubgraphReply,
    SubgraphReplyInvalid,
    SubgraphRequest,
    SubgraphTimeout,
    SubgraphUnreachable,
)
from gateway.subgraphs.slots import Slots
from gateway.subgraphs.window import RETRY_AFTER, Window

_JSON_HEADERS = {
    "content-type": "application/json",
    "accept": "application/graphql-response+json, application/json;q=0.9",
}
_ID = "x-request-id"
_MOST_WRITTEN = 64
USER_AGENT = "est-gateway"
"""Unless a client's own is forwarded."""


class SubgraphObserver(Protocol):
    """Hears of every attempt (for metrics). ``outcome``: "ok" or the error class's name."""

    def attempted(self, subgraph: str, outcome: str, seconds: float) -> None:
        """One attempt ended."""
        ...

    def breaker_changed(self, subgraph: str, state: BreakerState) -> None:
        """The breaker opened, closed, or lets a probe through."""
        ...


class Travelling(msgspec.Struct):
    """What of a caller's headers goes to one subgraph: the same for all requests of that caller.

    ``headers`` are without the request's id, which goes as ``id_name`` if it does. ``lines`` and
    ``usual_head``: room for a client that writes them itself.
    """

    headers: dict[str, str]
    id_name: str | None
    lines: bytes = b""
    usual_head: bytes = b""


class HttpSubgraph(ABC):
    """A subgraph at one URL."""

    def __init__(self, config: SubgraphConfig, observer: SubgraphObserver | None = None) -> None:
        self.config = config
        self._observer = observer
        self._slots = Slots(config.concurrency)
        self._breaker = Breaker(config.breaker_failures)
        self._told_state = self._breaker.state
        self._window = Window()
        self._kept = config.response_headers | {"content-type", "content-encoding", RETRY_AFTER}
        if config.response_headers - {"cache-control"}:  # it may name some of them
            self._kept |= {"connection"}
        self._tells_deadline = DEADLINE not in config.headers.remove
        self._fixed = dict(_JSON_HEADERS)
        self._fixed["accept-encoding"] = "gzip" if config.compression else "identity"
        self._loop: asyncio.AbstractEventLoop | None = None

    @abstractmethod
    async def _post(
        self, body: bytes, caller: Travelling, own: dict[str, str], deadline: float
    ) -> SubgraphReply:
        """Send one POST and read the reply whole, under the size cap.

        Headers are ``self._fixed``, the ``caller``'s and our ``own``, no name among them twice;
        USER_AGENT is added where there is none. Of the reply's headers only ``self._kept`` are
        wanted, and the body as it came, encoded. ``deadline``: in seconds of the loop's clock.
        Raises a SubgraphError.
        """

    @abstractmethod
    async def close(self) -> None:
        """Close all connections."""

    @property
    def breaker_state(self) -> BreakerState:
        """Where the breaker stands."""
        return self._breaker.state

    async def send(self, request: SubgraphRequest) -> SubgraphReply:
        """Answer ``request`` or raise a SubgraphError."""
        again = self.config.retries if request.is_query else 0
        # A stale connection is no failure of the subgraph: one more try also without retries.
        again_if_stale = (again or 1) if request.is_query else 0
        caller = self._travelling(request)
        if self._window.size < self._window.under_way + 1:
            now = asyncio.get_running_loop().time()
            if self._holds_back(request, now):
                return self._window.reply
        while True:
            try:
                return await self._attempt(request, caller)
            except SubgraphUnreachable as error:
                allowed = again_if_stale if isinstance(error, ConnectionStale) else again
                if allowed == 0 or self._breaker.state is not BreakerState.CLOSED:
                    raise
                again, again_if_stale = max(again - 1, 0), again_if_stale - 1

    def _travelling(self, request: SubgraphRequest) -> Travelling:
        """What travels of the request's headers; kept with them, where they are kept."""
        written = request.headers.written if isinstance(request.headers, Forwarded) else {}
        known: Travelling | None = written.get(self)
        if known is not None:
            return known
        own_id = request.request_id
        given = dict(request.headers) if own_id is None else {**request.headers, _ID: own_id}
        headers = self.config.headers.apply(given)
        # The rules may have renamed it, or taken it out: it is found by identity.
        id_name = next((name for name, value in headers.items() if value is own_id), None)
        if id_name is not None:
            del headers[id_name]
        if self._tells_deadline:
            headers.pop(DEADLINE, None)
        if len(written) >= _MOST_WRITTEN:
            written.clear()  # clients come and go with supergraphs, connections stay
        known = written[self] = Travelling(headers, id_name)
        return known

    async def _attempt(self, request: SubgraphRequest, caller: Travelling) -> SubgraphReply:
        """One exchange of bytes in a slot, told to the breaker and the observer.

        In one piece, though it is long: every coroutine more costs every request.
        """
        loop, window = self._loop, self._window
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        if not self._slots.take_free():
            await self._slots.take(request.deadline)
        breaker = self._breaker
        started, outcome = 0.0, "cancelled"
        try:
            now = loop.time()
            if window.size < window.under_way + 1 and self._holds_back(request, now):
                return window.reply  # also after a wait in line
            remaining = request.deadline - now
            if remaining <= 0:
                raise SubgraphTimeout("the deadline passed before sending")
            if breaker.failures and not breaker.admits(now):
                raise SubgraphUnreachable("the breaker is open")
            is_own_timeout = remaining >= self.config.timeout
            seconds = self.config.timeout if is_own_timeout else remaining
            own = self._own_headers(request, caller, seconds)
            is_probe = breaker.state is BreakerState.HALF_OPEN
            started = perf_counter()
            window.under_way += request.is_query
            try:
                reply = await self._post(request.body, caller, own, now + seconds)
                outcome = "ok"
            except BaseException as error:
                outcome = self._judge(error, is_own_timeout=is_own_timeout, is_probe=is_probe)
                raise
            finally:
                window.under_way -= request.is_query
            if window.is_moved_by(reply) and request.is_query:
                window.answered(reply, loop.time())
            if breaker.failures:
                breaker.succeeded()
        finally:
            self._slots.give_back()
            if started and self._observer is not None:
                self._observer.attempted(request.subgraph, outcome, perf_counter() - started)
                if breaker.state is not self._told_state:
                    self._tell_state(request.subgraph)
        return self._decoded(reply) if "content-encoding" in reply.headers else reply

    def _own_headers(
        self, request: SubgraphRequest, caller: Travelling, seconds: float
    ) -> dict[str, str]:
        """What this request alone has."""
        own: dict[str, str] = {}
        if caller.id_name is not None and request.request_id is not None:
            own[caller.id_name] = request.request_id
        if self._tells_deadline:
            own[DEADLINE] = str(int(seconds * 1000))
        return own

    def _holds_back(self, request: SubgraphRequest, now: float) -> bool:
        """Whether a query is told in the subgraph's place that it has too much to do."""
        if not request.is_query or not self._window.is_full(now):
            return False
        if self._observer is not None:
            self._observer.attempted(request.subgraph, "held back", 0.0)
        return True

    def _decoded(self, reply: SubgraphReply) -> SubgraphReply:
        """Undo the body's encoding. Raises SubgraphReplyInvalid."""
        headers = dict(reply.headers)
        encoding = ", ".join(headers.pop("content-encoding"))
        body = decompress(reply.body, encoding, self.config.max_reply_bytes)
        return SubgraphReply(reply.status, body, headers)

    def _tell_state(self, subgraph: str) -> None:
        """Tell the observer where the breaker stands.

        That is compared with what was told last, not with what it was when a request went out:
        one that went out before it opened may close it.
        """
        self._told_state = self._breaker.state
        if self._observer is not None:
            self._observer.breaker_changed(subgraph, self._told_state)

    def _judge(self, error: BaseException, *, is_own_timeout: bool, is_probe: bool = False) -> str:
        """Count what is the subgraph's fault; a client's short deadline is not. Return its name."""
        if not isinstance(error, SubgraphError):
            self._breaker.abandoned(is_probe=is_probe)
            return "cancelled"
        if isinstance(error, SubgraphReplyInvalid):
            self._breaker.succeeded()
        elif isinstance(error, ConnectionStale) or (
            isinstance(error, SubgraphTimeout) and not is_own_timeout
        ):
            self._breaker.abandoned(is_probe=is_probe)
        else:
            self._breaker.failed(asyncio.get_running_loop().time(), is_probe=is_probe)
        return type(error).__name__
