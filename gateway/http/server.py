"""Running the app: uvicorn on uvloop and httptools, drained on SIGTERM, slow clients cut off."""

from __future__ import annotations

import gc

import structlog
from starlette.applications import Starlette

from gateway.config.settings import GatewaySettings
from gateway.http.protocol import protocol_with
from shared.http.server import DrainingServer, bind, server_config

log = structlog.get_logger(__name__)


def serve(app: Starlette, settings: GatewaySettings) -> int:
    """Serve until a signal; return the exit status. Raises ServiceUnreachable naming PORT."""
    listener = bind(settings.host, settings.port, reuse_port=settings.reuse_port)
    protocol = protocol_with(settings.times.headers, app.state.straight)
    config = server_config(app, protocol, settings.times.shutdown)
    server = DrainingServer(config, app.state.health, settings.times.drain)
    address = listener.getsockname()
    log.info("listening", host=address[0], port=address[1])
    # What is loaded by now stays: a full collection over a large supergraph would stop the loop.
    gc.collect()
    gc.freeze()
    server.run(sockets=[listener])
    return server.exit_status
