"""uvicorn's httptools protocol, strict where others have been led astray.

What uvicorn leaves open, and what is done here:

    a head of any length            431 past ``MAX_HEAD_BYTES``, and a deadline for all of it
    fields after a chunked body     dropped: uvicorn adds them to the head, so that an
      (trailers)                    ``Authorization`` behind the body counted, which no proxy saw
    Transfer-Encoding: gzip, chunked   501 (RFC 9112, 6.1): the body would be read as it came
      also one coding a line          (RFC 9110, 5.3): the first of them counts, too
    HTTP/1.1 without Host           400 (RFC 9112, 3.2), as with two, or one that names none
    CONNECT                         501: llhttp takes whatever follows for the tunnel's
    100-continue in HTTP/1.0        ignored (RFC 9110, 10.1.1)
    an offer to upgrade             ignored (RFC 9110, 7.8), and the body behind it read
    a line break between requests   no sign of life: what is idle is closed all the same
    nonsense behind a request       that request is answered first, then the nonsense, with 4xx:
                                    the same whether it came before that answer or after
    nonsense in a body              4xx where somebody reads that far; whoever answers without (a
                                    media type, a key) does so however fast it came, and is the last
    connections without end         503 while descriptors for what requests need are left
    an answer that nobody reads     the connection ends when it has not become less for a while
    an answer before the body       the rest is taken in for a while: closing at once would reset
                                    the connection, and the answer be lost (RFC 9112, 9.6)

Of the offer to upgrade: ``curl --http2`` makes one with each POST. llhttp takes all that follows
the head for the other protocol, so that the body would be lost. We give it to a second parser,
behind a head without the offer:

    POST / · Upgrade: h2c · Content-Length: 3 · abc       the first parser stops before abc
    POST / · Content-Length: 3 · abc                      what the second is fed
"""

from __future__ import annotations

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from shared.http.broken_body import BrokenBody
from shared.http.heads import MAX_HEAD_BYTES, TOO_LARGE, UNREADABLE, Refusal, find_refusal
from shared.http.lingering import LingeringClose, Parting
from shared.http.unread_answers import ReadingProtocol
from shared.loop.deadlines import LAST_LOOK_SECONDS
from shared.loop.starts import Starts
from shared.process.descriptors import is_one_too_many
from shared.process.exhaustion import is_exhausted

_MOST_FRAMING = 16
"""Bytes of framing (chunk sizes, their extensions, trailers) for each byte of a body."""
_STEP = 16_384
"""Bytes read between two looks at sizes, however many come at once: 200 KB in one piece are refused
as they are in ten. Where in a step a message began is not known, so limits are a step wider.
"""


