"""How each gateway is started. ``{supergraph}`` and ``{port}`` stand for a file and a port."""

from __future__ import annotations

import shlex
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

from benchmarks.federation_audit.processes import NotStarted, Process, running

HERE = "this_gateway"
_REPOSITORY = Path(__file__).parents[2]
_APOLLO = Path(__file__).with_name("apollo.mjs")
_START_SECONDS = 60.0


def commands(peers: Path, node: str) -> Mapping[str, str]:
    """Name → command. ``peers`` is the npm folder in which the peers are installed."""
    program = f"{node} {peers / 'node_modules/@graphql-hive/gateway/dist/bin.js'}"
    hive = f"{program} supergraph {{supergraph}} --host 127.0.0.1 --port {{port}} --fork 1"
    return {
        HERE: f"{sys.executable} -m gateway --supergraph {{supergraph}} --port {{port}}",
        "apollo": f"{node} {_APOLLO} {peers} {{supergraph}} {{port}}",
        "hive": hive,
        "hive_rust_planner": f"{hive} --hive-router-runtime",
    }


@contextmanager
def serving(command: str, supergraph: Path) -> Iterator[str]:
    """Start a gateway on ``supergraph``; yield the URL. Raises NotStarted."""
    port = _free_port()
    filled = command.replace("{supergraph}", str(supergraph)).replace("{port}", str(port))
    url = f"http://127.0.0.1:{port}/graphql"
    output = supergraph.with_suffix(".txt")
    with running(shlex.split(filled), _REPOSITORY, output) as process:
        _wait_until_ready(url, process, output)
        yield url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: Process, output: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with httpx2.Client(timeout=10) as client:
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if client.post(url, json={"query": "{ __typename }"}).json().get("data"):
                    return
            except (httpx2.HTTPError, ValueError):
                pass
            time.sleep(0.1)
    raise NotStarted(output.read_text(errors="replace")[-2_000:])
