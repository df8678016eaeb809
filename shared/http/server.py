"""Running an ASGI app with uvicorn: uvloop, httptools, a graceful end, readable failures.

::

    sys.exit(serve(create_app(settings), settings))
"""

from __future__ import annotations

import asyncio
import errno
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import ConfigurationError, ServiceUnreachable
from shared.http.door import protocol_with
from shared.http.health import Health
from shared.process.descriptors import take_all_allowed
from shared.process.heap import use_one_heap
from shared.process.signals import ending_signals

if TYPE_CHECKING:
    from shared.settings.service import ServiceSettings

# A thread that parses a long document holds the interpreter for so long before the event loop has
# its turn; Python's own 5 ms add up where the loop has many short things to do.
SWITCH_SECONDS = 0.0002

# An answer of 87 kB is a few thousand dicts and lists that die with the request: at the usual 700
# several young collections would run in each, over objects that are all still needed. What survives
# two of them is looked at once more, before it is so much that the loop would be held for long.
GC_THRESHOLDS = (20_000, 2, 20)

ACCEPTED_IN_A_TURN = 16
"""Connections of one listener."""

log = structlog.get_logger(__name__)


class DrainingServer(uvicorn.Server):
    """First signal: not ready, a pause for load balancers, then drain. Second: stop at once.

    While it starts there is nothing to drain: one signal ends it. SIGHUP, of a terminal that
    closes, is a signal like the others, unless it was to be ignored (``nohup``).

    What start-up made lives as long as the process, so the garbage collector leaves it out: looking
    through 300,000 objects again and again would hold the loop for 100 ms each time.
    """

    def __init__(self, config: uvicorn.Config, health: Health | None, drain_seconds: float) -> None:
        super().__init__(config)
        self._health = health
        self._drain_seconds = drain_seconds
        self._starting: asyncio.Task[None] | None = None
        self._was_told = False
        """Whether a signal asked it to end."""

    @property
    def exit_status(self) -> int:
        """1 where it could not start, unless a signal ended it meanwhile."""
        return 0 if self.started or self._was_told else 1

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn's, and SIGHUP."""
        before = signal.getsignal(signal.SIGHUP)
        with super().capture_signals():
            if signal.SIGHUP in ending_signals():
                signal.signal(signal.SIGHUP, self.handle_exit)
            try:
                yield
            finally:
                signal.signal(signal.SIGHUP, before)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's; threads begin here."""
        use_one_heap()
        take_all_allowed()
        gc.set_threshold(*GC_THRESHOLDS)
        sys.setswitchinterval(SWITCH_SECONDS)
        super().run(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's, and then what is there is left out of garbage collection.

        Each listener is listened at several times, since libuv accepts one connection of a
        listener in a turn of the loop: where turns take 10 ms, of 200 clients that come at once the
        last would be seen after 2 s.
        """
        if self._was_told:
            return
        again = [each.dup() for each in sockets or () for _ in range(ACCEPTED_IN_A_TURN - 1)]
        listeners = None if sockets is None else [*sockets, *again]
        self._starting = asyncio.create_task(super().startup(listeners))
        try:
            await self._starting
        except asyncio.CancelledError:
            if not self._was_told:
                raise
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's; who came before the door closes is let in.

        Connections that the kernel holds for us until we accept them are reset with their listener,
        though their requests may have been sent.
        """
        waiting = [each for listener in sockets or () for each in _waiting_at(listener)]
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        loop = asyncio.get_running_loop()
        for connection in waiting:
            await loop.connect_accepted_socket(self._protocol, connection)
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        http: Any = self.config.http_protocol_class
        made: asyncio.Protocol = http(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Uvicorn's signal handler; unlike its own it lets a drained process end with status 0."""
        self._was_told = True
        if not self.started:
            self.should_exit = True
            if self._starting is not None:
                asyncio.get_running_loop().call_soon_threadsafe(self._starting.cancel)
            return
        if self._health is None or self._health.draining:
            self._stop()
            return
        self._health.drain()
        log.info("draining", signal=signal.Signals(sig).name, seconds=self._drain_seconds)
        if self._drain_seconds > 0:
            asyncio.get_running_loop().call_later(self._drain_seconds, self._stop)
        else:
            self._stop()

    def _stop(self) -> None:
        self.force_exit = self.should_exit  # asked again while closing: do not wait any longer
        self.should_exit = True


def _waiting_at(listener: socket.socket) -> Iterator[socket.socket]:
    listener.setblocking(False)
    with suppress(OSError):  # nobody waits any more, or there are no descriptors left
        while True:
            connection, _ = listener.accept()
            connection.setblocking(False)
            yield connection


class PlainStartupFailure:
    """Tells a failed start in one line where it is one of ours, instead of a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; shorten the message of ``lifespan.startup.failed``."""

        async def plain_send(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                message = {**message, "message": _last_line(message.get("message", ""))}
            await send(message)

        await self._app(scope, receive, plain_send if scope["type"] == "lifespan" else send)


def _last_line(traceback: str) -> str:
    last = (traceback.strip().splitlines() or [""])[-1]
    kind, separator, told = last.partition(": ")
    if kind == "asyncio.exceptions.CancelledError":
        return "ended by a signal"
    known = (ServiceUnreachable, ConfigurationError)
    ours = kind in {f"{error.__module__}.{error.__name__}" for error in known}
    return told if separator and ours else traceback


def serve(app: Starlette, settings: ServiceSettings, health: Health | None = None) -> int:
    """Serve until a signal; the process's exit status.

    Raises ``ServiceUnreachable`` naming PORT when the address is taken.
    """
    for reason in settings.unwise():
        log.warning("unwise settings", reason=reason)
    listener = bind(settings.host, settings.port)
    protocol = protocol_with(getattr(app.state, "door", None))
    config = server_config(PlainStartupFailure(app), protocol, settings.shutdown_seconds)
    server = DrainingServer(
        config, health or getattr(app.state, "health", None), settings.drain_seconds
    )
    address: Any = listener.getsockname()
    log.info("starting", host=address[0], port=address[1])
    server.run(sockets=[listener])
    return server.exit_status


def server_config(
    app: ASGIApp, protocol: type[asyncio.Protocol], shutdown_seconds: int
) -> uvicorn.Config:
    """How every server of ours is run: what logs and names it is our own, not uvicorn's."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=shutdown_seconds,
    )


def bind(host: str, port: int, *, reuse_port: bool = False) -> socket.socket:
    """A bound socket; the port is taken before anything else is started.

    ``reuse_port``: beside those of other processes that share it so.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # Also beside others: connections of an earlier server that was alone on the port still end.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if reuse_port:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} on {host} is in use (set by PORT)"
        elif error.errno == errno.EACCES:
            reason = f"port {port} needs privileges (set by PORT)"
        else:
            reason = f"cannot listen on {host}: {error.strerror} (set by HOST)"
        raise ServiceUnreachable(reason) from error
    return listener
