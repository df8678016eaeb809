"""All HTTP clients, on the loop that the gateway runs on and on the standard library's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvloop

from gateway.subgraphs import HttpSubgraph, SubgraphConfig
from gateway.subgraphs.http1 import Http1Subgraph, pool
from gateway.subgraphs.httpx2_client import Httpx2Subgraph
from gateway.subgraphs.protocol import SubgraphRequest
from gateway.subgraphs.pyreqwest_client import PyreqwestSubgraph
from tests.testkit.raw_server import whole

BODY = b'{"data":{}}'
OK = whole(BODY)
Open = Callable[..., Http1Subgraph]


class Make:
    """Builds clients of one kind; settings are those of SubgraphConfig."""

    def __init__(self, client: type[HttpSubgraph]) -> None:
        self.client = client
        self.made: list[HttpSubgraph] = []

    def __call__(self, url: str, observer: Any = None, **settings: Any) -> HttpSubgraph:
        self.made.append(self.client(SubgraphConfig(url, **settings), observer))
        return self.made[-1]


LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Each test of this folder runs on both: their transports differ (TLS, closing, sockets)."""
    return LOOPS


CLIENTS: list[type[HttpSubgraph]] = [Http1Subgraph, PyreqwestSubgraph, Httpx2Subgraph]


@pytest.fixture(params=CLIENTS, ids=["http1", "pyreqwest", "httpx2"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """Build a client for a URL, of each kind."""
    making = Make(request.param)
    yield making
    for client in making.made:
        await client.close()


@pytest.fixture
async def client() -> AsyncIterator[Open]:
    """Build clients of our own kind, closed at the end."""
    made: list[Http1Subgraph] = []

    def build(url: str, **settings: Any) -> Http1Subgraph:
        made.append(Http1Subgraph(SubgraphConfig(url, **settings)))
        return made[-1]

    yield build
    for one in made:
        await one.close()


@pytest.fixture(autouse=True)
def connections_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is idle is not closed meanwhile, however long a busy machine lets the test wait."""
    monkeypatch.setattr(pool, "IDLE_SECONDS", 3_600.0)


def post(*, seconds: float = 60.0, is_query: bool = True, **headers: str) -> SubgraphRequest:
    """A request; header names with underscores for hyphens."""
    deadline = asyncio.get_running_loop().time() + seconds
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SubgraphRequest("one", b'{"query":"{a}"}', named, deadline, is_query)