class StrictProtocol(ReadingProtocol):
    """A connection. ``header_seconds``: how long request line and headers may take.

    A head is collected first and handed to uvicorn when it is whole and in order. With ``starts``,
    operations begin a few in a turn of the loop; whose client has gone until then does not.
    """

    header_seconds = 15.0
    starts: Starts | None = None
    _deadline: asyncio.TimerHandle | None = None
    _in_message = False
    _in_head = False
    _repeats_head = False
    _begun = 0
    """Messages that began in the piece that is read."""
    _is_stopping = False
    _is_refused = False
    _is_owed = False
    """Whether the refusal waits for the answers before it."""
    _answering: RequestResponseCycle | None = None
    """Of several requests behind each other the one that has its turn; ``cycle`` is the last."""
    _linger: LingeringClose | None = None
    _idle_since: float | None = None
    _body_bytes = 0
    _received = 0
    """Bytes of the message that is read, without the step that it began in."""
    _step = 0
    _refusal = UNREADABLE

    def connection_made(self, transport: Any) -> None:
        """A client connected: it has to say something."""
        super().connection_made(transport)
        if is_one_too_many(transport):
            self._refusal = Refusal(503, "Too many connections.")
            self._is_refused = True
            self._write_refusal()
            transport.close()  # at once: it holds what others need
        else:
            self._arm()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._linger is not None:
            self._linger.heard()
        if self._is_refused:
            return
        idle, self._idle_since = self._idle_since, None
        self._begun = 0
        for start in range(0, len(data), _STEP):
            if not self._read(data[start : start + _STEP]):
                return
        if not self._begun and self.cycle is not None and self.cycle.response_complete:
            self._idle_since = idle  # an empty line, or the rest of a body that nobody reads

    def _read(self, step: bytes) -> bool:
        """Let the parser read a little; False where nothing is to be read any more."""
        self._step = len(step)
        try:
            self.parser.feed_data(step)
        except httptools.HttpParserUpgrade as upgrade:
            return self._ignore_upgrade(step[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            if is_exhausted(error.__context__):  # and no fault of the client's
                self._refusal = Refusal(503, "There is no room for this at present.")
            self._refuse()
            return False
        if self._in_message:
            self._received += self._step
            self._check_size()
        return not self._is_refused

    def _check_size(self) -> None:
        """Refuse a message that goes on and on before it says anything."""
        if self._in_head:
            if self._received > MAX_HEAD_BYTES:
                self._refusal = TOO_LARGE
                self._refuse()
            elif self._deadline is None:
                self._arm()
        elif self._received > MAX_HEAD_BYTES + _MOST_FRAMING * self._body_bytes:
            self._refuse()

    def _ignore_upgrade(self, rest: bytes) -> bool:
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
        return self._read(b"".join([method, b" / HTTP/1.1\r\n", *framing, b"\r\n", rest]))

    @property
    def _is_free(self) -> bool:
        """Whether no request of this connection is being answered."""
        return self.cycle is None or self.cycle.response_complete

    # What llhttp calls.

    def on_message_begin(self) -> None:
        """The first byte of a request; from here its head has its deadline."""
        if self._is_refused:
            raise ValueError("nothing is read any more")
        self._in_message = True
        self._begun += 1
        if not self._repeats_head:
            self._in_head = True
            self._received = -self._step
            self._body_bytes = 0
            self.url = b""
            self.headers = []

    def on_url(self, url: bytes) -> None:
        """A piece of the request line."""
        if not self._repeats_head:
            self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head. Those behind a body are no part of it, and dropped."""
        if self._in_head:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """All headers are there. Raises for a head that is not in order."""
        if self._repeats_head:
            self._repeats_head = False
            return
        method, version = self.parser.get_method(), self.parser.get_http_version()
        refusal = find_refusal(method, self.url, version, self.headers)
        if refusal is not None:
            self._refusal = refusal
            raise ValueError(refusal.message)
        self.on_head()  # may find that its target is none, and then it is still a head
        self._in_head = False
        self._disarm()

    def on_head(self) -> None:
        """A head is whole, in ``url`` and ``headers``, and in order."""
        self.start_cycle()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; one with an offer is only said to be, before its body."""
        self._in_message = False
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def start_cycle(self) -> None:
        """Let uvicorn make a scope and a task of the head."""
        url, headers = self.url, self.headers
        super().on_message_begin()  # it makes the scope, and forgets the head
        self.url = url
        for name, value in headers:
            super().on_header(name, value)
        if self.parser.get_http_version() == "1.0":
            self.expect_100_continue = False
        super().on_headers_complete()
        parting = Parting(self.transport, self.close_answered)
        self.cycle.transport = parting  # type: ignore[assignment]
        if self._is_stopping:
            self.cycle.keep_alive = False

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Uvicorn's: make a task of a request."""
        self._answering = cycle
        start = super()._start_asgi_task
        if self.starts is None or cycle.scope["path"] != self.starts.path:
            start(cycle, app)
            return

        def begin() -> None:
            if not cycle.disconnected:
                start(cycle, app)

        self.starts.add(begin)

    # How it ends.

    def _refuse(self) -> None:
        """Answer what cannot be read, after what came before it, and take in nothing more."""
        if self._is_refused:
            return
        self.logger.warning(self._refusal.message)
        self._is_refused = True
        self._disarm()
        if self.transport.is_closing():
            return
        if self._in_message and not self._in_head:
            self._break_off()
        elif self._is_free:
            self._say_refusal()
        else:
            self._is_owed = True  # to be said when those before it are answered

    def _break_off(self) -> None:
        """The body that comes in cannot be read on."""
        cycle = self.cycle
        if self._is_free:
            self._close_gently()  # it was answered before
            return
        cycle.keep_alive = False
        waited, broken = cycle.message_event, BrokenBody(cycle, self._say_refusal)
        cycle.message_event = broken  # type: ignore[assignment]
        waited.set()

    def _say_refusal(self) -> None:
        """Write it, and close so that it is read."""
        self._write_refusal()
        self._close_gently()

    def _write_refusal(self) -> None:
        status, message = self._refusal
        self.transport.write(
            b"%bcontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n"
            b"connection: close\r\n\r\n%b"
            % (STATUS_LINE[status], len(message), message.encode("ascii"))
        )

    def close_answered(self) -> None:
        """An answer is out that was the last: close, gently where its request still comes in."""
        if self._in_message and not self.transport.is_closing():
            self._is_refused = True
            self._close_gently()
        else:
            self.transport.close()
            self.watch_reading()

    def _close_gently(self) -> None:
        """Close so that the answer is read, whatever its client still sends."""
        if not self.transport.can_write_eof() or self._is_stopping:
            self.transport.close()
            return
        self._linger = LingeringClose(self.transport, self.loop)
        self.flow.resume_reading()

    def shutdown(self) -> None:
        """The server stops: what has come is still answered, and then the connection closes.

        uvicorn closes at once what looks idle. A request that waits in the kernel, or of which half
        is read, would be lost with it: so what looks idle is looked at again a moment later.
        """
        self._is_stopping = True
        if self._linger is not None:
            self.transport.close()
        elif self._is_free:
            self.loop.call_later(LAST_LOOK_SECONDS, super().shutdown)
        else:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._disarm()
        self.end_watching()
        if self._linger is not None:
            self._linger.cancel()
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
        answering, self._answering = self._answering, None
        if answering is not None and not answering.response_complete:
            answering.disconnected = True  # uvicorn tells the last one only
            answering.message_event.set()
        super().connection_lost(exc)
        # Its transport leads back here: of a thousand that vanish nothing is left to be collected.
        self.cycle = None  # type: ignore[assignment]

    def on_response_complete(self) -> None:
        """A request is answered: the next of the pipeline, or a time of waiting.

        uvicorn starts and stops a timer around every request. Here one goes on ringing while the
        connection lives, and looks how long nothing has come.
        """
        self.server_state.total_requests += 1
        self._answering = None
        if self.transport.is_closing() or self._linger is not None:
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        if self._is_owed:
            self._say_refusal()
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
        else:
            self.timeout_keep_alive_task = self.loop.call_later(
                LAST_LOOK_SECONDS, self._close_idle, self._idle_since
            )

    def _close_idle(self, since: float) -> None:
        """Close what has been idle since then: nothing has come while this process was held."""
        self.timeout_keep_alive_task = None
        if self._idle_since == since:
            if not self.transport.is_closing():
                self.transport.close()
                self.watch_reading()  # it closes when what is written is read
        elif self._idle_since is not None:
            self._look_again_in(self.timeout_keep_alive)

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
        """Time is up for a head: see what has come meanwhile, for this process may have been held.

        One that was stopped (SIGSTOP, a frozen container) hears of its clock before its sockets.
        """
        self._deadline = self.loop.call_later(LAST_LOOK_SECONDS, self._close_late)

    def _close_late(self) -> None:
        self._deadline = None
        if not self._is_free:
            self._arm()  # answers are owed, and meanwhile we may not have read on
        elif self.transport is not None and not self.transport.is_closing():
            self.transport.close()
