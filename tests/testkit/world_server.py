"""A world's subgraphs over HTTP, all in one process: for gateways that run as processes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.testkit.monolith import WorldSubgraph
from tests.testkit.server import serving


@asynccontextmanager
async def serving_world(handlers: Mapping[str, WorldSubgraph]) -> AsyncIterator[str]:
    """Serve each subgraph at ``/{name}`` of the base URL that is yielded."""

    async def answer(request: Request) -> JSONResponse:
        body = json.loads(await request.body())
        return JSONResponse(handlers[request.path_params["name"]](body))

    app = Starlette(routes=[Route("/{name}", answer, methods=["POST"])])
    async with serving(app) as base_url:
        yield base_url
