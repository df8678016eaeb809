"""What every HTTP client to a subgraph does around the bare exchange of bytes.

Deadline, concurrency, breaker, retry, headers and decompression are here, once; an implementation
(`pyreqwest`, `httpx2`) adds ``_post`` and renames its library's exceptions.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from gateway.subgraphs.breaker import Breaker, BreakerState
from gateway.subgraphs.config import SubgraphConfig
from gateway.subgraphs.decompression import decompress
from gateway.subgraphs.protocol import (
    SubgraphError,
    SubgraphReply,
    SubgraphReplyInvalid,
    SubgraphRequest,
    SubgraphTimeout,
    SubgraphUnreachable,
)

_JSON_HEADERS = {
    "content-type": "application/json",
    "accept": "application/graphql-response+json, application/json;q=0.9",
}


class SubgraphObserver(Protocol):
    """Hears of every attempt (for metrics). ``outcome``: "ok" or the error class's name."""

    def attempted(self, subgraph: str, outcome: str, seconds: float) -> None:
        """One attempt ended."""
        ...

    def breaker_changed(self, subgraph: str, state: BreakerState) -> None:
        """The breaker opened, closed, or lets a probe through."""
        ...


@dataclass(frozen=True, slots=True)
class RawReply:
    """What came over the wire. ``headers`` have lower-case names; only those asked for."""

    status: int
    headers: dict[str, str]
    body: bytes


class HttpSubgraph(ABC):
    """A subgraph at one URL."""

    def __init__(self, config: SubgraphConfig, observer: SubgraphObserver | None = None) -> None:
        self.config = config
        self._observer = observer
        self._slots = asyncio.Semaphore(config.concurrency)
        self._breaker = Breaker(config.breaker_failures)
        self._kept = config.response_headers | {"content-type", "content-encoding"}
        self._fixed = dict(_JSON_HEADERS)
        self._fixed["accept-encoding"] = "gzip" if config.compression else "identity"

    @abstractmethod
    async def _post(self, body: bytes, headers: dict[str, str], timeout: float) -> RawReply:  # noqa: ASYNC109
        """Send one POST and read the answer whole, within ``timeout`` seconds and the size cap."""

    @abstractmethod
    async def close(self) -> None:
        """Close all connections."""

    @property
    def breaker_state(self) -> BreakerState:
        """Where the breaker stands."""
        return self._breaker.state

    async def send(self, request: SubgraphRequest) -> SubgraphReply:
        """Answer ``request`` or raise a SubgraphError."""
        attempts = 1 + (self.config.retries if request.is_query else 0)
        headers = {**self.config.headers.apply(request.headers), **self._fixed}
        while True:
            attempts -= 1
            try:
                return await self._attempt(request, headers)
            except SubgraphUnreachable:
                if attempts == 0 or self._breaker.state is not BreakerState.CLOSED:
                    raise

    async def _attempt(self, request: SubgraphRequest, headers: dict[str, str]) -> SubgraphReply:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(request.deadline):
                await self._slots.acquire()
        except TimeoutError:
            raise SubgraphTimeout("no free slot before the deadline") from None
        try:
            remaining = request.deadline - loop.time()
            if remaining <= 0:
                raise SubgraphTimeout("the deadline passed before sending")
            if not self._breaker.admits(loop.time()):
                raise SubgraphUnreachable("the breaker is open")
            raw = await self._guarded(request, headers, remaining)
        finally:
            self._slots.release()
        body = raw.body
        encoding = raw.headers.pop("content-encoding", "")
        if encoding:
            body = decompress(body, encoding, self.config.max_reply_bytes)
        return SubgraphReply(raw.status, body, raw.headers)

    async def _guarded(
        self, request: SubgraphRequest, headers: dict[str, str], remaining: float
    ) -> RawReply:
        """One exchange of bytes, told to the breaker and the observer."""
        before = self._breaker.state
        started = perf_counter()
        outcome = "cancelled"
        try:
            raw = await self._post(request.body, headers, min(remaining, self.config.timeout))
        except SubgraphError as error:
            outcome = type(error).__name__
            self._judge(error, is_own_timeout=remaining >= self.config.timeout)
            raise
        except BaseException:
            self._breaker.abandoned()
            raise
        else:
            outcome = "ok"
            self._breaker.succeeded()
            return raw
        finally:
            if self._observer is not None:
                self._observer.attempted(request.subgraph, outcome, perf_counter() - started)
                if self._breaker.state is not before:
                    self._observer.breaker_changed(request.subgraph, self._breaker.state)

    def _judge(self, error: SubgraphError, *, is_own_timeout: bool) -> None:
        """Count what is the subgraph's fault; a client's short deadline is not."""
        if isinstance(error, SubgraphReplyInvalid):
            self._breaker.succeeded()
        elif isinstance(error, SubgraphTimeout) and not is_own_timeout:
            self._breaker.abandoned()
        else:
            self._breaker.failed(asyncio.get_running_loop().time())
