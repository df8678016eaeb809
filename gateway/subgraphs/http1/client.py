"""Subgraphs over our own HTTP/1.1 client: the default, for its cost per call."""

from __future__ import annotations

import asyncio

from gateway.subgraphs.client import HttpSubgraph, SubgraphObserver, Travelling
from gateway.subgraphs.config import SubgraphConfig
from gateway.subgraphs.http1.connection import Connection
from gateway.subgraphs.http1.deadlines import Deadlines
from gateway.subgraphs.http1.dialing import Dialing
from gateway.subgraphs.http1.pool import Pool
from gateway.subgraphs.http1.replies import ReplyReader, known_reply
from gateway.subgraphs.http1.request_head import HeaderInvalid, RequestHead
from gateway.subgraphs.http1.target import Target
from gateway.subgraphs.protocol import (
    ConnectionStale,
    SubgraphReply,
    SubgraphReplyInvalid,
    SubgraphUnreachable,
)
from gateway.subgraphs.tls import ssl_context

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

    async def _post(
        self, body: bytes, caller: Travelling, own: dict[str, str], deadline: float
    ) -> SubgraphReply:
        if self._all_ended is not None:
            raise SubgraphUnreachable("the client is closed")
        try:
            if not caller.lines:
                caller.lines = self._head.lines(caller.headers, own)
            head = self._head.write(caller.lines, own, len(body))
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
