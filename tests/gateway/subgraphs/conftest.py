"""Both HTTP clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from gateway.subgraphs import HttpSubgraph, SubgraphConfig
from gateway.subgraphs.httpx2_client import Httpx2Subgraph
from gateway.subgraphs.protocol import SubgraphRequest
from gateway.subgraphs.pyreqwest_client import PyreqwestSubgraph

Make = Callable[..., HttpSubgraph]


@pytest.fixture(params=[PyreqwestSubgraph, Httpx2Subgraph], ids=["pyreqwest", "httpx2"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """Build a client for a URL; settings are those of SubgraphConfig."""
    made: list[HttpSubgraph] = []

    def build(url: str, observer: Any = None, **settings: Any) -> HttpSubgraph:
        made.append(request.param(SubgraphConfig(url, **settings), observer))
        return made[-1]

    yield build
    for client in made:
        await client.close()


def post(*, seconds: float = 5.0, is_query: bool = True, **headers: str) -> SubgraphRequest:
    """A request; header names with underscores for hyphens."""
    deadline = asyncio.get_running_loop().time() + seconds
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SubgraphRequest("one", b'{"query":"{a}"}', named, deadline, is_query)
