"""Subgraphs over our own HTTP/1.1 client: the default, for its cost per call."""

from __future__ import annotations

import asyncio
import math
from time import perf_counter

from gateway.subgraphs.client import HttpSubgraph, SubgraphObserver, Travelling
from gateway.subgraphs.config import DEADLINE, SubgraphConfig
from gateway.subgraphs.http1.connection import Connection
from gateway.subgraphs.http1.dialing import Dialing
from gateway.subgraphs.http1.pool import Pool
from gateway.subgraphs.http1.replies import ReplyReader, known_reply
from gateway.subgraphs.http1.request_head import HeaderInvalid, RequestHead, usual_head
from gateway.subgraphs.http1.target import Target
from gateway.subgraphs.protocol import (
    ConnectionStale,
    SubgraphReply,
    SubgraphReplyInvalid,
    SubgraphRequest,
    SubgraphUnreachable,
)
from gateway.subgraphs.tls import ssl_context
from shared.loop.deadlines import Deadlines

_MAX_IDLE = 256
"""As many as may be busy at once, unless more are allowed: who comes in waves comes again."""

_CLOSING_SECONDS = 5.0


class Http1Subgraph(HttpSubgraph):
    """A subgraph reached over HTTP/1.1 by keep-alive connections."""

    def __init__(self, config: SubgraphConfig, observer: SubgraphObserver | None = None) -> None:
        super().__init__(config, observer)
        target = Target.of(config.url)
        tls = None
        if target.is_tls:
            tls = ssl_context(config.tls)
            tls.set_alpn_protocols(["http/1.1"])
        self._head = RequestHead(target, self._fixed)
        self._dialing = Dialing(target, tls, self._make_connection)
        self._last_reply = known_reply(self._kept)
        self._pool = Pool(min(config.concurrency, _MAX_IDLE))
        self._deadlines = Deadlines()
        self._busy = 0
        self._all_ended: asyncio.Future[None] | None = None

    def _make_connection(self) -> Connection:
        return Connection(ReplyReader(self._kept, self.config.max_reply_bytes, self._last_reply))

    async def _attempt(self, request: SubgraphRequest, caller: Travelling) -> SubgraphReply:
        """The usual attempt: HttpSubgraph's and ``_post`` in one piece.

        Usual is that the subgraph has neither failed nor turned anybody away, and that a slot and a
        connection are free: then nothing is waited for but the reply. What is not so, those two do.
        """
        own_id, loop = request.request_id, self._loop
        breaker, window = self._breaker, self._window
        if (
            not caller.usual_head
            or own_id is None
            or not (id_text := own_id.encode("ascii", "replace")).isalnum()
            or breaker.failures
            or window.size < math.inf
            or loop is None
            or not self._slots.take_free()
        ):
            return await super()._attempt(request, caller)
        now, timeout = loop.time(), self.config.timeout
        remaining = request.deadline - now
        connection = self._pool.take(now) if remaining > 0 else None
        if connection is None:
            self._slots.give_back()
            return await super()._attempt(request, caller)
        seconds = min(remaining, timeout)
        body, outcome = request.body, "cancelled"
        head = caller.usual_head % (id_text, b"%d" % (seconds * 1000), len(body))
        started = perf_counter()
        self._busy += 1
        connection.writes.under_way += 1
        window.under_way += request.is_query
        try:
            answer = connection.send(head, body, now + seconds, at_once=not request.is_query)
            self._deadlines.watch(connection)
            reply = await answer
            outcome = "ok"
            if self._breaker.failures:  # of another call, meanwhile
                breaker.succeeded()
        except BaseException as error:
            connection.close()
            if isinstance(error, ConnectionStale):
                self._pool.drop_idle()
            outcome = self._judge(error, is_own_timeout=remaining >= timeout)
            raise
        finally:
            window.under_way -= request.is_query
            self._deadlines.forget(connection)
            self._slots.give_back()
            connection.writes.under_way -= 1
            self._call_ended()
            if self._observer is not None:
                self._observer.attempted(request.subgraph, outcome, perf_counter() - started)
                if breaker.state is not self._told_state:
                    self._tell_state(request.subgraph)
        now = loop.time()
        if window.is_moved_by(reply) and request.is_query:
            window.answered(reply, now)
        self._pool.put_back(connection, now)
        return reply if "content-encoding" not in reply.headers else self._decoded(reply)

    async def _post(
        self, body: bytes, caller: Travelling, own: dict[str, str], deadline: float
    ) -> SubgraphReply:
        if self._all_ended is not None:
            raise SubgraphUnreachable("the client is closed")
        try:
            if not caller.lines:
                caller.lines = self._head.lines(caller.headers, own)
            head = self._head.write(caller.lines, own, len(body))
            if not caller.usual_head and tuple(own) == (caller.id_name, DEADLINE):
                caller.usual_head = usual_head(caller.lines, own)
        except HeaderInvalid as error:
            raise SubgraphReplyInvalid(str(error)) from None
        loop = self._loop
        assert loop is not None  # noqa: S101 - an attempt is under way
        self._busy += 1
        connection: Connection | None = None
        try:
            connection = self._pool.take(loop.time())
            if connection is None:
                connection = await self._dialing.open(deadline)
            answer = connection.send(head, body, deadline)
            self._deadlines.watch(connection)
            reply = await answer
        except ConnectionStale:
            self._pool.drop_idle()
            raise
        except BaseException:
            # Cancelled, or failed: what is left of this reply must not meet the next request.
            if connection is not None:
                connection.close()
            raise
        else:
            # Only what went well goes back to the pool.
            self._pool.put_back(connection, loop.time())
            return reply
        finally:
            if connection is not None:
                self._deadlines.forget(connection)
            self._call_ended()

    def _call_ended(self) -> None:
        self._busy -= 1
        if self._busy == 0 and self._all_ended is not None and not self._all_ended.done():
            self._all_ended.set_result(None)

    async def close(self) -> None:
        """Take no more calls, let those under way end (5 s), close all connections."""
        self._pool.close()
        if self._all_ended is None:
            self._all_ended = asyncio.get_running_loop().create_future()
        if self._busy:
            await asyncio.wait([self._all_ended], timeout=_CLOSING_SECONDS)
        self._deadlines.close()
        await asyncio.sleep(0)  # sockets are let go of in the loop's next turn
