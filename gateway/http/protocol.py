"""uvicorn's httptools protocol with a deadline for headers, a straight path for what is known, and
bodies behind an Upgrade.

A byte a second holds no connection: the body has its own deadline (``bodies.read_body``), between
requests counts uvicorn's keep-alive.

``Upgrade`` is an offer, and whoever does not take it up ignores it (RFC 9110, 7.8). ``curl
--http2`` sends one with each POST. llhttp takes all that follows the head for the other protocol,
so that the body would be lost. We give it to a second parser, behind a head without the offer:

    POST / · Upgrade: h2c · Content-Length: 3 · abc       the first parser stops before abc
    POST / · Content-Length: 3 · abc                      what the second is fed
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any
from weakref import ref

import httptools
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from gateway.http.exchange import Exchange
from gateway.http.responses import WHOLE_RESPONSE, RawHeaders
from gateway.http.straight import Asker, StraightPath
from gateway.subgraphs.http1.known_head import KnownHead

LAST_LOOK_SECONDS = 0.05


class GatewayProtocol(HttpToolsProtocol):
    """A connection. ``header_seconds``: how long request line and headers may take.

    A request whose head is plain and whose body came with it is offered to ``straight``; what that
    does not take, and everything else, goes uvicorn's way as if it had come just now. A request of
    which all is like the last one's (``known``) passes the parser by: it stands between two
    requests then (``_is_between``), and never hears of it.
    """

    header_seconds = 15.0
    straight: StraightPath | None = None
    _deadline: asyncio.TimerHandle | None = None
    _in_head = False
    _repeats_head = False
    _is_stopping = False
    _idle_since: float | None = None
    _plain: dict[bytes, bytes] | None = None
    _body = b""
    _exchange: Exchange | None = None
    _known: KnownHead[Asker] | None = None
    _is_between = True
    _begun = 0
    _asker: Asker | None = None
    _is_declined = False

    def connection_made(self, transport: Any) -> None:
        """A client connected: it has to say something."""
        super().connection_made(transport)
        if self.straight is not None:
            self._known = KnownHead(self.straight.unread)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self._idle_since = None
        known, was_between = self._known, self._is_between
        if known is not None and was_between and self._is_free:
            start = known.body_start(data)
            if start:
                if self._answer_straight(known.meaning, data[start:]):
                    return
                self._is_declined = True
        self._begun = 0
        self._feed(data)
        if self._plain is not None:
            self._go_the_general_way()
        if self._asker is not None:
            asker, self._asker = self._asker, None
            if known is not None and was_between and self._is_between and self._begun == 1:
                known.learn(data, len(self._body), asker)
        self._is_declined = False
        if self._in_head and self._deadline is None:
            self._arm()

    def _feed(self, data: bytes) -> None:
        """Let the parser read."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._ignore_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            message = "Invalid HTTP request received."
            self.logger.warning(message)
            self._plain = None
            self.send_400_response(message)

    @property
    def _is_free(self) -> bool:
        """Whether no request of this connection is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _ignore_upgrade(self, rest: bytes) -> None:
        """Read on as if the offer had not been made."""
        framing = [
            b"%b: %b\r\n" % pair
            for pair in self.headers
            if pair[0] in {b"content-length", b"transfer-encoding"}
        ]
        method = self.parser.get_method()
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._repeats_head = True
        self.data_received(b"".join([method, b" / HTTP/1.1\r\n", *framing, b"\r\n", rest]))

    # What llhttp calls.

    def on_message_begin(self) -> None:
        """The first byte of a request; from here its head has its deadline."""
        self._is_between = False
        self._begun += 1
        if not self._repeats_head:
            self._in_head = True
            self.url = b""
            self.headers = []

    def on_url(self, url: bytes) -> None:
        """A piece of the request line."""
        if not self._repeats_head:
            self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        if not self._repeats_head:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """All headers are there."""
        if self._repeats_head:
            self._repeats_head = False
            return
        self._in_head = False
        self._disarm()
        if self.straight is not None and self._is_free and not self._is_declined:
            headers = dict(self.headers)
            if (
                len(headers) == len(self.headers)
                and self.straight.takes(self.parser.get_method(), self.url, headers)
                and self.parser.get_http_version() == "1.1"
                and self.parser.should_keep_alive()
            ):
                self._plain, self._body = headers, b""
                return
        self._start_cycle()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if self._plain is not None:
            self._body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; one with an offer is only said to be, before its body."""
        self._is_between = True
        if self._plain is not None:
            headers, self._plain = self._plain, None
            assert self.straight is not None  # noqa: S101 - it took the head
            asker = self.straight.asker(headers, self.client[0] if self.client else None)
            if self._answer_straight(asker, self._body):
                self._asker = asker
                return
            self._go_the_general_way()
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def _answer_straight(self, asker: Asker, body: bytes) -> bool:
        """Let the straight path answer, if it does."""
        assert self.straight is not None  # noqa: S101 - it told who asks
        exchange = Exchange(self)
        exchange.keep_alive = not self._is_stopping
        if not self.straight.begin(exchange, asker, body):
            return False
        self._exchange = exchange
        self.cycle = exchange  # type: ignore[assignment]
        return True

    def _go_the_general_way(self) -> None:
        """Hand over a request that seemed plain, with as much of its body as has come."""
        self._plain = None
        self._start_cycle()
        if self._body:
            super().on_body(self._body)
            self._body = b""

    def _start_cycle(self) -> None:
        """Let uvicorn make a scope and a task of the head."""
        url, headers = self.url, self.headers
        super().on_message_begin()  # it makes the scope, and forgets the head
        self.url = url
        for name, value in headers:
            super().on_header(name, value)
        super().on_headers_complete()
        extensions: dict[str, Any] = {WHOLE_RESPONSE: partial(write_whole, ref(self.cycle))}
        self.scope["extensions"] = extensions
        if self._is_stopping:
            self.cycle.keep_alive = False

    # How it ends.

    def shutdown(self) -> None:
        """The server stops: what has come is still answered, and then the connection closes.

        uvicorn closes at once what looks idle. A request that waits in the kernel, or of which half
        is read, would be lost with it: so what looks idle is looked at again a moment later.
        """
        self._is_stopping = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LAST_LOOK_SECONDS, super().shutdown)
        else:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._disarm()
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
        if self._exchange is not None:
            self._exchange.hang_up()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """A request is answered: the next of the pipeline, or a time of waiting.

        uvicorn starts and stops a timer around every request. Here one goes on ringing while the
        connection lives, and looks how long nothing has come.
        """
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again_in(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Close what has been idle for too long."""
        self.timeout_keep_alive_task = None
        if self._idle_since is None:
            return  # busy: the end of the answer starts the timer anew
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._look_again_in(left)
        elif not self.transport.is_closing():
            self.transport.close()

    def _look_again_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    def _arm(self) -> None:
        self._deadline = self.loop.call_later(self.header_seconds, self._late)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self._deadline = None
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()


def write_whole(
    request: ref[RequestResponseCycle], status: int, headers: RawHeaders, body: bytes
) -> bool:
    """Write a whole response at once; False, with nothing written, where uvicorn has to.

    uvicorn writes head and body apart, a system call each, and looks through every name and value
    by regular expressions. ``headers`` have lower-case names and the right Content-Length. What is
    not the plain case (a connection to be closed, a client that does not read, HEAD) is uvicorn's,
    and so is a header with a line break in it, to be refused. ``request`` is weak, since its scope
    holds this function: a ring would be left for the garbage collector by every request.
    """
    cycle = request()
    if (
        cycle is None
        or cycle.response_started
        or cycle.disconnected
        or not cycle.keep_alive
        or cycle.waiting_for_100_continue
        or cycle.flow.write_paused
        or cycle.access_log
        or cycle.default_headers
        or cycle.scope["method"] == "HEAD"
    ):
        return False
    lines = [b"%b: %b\r\n" % header for header in headers]
    head = b"".join((STATUS_LINE[status], *lines, b"\r\n"))
    if (
        head.count(b"\n") != len(lines) + 2
        or head.count(b"\r") != len(lines) + 2
        or b"\0" in head
        or b"\nconnection:" in head
    ):
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.transport.writelines((head, body))
    cycle.message_event.set()
    cycle.on_response()
    return True


def protocol_with(
    header_seconds: float, straight: StraightPath | None = None
) -> type[GatewayProtocol]:
    """Return the protocol class of one server: uvicorn makes an instance for each connection."""
    given = {"header_seconds": header_seconds, "straight": straight}
    return type("GatewayProtocol", (GatewayProtocol,), given)
