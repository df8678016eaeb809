"""A connection of the gateway: ``shared.http.protocol``'s, with a straight path for what is known.

A byte a second holds no connection: a head has its deadline there, a body its own
(``bodies.read_body``), and between requests counts uvicorn's keep-alive.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import ref

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from gateway.http.exchange import Exchange
from gateway.http.responses import WHOLE_RESPONSE, RawHeaders
from gateway.http.straight import Asker, StraightPath
from gateway.subgraphs.http1.joint_writes import JointWrites, joint_writes_of
from gateway.subgraphs.http1.known_head import KnownHead
from shared.http.protocol import StrictProtocol
from shared.loop.starts import Starts


class GatewayProtocol(StrictProtocol):
    """A connection.

    A request whose head is plain and whose body came with it is offered to ``straight``; what that
    does not take, and everything else, goes uvicorn's way as if it had come just now. A request of
    which all is like the last one's (``known``) passes the parser by: it stands between two
    requests then, and never hears of it.
    """

    straight: StraightPath | None = None
    _plain: dict[bytes, bytes] | None = None
    _body = b""
    _exchange: Exchange | None = None
    _known: KnownHead[Asker] | None = None
    _asker: Asker | None = None
    _is_declined = False
    _writes: JointWrites

    def connection_made(self, transport: Any) -> None:
        """A client connected: it has to say something."""
        super().connection_made(transport)
        if self.straight is not None:
            self._known = KnownHead(self.straight.unread)
            self._writes = joint_writes_of(self.loop)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        known, was_between = self._known, not self._in_message
        if known is not None and was_between and self._is_free and not self._is_refused:
            start = known.body_start(data)
            if start:
                if self._answer_straight(known.meaning, data[start:]):
                    self._idle_since = None
                    return
                self._is_declined = True
        super().data_received(data)
        if self._is_refused:
            self._plain = self._asker = None
        if self._plain is not None:
            self._go_the_general_way()
        if self._asker is not None:
            asker, self._asker = self._asker, None
            if known is not None and was_between and not self._in_message and self._begun == 1:
                known.learn(data, len(self._body), asker)
        self._is_declined = False

    def on_head(self) -> None:
        """A head is whole."""
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
        self.start_cycle()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if self._plain is not None:
            self._body += body
            self._body_bytes += len(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; one with an offer is only said to be, before its body."""
        if self._plain is not None:
            headers, self._plain = self._plain, None
            assert self.straight is not None  # noqa: S101 - it took the head
            asker = self.straight.asker(headers, self.client[0] if self.client else None)
            if self._answer_straight(asker, self._body):
                self._in_message = False
                self._asker = asker
                return
            self._go_the_general_way()
        super().on_message_complete()

    def _answer_straight(self, asker: Asker, body: bytes) -> bool:
        """Let the straight path answer, if it does."""
        assert self.straight is not None  # noqa: S101 - it told who asks
        exchange = Exchange(self, self._writes)
        exchange.keep_alive = not self._is_stopping
        if not self.straight.begin(exchange, asker, body):
            return False
        self._exchange = exchange
        self.cycle = exchange  # type: ignore[assignment]
        return True

    def _go_the_general_way(self) -> None:
        """Hand over a request that seemed plain, with as much of its body as has come."""
        self._plain = None
        self.start_cycle()
        if self._body:
            super().on_body(self._body)
            self._body = b""

    def start_cycle(self) -> None:
        """Let uvicorn make a scope and a task of the head."""
        super().start_cycle()
        extensions: dict[str, Any] = {WHOLE_RESPONSE: partial(write_whole, ref(self.cycle))}
        self.scope["extensions"] = extensions

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        if self._exchange is not None:
            self._exchange.hang_up()
        super().connection_lost(exc)


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
    starts = None if straight is None else Starts(straight.path.decode())
    given = {"header_seconds": header_seconds, "straight": straight, "starts": starts}
    return type("GatewayProtocol", (GatewayProtocol,), given)
