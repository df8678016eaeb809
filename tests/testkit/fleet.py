"""Gateways and services as real processes over real databases: any number of each.

async with fleet(tmp_path, database_url_factory, gateways=2, auths=2, catalogs=2) as running:
    await running.gateways[0].run("{ offers { edges { cursor } } }")

Crossed: gateway 1 asks auth 1 and catalog 1, gateway 2 auth 2 and catalog 2; auth 1 tells catalog 2
what happens to accounts, and catalog 1 asks auth 2. So whatever one of a pair knows alone shows.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.testkit.client import Client
from tests.testkit.ports import free_ports
from tests.testkit.postgres import Databases
from tests.testkit.system import ROOT

SUPERGRAPH = ROOT / "schema" / "supergraph.graphql"
CONFIG = ROOT / "est" / "gateway.toml"
AUTH_KEY = "gateway-key-of-auth-in-tests"
CATALOG_KEY = "gateway-key-of-catalog-in-tests"
AUDIENCE = "http://auth.est.example"
START_SECONDS = 300


@dataclass
class Server:
    """One process: where it listens and what it logs."""

    name: str
    port: int
    log: Path
    environment: Mapping[str, str]
    module: str
    process: asyncio.subprocess.Process | None = None
    http: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        limits = httpx2.Limits(max_connections=None)
        self.http = httpx2.AsyncClient(base_url=self.url, timeout=60, limits=limits)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    async def start(self, *arguments: str) -> None:
        """Start it; it is not ready yet."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with self.log.open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.module, *arguments,
                cwd=ROOT, env={**inherited, **self.environment}, stdout=out, stderr=out,
            )  # fmt: skip

    async def until_ready(self) -> None:
        async with asyncio.timeout(START_SECONDS):
            while not await self.is_ready():
                assert self.process is not None
                assert self.process.returncode is None, self.told()
                await asyncio.sleep(0.05)

    async def is_ready(self) -> bool:
        try:
            return (await self.http.get("/health/ready")).status_code == 200
        except httpx2.TransportError:
            return False

    def cpu_seconds(self) -> float:
        """What its process has used: a clock that a busy machine does not advance."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    async def kill(self) -> None:
        """As kill -9 does."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """It runs in the block, ready or not, and is killed at its end."""
        await self.start()
        try:
            yield
        finally:
            await self.kill()
            await self.http.aclose()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Server]:
        """The same, ready when the block begins."""
        async with self.started():
            await self.until_ready()
            yield self

    def told(self) -> str:
        """Everything it has logged."""
        return self.log.read_text(errors="replace")


@dataclass(frozen=True)
class Fleet:
    """The servers, and a client of each gateway."""

    gateway_servers: list[Server]
    auths: list[Server]
    catalogs: list[Server]
    gateways: list[Client]
    auth_database: str
    catalog_database: str

    @property
    def servers(self) -> list[Server]:
        return [*self.gateway_servers, *self.auths, *self.catalogs]

    def told(self) -> str:
        """What all servers have logged."""
        return "\n".join(server.told() for server in self.servers)


@dataclass(frozen=True)
class _Site:
    """Where each server will be, so that the others can be told before it runs."""

    folder: Path
    databases: Sequence[str]
    auth_ports: Sequence[int]
    catalog_ports: Sequence[int]

    def auth(self, number: int, changes: Mapping[str, str]) -> Server:
        port = self.auth_ports[number]
        return self._server(
            "auth", "auth_service", number, port, changes,
            DATABASE_URL=self.databases[0], GATEWAY_KEY=AUTH_KEY, CATALOG_GATEWAY_KEY=CATALOG_KEY,
            AUTH_SERVICE_URL=_address(port), EST_HOME=str(self.folder), BCRYPT_COST="4",
            CATALOG_SERVICE_URL=self._one_of(self.catalog_ports, number + 1),
        )  # fmt: skip

    def catalog(self, number: int, changes: Mapping[str, str]) -> Server:
        return self._server(
            "catalog", "catalog_service", number, self.catalog_ports[number], changes,
            DATABASE_URL=self.databases[1], GATEWAY_KEY=CATALOG_KEY, AUTH_GATEWAY_KEY=AUTH_KEY,
            AUTH_SERVICE_URL=self._one_of(self.auth_ports, number + 1),
        )  # fmt: skip

    def gateway(self, number: int, port: int, changes: Mapping[str, str]) -> Server:
        auth = self._one_of(self.auth_ports, number)
        return self._server(
            "gateway", "gateway", number, port, changes,
            SUPERGRAPH=str(SUPERGRAPH), GATEWAY_CONFIG=str(CONFIG), SUPERGRAPH_POLL_SECONDS="0",
            # A process that is many clients may do something else between a head and its body.
            TIMES__HEADERS="120", TIMES__BODY="120",
            AUTH_SERVICE_URL=auth,
            SUBGRAPHS__AUTH__URL=auth + "/graphql",
            SUBGRAPHS__AUTH__KEY=AUTH_KEY,
            SUBGRAPHS__CATALOG__URL=self._one_of(self.catalog_ports, number) + "/graphql",
            SUBGRAPHS__CATALOG__KEY=CATALOG_KEY,
        )  # fmt: skip

    def _server(
        self, kind: str, module: str, number: int, port: int, changes: Mapping[str, str], **own: str
    ) -> Server:
        name = f"{kind}{number}"
        common = {"PYTHONPATH": str(ROOT), "ENV": "dev", "JWT_ISSUER": AUDIENCE}
        given = {**common, "PORT": str(port), **own, **changes}
        return Server(name, port, self.folder / f"{name}.log", given, module)

    def _one_of(self, ports: Sequence[int], number: int) -> str:
        return _address(ports[number % len(ports)])


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@asynccontextmanager
async def fleet(
    folder: Path,
    databases: Databases,
    *,
    gateways: int = 1,
    auths: int = 1,
    catalogs: int = 1,
    gateway: Mapping[str, str] | None = None,
    auth: Mapping[str, str] | None = None,
    catalog: Mapping[str, str] | None = None,
) -> AsyncIterator[Fleet]:
    """Run so many of each, with settings on top; ready when the block begins."""
    urls = [await databases("auth_service"), await databases("catalog_service")]
    ports = free_ports(gateways + auths + catalogs)
    site = _Site(folder, urls, ports[:auths], ports[auths : auths + catalogs])
    gateway_servers = [
        site.gateway(number, port, gateway or {})
        for number, port in enumerate(ports[auths + catalogs :])
    ]
    running = Fleet(
        gateway_servers,
        [site.auth(number, auth or {}) for number in range(auths)],
        [site.catalog(number, catalog or {}) for number in range(catalogs)],
        [Client(one.url) for one in gateway_servers],
        *urls,
    )
    async with AsyncExitStack() as stack:
        for url in urls:
            stack.push_async_callback(databases.drop, url)
        for one in running.servers:
            await stack.enter_async_context(one.started())
        for client in running.gateways:
            stack.push_async_callback(client.http.aclose)
        await asyncio.gather(*(one.until_ready() for one in running.servers))
        yield running
