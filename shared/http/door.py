"""Whom a service turns away at the door: before a task, a scope or a parsed body is made of it.

A refusal on the ordinary way costs 0.3 ms: three middlewares, a task, reading, parsing, checking a
token. Of 400 clients that ask at once 370 are refused, so that those who are served, and liveness,
would wait 0.1 s for saying no. While ``Admission.is_full``:

    a body of known, usual length    kept until it is there; refused unless it may be a mutation
    a long body                      refused unread, and the connection closed
    a mutation, a body in pieces     goes the ordinary way

Of those that go it a few begin in a turn of the loop (``shared.loop.starts``). Whose client has
gone until then does not begin.

Mutations have no slots (``shared.http.admission``), so they are let through: what has neither the
word nor an escape that could stand for it is none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from shared.http.admission import Admission, Arrival
from shared.http.protocol import StrictProtocol
from shared.loop.starts import Starts

ARRIVAL = "arrival"
"""Where the scope's state has a request's ``Arrival``."""
PATH = b"/graphql"
LONG_BODY = 65_536


class Door:
    """What refuses, how, and who is told of it. ``refusal``: 503 with Retry-After."""

    def __init__(
        self, admission: Admission, refusal: Response, count: Callable[[], None] = lambda: None
    ) -> None:
        lines = [b"%b: %b\r\n" % header for header in refusal.raw_headers]
        self.admission = admission
        self.head = b"".join((STATUS_LINE[refusal.status_code], *lines))
        self.body = bytes(refusal.body)
        self._count = count

    def refused(self) -> None:
        """Count one that was turned away."""
        self.admission.refused += 1
        self._count()


class GuardedProtocol(StrictProtocol):
    """A connection of a service. Without a ``door`` it is any other."""

    door: Door | None = None
    _arrivals: deque[Arrival | None]
    """Of each request under way that has its turn or waits for it; None: it is no operation."""
    _kept: bytes | None = None
    """The body so far of a request that may be turned away."""

    def connection_made(self, transport: Any) -> None:
        """A client connected."""
        self._arrivals = deque()
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Bytes came; who brings a body little by little goes the ordinary way."""
        super().data_received(data)
        if self._kept is not None:
            self._let_in()

    def on_head(self) -> None:
        """A head is whole."""
        door = self.door
        if door is None or not self._is_operation():
            self._arrivals.append(None)
            self.start_cycle()
            return
        length = dict(self.headers).get(b"content-length", b"")
        is_plain = self._is_free and length.isdigit() and not self.parser.should_upgrade()
        if not (is_plain and door.admission.is_full):
            self._arrive(door)
        elif int(length) <= LONG_BODY:
            self._kept = b""
        else:
            self._turn_away(door, is_last=True)

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if self._kept is not None:
            self._kept += body
            self._body_bytes += len(body)
        elif not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        kept, door = self._kept, self.door
        if kept is not None and door is not None:
            if door.admission.is_full and not _may_be_mutation(kept):
                self._kept = None
                self._in_message = False
                is_last = self._is_stopping or not self.parser.should_keep_alive()
                self._turn_away(door, is_last=is_last)
                return
            self._let_in()
        if not self._is_refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request is answered."""
        if self._arrivals:
            self._settle_next()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        while self._arrivals:
            self._settle_next()
        super().connection_lost(exc)

    def _settle_next(self) -> None:
        """The longest under way is over: answers go out in the order of their requests."""
        arrival = self._arrivals.popleft()
        if arrival is not None:
            arrival.settle()

    def _is_operation(self) -> bool:
        path, _, _ = self.url.partition(b"?")
        return path == PATH and self.parser.get_method() == b"POST"

    def _arrive(self, door: Door) -> None:
        """Go the ordinary way, counted."""
        arrival = Arrival(door.admission)
        self._arrivals.append(arrival)
        self.start_cycle()
        self.scope["state"][ARRIVAL] = arrival

    def _let_in(self) -> None:
        """Hand over what was kept, as if it came just now."""
        kept, self._kept = self._kept, None
        if self.door is None or self._is_refused:
            return
        self._arrive(self.door)
        if kept:
            super().on_body(kept)

    def _turn_away(self, door: Door, *, is_last: bool) -> None:
        """Refuse the request that is read. ``is_last``: nothing more is read on this connection."""
        door.refused()
        end = b"connection: close\r\n\r\n" if is_last else b"\r\n"
        self.transport.write(b"".join((door.head, end, door.body)))
        if is_last:
            self._is_refused = True
            self._close_gently()
        else:
            super().on_response_complete()


def protocol_with(door: Door | None) -> type[GuardedProtocol]:
    """Return the protocol class of one server: uvicorn makes an instance for each connection."""
    starts = None if door is None else Starts(PATH.decode())
    return type("GuardedProtocol", (GuardedProtocol,), {"door": door, "starts": starts})


def settle_arrival(state: Mapping[str, Any]) -> None:
    """Say that it is known what a request needs. ``state``: of its scope."""
    arrival: Arrival | None = state.get(ARRIVAL)
    if arrival is not None:
        arrival.settle()


def _may_be_mutation(body: bytes) -> bool:
    """Whether ``body`` could ask for one: ``\\u006dutation`` is the word, too."""
    return b"mutation" in body or b"\\u" in body
