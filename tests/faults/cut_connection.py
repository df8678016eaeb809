"""One connection to a door without a socket: bytes go in as they are cut, answers come out.

The server's own protocol stands over a transport that keeps what is written, and holds back what
comes while reading is paused, as a socket does.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.server import ServerState

from auth_service.api.app import create_app as create_auth
from auth_service.core.settings import AuthSettings
from catalog_service.api.app import create_app as create_catalog
from gateway.http.protocol import protocol_with as gateway_protocol
from shared.http.door import protocol_with
from shared.http.protocol import StrictProtocol
from tests.catalog_service.kit import GATEWAY_KEY, settings_for
from tests.gateway.http.connections import PATIENCE_SECONDS
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import running_gateway

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
Told = tuple[list[tuple[int, bytes]], bool]
"""Statuses and bodies, and whether the connection has ended."""

_REQUEST_ID = re.compile(rb'"requestId":"[0-9a-f]{32}"')


class CutTransport:
    """A transport. ``is_over``: the client has been told that nothing more comes."""

    def __init__(self) -> None:
        self.written = b""
        self.is_over = self.is_closed = self.is_paused = False

    def write(self, data: bytes) -> None:
        assert not self.is_over, "written behind the end"
        self.written += data

    def writelines(self, pieces: Sequence[bytes]) -> None:
        self.write(b"".join(pieces))

    def close(self) -> None:
        self.is_over = self.is_closed = True

    def write_eof(self) -> None:
        self.is_over = True

    def is_closing(self) -> bool:
        return self.is_closed

    def can_write_eof(self) -> bool:
        return True

    def get_extra_info(self, _name: str) -> None:
        return None

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False


class CutConnection:
    """A client's connection to ``app`` by ``protocol``."""

    def __init__(self, app: ASGIApp, protocol: type[StrictProtocol]) -> None:
        config = uvicorn.Config(
            app,
            http=protocol,
            timeout_keep_alive=PATIENCE_SECONDS,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
        )
        config.load()
        self.transport = CutTransport()
        self.state = ServerState()
        self.protocol = protocol(config=config, server_state=self.state, app_state={})
        self.protocol.connection_made(cast("Any", self.transport))

    async def told(self, pieces: Sequence[tuple[bytes, int]]) -> Told:
        """Send each piece, with so many turns of the loop behind it; what came back in the end."""
        for piece, turns in pieces:
            await self._until(lambda: not self.transport.is_paused or self.transport.is_closed)
            if not self.transport.is_closed:
                self.protocol.data_received(piece)
            for _ in range(turns):
                await asyncio.sleep(0)
        await self._until(self._is_quiet)
        told = answers(self.transport.written), self.transport.is_over
        self.transport.close()
        self.protocol.connection_lost(None)
        return told

    def _is_quiet(self) -> bool:
        """Whether nothing is being answered, but for what waits for the rest of its body."""
        cycle = self.protocol.cycle
        if self.transport.is_closed and not self.state.tasks:
            return True
        return not (self.state.tasks or self.protocol.pipeline) or bool(
            len(self.state.tasks) == 1
            and not cycle.response_complete
            and getattr(cycle, "more_body", False)
            and getattr(cycle.message_event, "_waiters", None)
        )

    async def _until(self, is_so: Any) -> None:
        async with asyncio.timeout(60):
            turns = 0
            while not is_so():
                turns += 1
                await asyncio.sleep(0 if turns < 100 else 0.001)
        await asyncio.sleep(0)


def answers(written: bytes) -> list[tuple[int, bytes]]:
    """Statuses and bodies, but for "100 Continue" and request ids."""
    found = []
    while written:
        head, _, rest = written.partition(b"\r\n\r\n")
        status = int(head[9:12])
        length = re.search(rb"content-length: (\d+)", head)
        size = int(length[1]) if length else 0
        if status != 100:
            found.append((status, _REQUEST_ID.sub(b"", rest[:size])))
        written = rest[size:]
    return found


Connects = dict[str, Callable[[], CutConnection]]
"""Makes a new connection to each door."""


@asynccontextmanager
async def connecting(folder: Path) -> AsyncIterator[Connects]:
    """Every door in this process. None has a database: what is asked must not need it."""
    auth = create_auth(
        AuthSettings(
            database_url=NO_DATABASE, gateway_key=GATEWAY_KEY, est_home=folder, bcrypt_cost=4
        )
    )
    catalog = create_catalog(settings_for(NO_DATABASE))
    async with running_gateway(SUPERGRAPH, Shop().subgraphs) as gateway:
        straight = gateway_protocol(PATIENCE_SECONDS, gateway.app.state.straight)
        yield {
            "gateway": lambda: CutConnection(gateway.app, straight),
            "auth": lambda: CutConnection(auth, protocol_with(auth.state.door)),
            "catalog": lambda: CutConnection(catalog, protocol_with(catalog.state.door)),
        }
