"""A running gateway without a network: the real app, doubles for subgraphs, a client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from gateway.runtime.runtime import ActiveRuntime
from gateway.subgraphs.protocol import Subgraph

JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """The app and a client for it."""

    app: Starlette
    client: httpx2.AsyncClient

    @property
    def active(self) -> ActiveRuntime:
        """The reference to the runtime in force."""
        active: ActiveRuntime = self.app.state.active
        return active

    async def ask(self, query: str, **request: Any) -> dict[str, Any]:
        """POST one operation; return the response's JSON."""
        headers = request.pop("headers", {})
        body = {"query": query, **request}
        response = await self.client.post("/graphql", json=body, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer

    async def post(self, content: bytes | str, **headers: str) -> httpx2.Response:
        """POST raw bytes as JSON; ``headers`` in snake case."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post("/graphql", content=content, headers={**JSON, **given})


@asynccontextmanager
async def running_gateway(
    supergraph: Path, subgraphs: Subgraph, **settings: Any
) -> AsyncIterator[RunningGateway]:
    """Run a gateway on ``supergraph``; requests to subgraphs go to ``subgraphs``.

    Client, gateway and subgraphs share a loop: where that is late nobody is refused for it.
    """
    given = {"supergraph_poll_seconds": 0, **settings}
    given["times"] = {"lag": 60, **given.get("times", {})}
    app = create_app(GatewaySettings(supergraph=str(supergraph), **given), subgraphs=subgraphs)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://gateway.test"
        ) as client,
    ):
        yield RunningGateway(app, client)


def codes(response: dict[str, Any]) -> list[str]:
    """Return the codes of a response's errors."""
    return [item["extensions"]["code"] for item in response.get("errors", [])]
