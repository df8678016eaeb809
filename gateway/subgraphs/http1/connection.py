"""One connection to a subgraph, and its states.

              send                    first byte                 reply whole
    IDLE ─────────────> SENT ───────────────────────> READING ───────────────┐
      ^                  │                               │                   │
      │                  │ closed by the peer,           │ broken, malformed,│
      │                  │ broken, deadline, cancelled   │ too large,        │
      │                  │                               │ deadline, cancelled
      │                  v                               v                   │
      │                CLOSED <──────────────────────────┘                   │
      │                  ^                                                   │
      │                  │ "Connection: close", HTTP/1.0, bytes too many,    │
      │                  │ the request not yet written out                   │
      └──────────────────┴───────────────────────────────────────────────────┘

    IDLE     Nothing is expected. Whatever comes now (a late reply, an end of the stream) closes:
             it must never be taken for the answer to the next request, which may be another
             user's.
    SENT     The request is with the transport or in the ``JointWrites``, and no byte of a reply has
             come. What comes before it is written is uninvited, as in IDLE. Only here can a kept
             connection turn out *stale*: the peer closed it while the request was on its way.
             That is ConnectionStale, and tells nothing about the subgraph's health. It does not
             tell either that the request was not read: a query is sent again, a mutation never is.
    READING  Bytes of a reply have come. Whatever ends it early means that it broke, or worse.
    CLOSED   For good. A call that fails or is cancelled closes its connection, for the rest of its
             reply would be the next call's.

There is no pipelining: one exchange at a time.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from typing import cast

from gateway.subgraphs.http1.joint_writes import joint_writes_of
from gateway.subgraphs.http1.replies import ReplyReader
from gateway.subgraphs.protocol import (
    ConnectionStale,
    SubgraphError,
    SubgraphReply,
    SubgraphTimeout,
    SubgraphUnreachable,
)

_WRITTEN_APART = 16_384
"""A longer body is not copied to stand behind its head."""


class Connection(asyncio.Protocol):
    """A socket with at most one exchange on it.

    ``deadline`` is that of the exchange under way, ``idle_since`` the time it went back; both in
    seconds of the loop's clock. ``writes`` is the loop's.
    """

    def __init__(self, reader: ReplyReader) -> None:
        self.deadline = 0.0
        self.idle_since = 0.0
        self._reader = reader
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[SubgraphReply] | None = None
        self._loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self.writes = joint_writes_of(self._loop)
        self._unsent = b""
        self._exchanges = 0
        self._readable: select.poll | None = None

    # What the client does.

    def send(
        self, head: bytes, body: bytes, deadline: float, *, at_once: bool = True
    ) -> asyncio.Future[SubgraphReply]:
        """Send a request; the future is its reply or a SubgraphError.

        Not ``at_once``: it may wait for others. Then it may turn out before it was written that the
        connection is stale, so that it should be one that can be sent again.
        """
        answer: asyncio.Future[SubgraphReply] = self._loop.create_future()
        self.deadline = deadline
        transport = self._transport
        if transport is None:
            answer.set_exception(ConnectionStale("closed before sending"))
            return answer
        self._answer = answer
        if self._reader.has_begun:
            self._reader.expect_reply()
        self._exchanges += 1
        if len(body) >= _WRITTEN_APART:
            transport.writelines((head, body))
        elif at_once:
            transport.write(head + body)
        else:
            self._unsent = head + body
            self.writes.send(self._write_unsent)
        return answer

    def _write_unsent(self) -> None:
        unsent, self._unsent = self._unsent, b""
        if self._transport is not None:
            self._transport.write(unsent)

    def expire(self) -> None:
        """The deadline of the exchange passed."""
        self._fail(SubgraphTimeout("no reply before the deadline"))

    def close(self) -> None:
        """Close it as it is: nothing that is still to come is wanted."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    @property
    def is_open(self) -> bool:
        """Whether it can be sent on, as far as is known."""
        return self._transport is not None

    @property
    def is_untouched(self) -> bool:
        """Whether the peer has sent nothing since the last reply, also not what waits in the
        kernel: the loop may not have come to it yet.
        """
        return self._transport is not None and (
            self._readable is None or not self._readable.poll(0)
        )

    # What the loop does.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is connected."""
        # A cast, for uvloop's transports do not inherit from asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        sock = transport.get_extra_info("socket")
        if sock is not None and hasattr(select, "poll"):
            self._readable = select.poll()
            self._readable.register(sock.fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        """Bytes came: of the reply, or uninvited."""
        answer = self._answer
        if answer is None or self._unsent:
            self._fail(ConnectionStale("bytes that nobody asked for"))
            return
        if not self._reader.has_begun:
            reply = self._reader.known(data)
            if reply is not None:
                self._answer = None
                transport = self._transport
                if transport is not None and transport.get_write_buffer_size():
                    self.close()  # an answer to half a request
                if not answer.done():
                    answer.set_result(reply)
                return
        try:
            self._reader.feed(data)
        except SubgraphError as error:
            self._fail(error)
            return
        if self._reader.is_whole:
            self._deliver(self._reader.reply(), keep=self._reader.keeps_alive)

    def eof_received(self) -> bool:
        """The peer will send no more. Returns False: the transport closes itself."""
        if self._answer is not None and self._reader.end_of_stream():
            self._deliver(self._reader.reply(), keep=False)
        self.close()
        self._break(None)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._transport = None
        self._break(exc)

    # How an exchange ends.

    def _deliver(self, reply: SubgraphReply, *, keep: bool) -> None:
        """The reply is whole: keep the connection only if nothing is left on it, either way."""
        answer, self._answer = self._answer, None
        transport = self._transport
        if transport is not None and (not keep or transport.get_write_buffer_size()):
            self.close()
        if answer is not None and not answer.done():
            answer.set_result(reply)

    def _break(self, exc: Exception | None) -> None:
        reason = type(exc).__name__ if exc is not None else "closed by the subgraph"
        if self._exchanges > 1 and not self._reader.has_begun:
            self._fail(ConnectionStale(reason))
        elif isinstance(exc, ssl.SSLError):
            self._fail(SubgraphUnreachable(f"TLS: {exc.reason}"))
        else:
            self._fail(SubgraphUnreachable(reason))

    def _fail(self, error: SubgraphError) -> None:
        answer, self._answer = self._answer, None
        self.close()
        if answer is not None and not answer.done():
            answer.set_exception(error)
