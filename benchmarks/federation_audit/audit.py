"""The audit: its suites, its tests, and its subgraphs with their record of requests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.federation_audit.calls import Call
from benchmarks.federation_audit.processes import NotStarted, running
from gateway.composition import SubgraphSource, compose

_SERVER = Path(__file__).with_name("subgraphs.mjs")
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class AuditTest:
    """An operation and what the audit wants for it."""

    query: str
    expected: dict[str, Any]

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it again finds the same world."""
        return not self.query.lstrip().startswith("mutation")

    def passes(self, response: object) -> bool:
        """Data must be equal; errors count only where the test says whether it wants them."""
        if not isinstance(response, dict):
            return False
        wanted = self.expected.get("errors")
        if isinstance(wanted, bool) and bool(response.get("errors")) is not wanted:
            return False
        return _same(self.expected.get("data"), response.get("data"))


@dataclass(frozen=True, slots=True)
class Audit:
    """A running audit."""

    http: httpx2.Client

    def suites(self) -> list[str]:
        return list(self._json("/ids"))

    def tests(self, suite: str) -> list[AuditTest]:
        found = self._json(f"/{suite}/tests")
        return [AuditTest(test["query"], test["expected"]) for test in found]

    def supergraph(self, suite: str) -> str:
        """The supergraph that the audit composed."""
        return self.http.get(f"/{suite}/supergraph").raise_for_status().text

    def composed_here(self, suite: str) -> str:
        """The supergraph that ``gateway.composition`` makes of the suite's subgraphs."""
        found = self._json(f"/{suite}/subgraphs")
        return compose(
            [SubgraphSource(s["name"], s["url"], s["sdl"]) for s in found]
        ).supergraph_sdl

    def take_calls(self) -> list[Call]:
        """The requests since the last time."""
        return [Call(**call) for call in self._json("/_calls")]

    def _json(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()


@contextmanager
def serving_audit(checkout: Path, delay_ms: int, node: str, scratch: Path) -> Iterator[Audit]:
    """Serve the audit in ``checkout``, every subgraph's reply ``delay_ms`` late."""
    loader = checkout / "node_modules/tsx/dist/loader.mjs"
    command = [node, "--import", str(loader), str(_SERVER), str(checkout), str(delay_ms)]
    output = scratch / "subgraphs.txt"
    deadline = time.monotonic() + _START_SECONDS
    with running(command, checkout, output) as process:
        while not (printed := output.read_text()).endswith("\n"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotStarted(f"The audit in {checkout} does not start: {printed}")
            time.sleep(0.1)
        with httpx2.Client(base_url=printed.split()[0], timeout=60) as http:
            yield Audit(http)


def _same(left: object, right: object) -> bool:
    """Equality of JSON values; unlike Python's it tells 1 from true."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return isinstance(left, bool) is isinstance(right, bool) and left == right
