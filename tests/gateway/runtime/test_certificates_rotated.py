"""Certificates for subgraphs that are made anew meanwhile, and files that hold none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization

from gateway.composition import SubgraphSource, compose
from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from shared.errors import ConfigurationError
from tests.testkit.certificates import Authority
from tests.testkit.raw_server import raw_server, whole

SDL = "type Query { any: Int }"
ANSWER = whole(b'{"data":{"any":1}}', headers="connection: close\r\n")
CLIENTS = ["http1", "pyreqwest", "httpx2"]


def settings_for(folder: Path, url: str, client: str) -> GatewaySettings:
    file = folder / "supergraph.graphql"
    file.write_text(compose([SubgraphSource("one", url, SDL)]).supergraph_sdl)
    files = {"ca_file": folder / "ca.pem", "client_certificate": folder / "own.pem"}
    given: dict[str, Any] = {"subgraphs": {"one": {"tls": files}}, "subgraph_client": client}
    return GatewaySettings(supergraph=str(file), supergraph_poll_seconds=0.02, **given)


@asynccontextmanager
async def running(settings: GatewaySettings) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://gateway.test"
        ) as client,
    ):
        yield client


async def answers(client: httpx2.AsyncClient) -> bool:
    response = await client.post("/graphql", json={"query": "{ any }"})
    return "errors" not in response.json()


async def until(client: httpx2.AsyncClient, line: str) -> None:
    async with asyncio.timeout(60):
        while line not in (await client.get("/metrics")).text:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("kind", CLIENTS)
async def test_new_certificates_are_taken_without_a_restart(tmp_path: Path, kind: str) -> None:
    old, new = Authority("old"), Authority("new")
    context = new.server_context(tmp_path, asks_clients=True)
    ca, own = tmp_path / "ca.pem", tmp_path / "own.pem"
    ca.write_bytes(old.pem)
    old.issue("gateway").write(own)
    async with (
        raw_server(ANSWER, tls=context) as server,
        running(settings_for(tmp_path, server.url, kind)) as client,
    ):
        assert not await answers(client)
        own.write_bytes(b"half of it")
        await until(client, 'gateway_source_stale{source="supergraph"} 1.0')
        ca.write_bytes("für Menschen\n".encode() + new.pem)
        new.issue("gateway").write(own)
        async with asyncio.timeout(60):
            while not await answers(client):
                await asyncio.sleep(0.02)
        await until(client, 'gateway_source_stale{source="supergraph"} 0.0')
        own.unlink()
        await until(client, 'gateway_source_stale{source="supergraph"} 1.0')
        assert await answers(client)


def encrypted() -> bytes:
    """A certificate whose key needs a password."""
    issued = Authority().issue("gateway")
    key = serialization.load_pem_private_key(issued.key, None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    return locked + issued.certificate


def without_its_key() -> bytes:
    """A certificate with the key of another."""
    authority = Authority()
    return authority.issue("gateway").certificate + authority.issue("another").key


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ca", b""),
        ("ca", b"garbage"),
        ("ca", b"\xff\xfe"),
        ("ca", b"-----BEGIN CERTIFICATE-----\n\xc3\xbc\n-----END CERTIFICATE-----\n"),
        ("own", b"garbage"),
        ("own", b"\xff\xfe"),
        ("own", encrypted()),
        ("own", without_its_key()),
        ("own", Authority().issue("gateway").certificate),
    ],
)
def test_a_file_that_holds_none_is_named_at_the_start(
    tmp_path: Path, kind: str, name: str, content: bytes
) -> None:
    authority = Authority()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    authority.issue("gateway").write(tmp_path / "own.pem")
    settings = settings_for(tmp_path, "https://127.0.0.1:1/", kind)
    create_app(settings)
    (tmp_path / f"{name}.pem").write_bytes(content)
    setting = {"ca": "CA_FILE", "own": "CLIENT_CERTIFICATE"}[name]
    with pytest.raises(ConfigurationError, match=f"SUBGRAPHS__ONE__TLS__{setting}: .*hold"):
        create_app(settings)
