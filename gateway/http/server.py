"""Running the app: uvicorn on uvloop and httptools, drained on SIGTERM, slow clients cut off."""

from __future__ import annotations

import gc

import structlog
import uvicorn
from starlette.applications import Starlette

from gateway.config.settings import GatewaySettings
from gateway.http.protocol import protocol_with
from shared.http.server import DrainingServer, bind

log = structlog.get_logger(__name__)


def serve(app: Starlette, settings: GatewaySettings) -> int:
    """Serve until a signal; return the exit status. Raises ServiceUnreachable naming PORT."""
    listener = bind(settings.host, settings.port, reuse_port=settings.reuse_port)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=protocol_with(settings.times.headers, app.state.straight),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=settings.times.shutdown,
        backlog=2048,
    )
    server = DrainingServer(config, app.state.health, settings.times.drain)
    address = listener.getsockname()
    log.info("listening", host=address[0], port=address[1])
    # What is loaded by now stays: a full collection over a large supergraph would stop the loop.
    gc.collect()
    gc.freeze()
    server.run(sockets=[listener])
    return server.exit_status
