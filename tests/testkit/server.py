"""An ASGI app behind a real socket, in the test's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from shared.http.server import bind


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve ``app`` on a free port of 127.0.0.1; yield its base URL."""
    async with listening(app) as port:
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def listening(app: ASGIApp, port: int = 0, **options: Any) -> AsyncIterator[int]:
    """Serve ``app`` on a port of 127.0.0.1, a free one for 0; yield it. ``options``: uvicorn's."""
    listener = bind("127.0.0.1", port)
    config = uvicorn.Config(
        app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1, **options
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve(sockets=[listener]))  # signals are the test run's
    try:
        while not server.started:
            await asyncio.sleep(0.005)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listener.close()
        # uvicorn has told the connections that were there to end: not one that was accepted in
        # that moment, nor one that was at work for longer than the second it waits.
        for _ in range(5):
            for connection in list(server.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(0)
