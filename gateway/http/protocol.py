"""uvicorn's httptools protocol with a deadline for headers, and with bodies behind an Upgrade.

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

import httptools
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from gateway.http.responses import WHOLE_RESPONSE, RawHeaders


class DeadlineProtocol(HttpToolsProtocol):
    """Closes a connection whose request line and headers take longer than ``header_seconds``."""

    header_seconds = 15.0
    _deadline: asyncio.TimerHandle | None = None
    _repeats_head = False

    def connection_made(self, transport: Any) -> None:
        """A client connected: it has to say something."""
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._ignore_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            message = "Invalid HTTP request received."
            self.logger.warning(message)
            self.send_400_response(message)

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

    def on_message_begin(self) -> None:
        """The first byte of a request; on a kept connection the deadline starts here."""
        if self._repeats_head:
            return
        super().on_message_begin()
        if self._deadline is None:
            self._arm()

    def on_url(self, url: bytes) -> None:
        """A piece of the request line."""
        if not self._repeats_head:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        if not self._repeats_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """All headers are there."""
        if self._repeats_head:
            self._repeats_head = False
            return
        self._disarm()
        super().on_headers_complete()
        extensions: dict[str, Any] = {WHOLE_RESPONSE: partial(write_whole, self.cycle)}
        self.scope["extensions"] = extensions

    def on_message_complete(self) -> None:
        """The request is whole; one with an offer is only said to be, before its body."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._disarm()
        super().connection_lost(exc)

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


def write_whole(cycle: RequestResponseCycle, status: int, headers: RawHeaders, body: bytes) -> bool:
    """Write a whole response at once; False, with nothing written, where uvicorn has to.

    uvicorn writes head and body apart, a system call each, and looks through every name and value
    by regular expressions. ``headers`` have lower-case names and the right Content-Length. What is
    not the plain case (a connection to be closed, a client that does not read, HEAD) is uvicorn's,
    and so is a header with a line break in it, to be refused.
    """
    if (
        cycle.response_started
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


def protocol_with(header_seconds: float) -> type[DeadlineProtocol]:
    """Return the protocol class for a deadline: uvicorn makes one instance per connection."""
    return type("DeadlineProtocol", (DeadlineProtocol,), {"header_seconds": header_seconds})
