"""Apollo's subgraph compatibility tests: our parts serve the subgraph, our gateway is the router.

Apollo's own router is left out, and its composition; the two other subgraphs are theirs.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.composition import SubgraphSource, compose
from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from tests.audits.compatibility.products import make_app, make_schema
from tests.testkit.ports import free_ports
from tests.testkit.server import serving

HERE = Path(__file__).parent
THEIRS = HERE / "node_modules" / "@apollo" / "federation-subgraph-compatibility-tests" / "dist"

pytestmark = pytest.mark.audits

CHECKS = {
    "introspection",
    "@key single",
    "@key multiple",
    "@key composite",
    "repeatable @key",
    "@requires",
    "@provides",
    "ftv1",
    "@link",
    "@shareable",
    "@tag",
    "@override",
    "@inaccessible",
    "@composeDirective",
    "@interfaceObject",
}


@asynccontextmanager
async def their_subgraph(name: str) -> AsyncIterator[str]:
    """Apollo's ``users`` or ``inventory``, a Node server; yields its URL."""
    port = free_ports(1)[0]
    process = await asyncio.create_subprocess_exec(
        "node",
        "index.js",
        cwd=THEIRS / "subgraphs" / name,
        env={**os.environ, f"{name.upper()}_PORT": str(port)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        await _answering(url)
        yield url
    finally:
        process.kill()
        await process.wait()


async def _answering(url: str) -> None:
    async with httpx2.AsyncClient(timeout=60) as client, asyncio.timeout(240):
        while True:
            with suppress(httpx2.TransportError):
                await client.post(url, json={"query": "{ __typename }"})
                return
            await asyncio.sleep(0.05)


async def run_jest(products: str, router: str) -> dict[str, Any]:
    """What the tests say, with these two servers."""
    process = await asyncio.create_subprocess_exec(
        "node",
        "node_modules/jest/bin/jest.js",
        "--ci",
        "--json",
        "--runInBand",
        "--config",
        "compatibility/jest.config.cjs",
        cwd=HERE,
        env={
            **os.environ,
            "PRODUCTS_URL": f"{products}/graphql",
            "ROUTER_PORT": router.rsplit(":", 1)[1],
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, complaint = await process.communicate()
    try:
        result: dict[str, Any] = json.loads(told)
    except ValueError:
        pytest.fail(complaint.decode())
    return result


async def test_every_check_passes(tmp_path: Path) -> None:
    if not THEIRS.is_dir():
        pytest.fail("the packages are not installed: make audit-test does that")
    async with AsyncExitStack() as stack:
        products = await stack.enter_async_context(serving(make_app()))
        sources = [SubgraphSource("products", f"{products}/graphql", make_schema().as_str())]
        for name in ("users", "inventory"):
            url = await stack.enter_async_context(their_subgraph(name))
            sdl = (THEIRS / "subgraphs" / name / f"{name}.graphql").read_text()
            sources.append(SubgraphSource(name, url, sdl))
        supergraph = tmp_path / "supergraph.graphql"
        supergraph.write_text(compose(sources).supergraph_sdl)
        app = create_app(GatewaySettings(supergraph=str(supergraph), graphql_path="/"))
        await stack.enter_async_context(app.router.lifespan_context(app))
        router = await stack.enter_async_context(serving(app))
        result = await run_jest(products, router)

    outcomes: dict[str, set[str]] = {}
    for file in result["testResults"]:
        for item in file["assertionResults"]:
            name = (item["ancestorTitles"] or [item["fullName"]])[0]
            outcomes.setdefault(name, set()).add(item["status"])
            assert item["status"] == "passed", "\n".join(item["failureMessages"])
    assert outcomes == {name: {"passed"} for name in CHECKS}
