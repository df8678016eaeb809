"""One run: everything started, answers compared, rounds that take turns, everything stopped."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from benchmarks.est.documents import WORKLOADS, Workload
from benchmarks.est.load import Order, Outcome
from benchmarks.est.subjects import (
    other_gateway,
    supergraph_for,
    this_gateway,
    without_authenticated,
)
from benchmarks.est.system import System, ask, running_system
from benchmarks.gateway.processes import Server, free_port, running
from benchmarks.gateway.subjects import HERE, Subject

DIRECT = "direct"
_START_SECONDS = 90.0


class WrongAnswer(Exception):
    """A subject answers otherwise than this gateway."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of one subject: its own CPU in milliseconds per request, and the times."""

    cpu_ms: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Started:
    """A gateway that runs, or None before the services themselves."""

    name: str
    port: int
    path: str
    server: Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    def cpu_seconds(self) -> float:
        return 0.0 if self.server is None else self.server.cpu_seconds()


class Bench:
    """The running gateways before one system."""

    def __init__(self, system: System, subjects: Sequence[Started]) -> None:
        self.system = system
        self.subjects = subjects
        self._rounds = 0

    def compare_answers(self, workload: str) -> None:
        """Raise WrongAnswer unless all subjects give equal JSON; reservations differ by nature."""
        chosen = WORKLOADS[workload]
        answers = [self._answer(each, chosen) for each in self.subjects]
        for started, answer in zip(self.subjects, answers, strict=True):
            same = answer.keys() if chosen.is_mutation else answer
            if same != (answers[0].keys() if chosen.is_mutation else answers[0]):
                raise WrongAnswer(f"{started.name} differs: {workload}, {str(answer)[:500]}")

    def measure(
        self, workload: str, connections: int, seconds: float, rounds: int
    ) -> dict[str, list[Sample]]:
        """Measure all subjects in turn, round by round; the first round warms up."""
        samples: dict[str, list[Sample]] = {each.name: [] for each in self.subjects}
        for number in range(rounds + 1):
            for started in self.subjects:
                sample = self._send(started, WORKLOADS[workload], connections, seconds)
                if number:
                    samples[started.name].append(sample)
        return samples

    def _answer(self, started: Started, workload: Workload) -> Any:
        variables = self._variables(workload)
        if workload.is_mutation:
            variables["key"] = f"compared-{started.name}"
        try:
            return ask(started.url, workload.query, self.system.token, **variables)
        except RuntimeError as error:
            raise WrongAnswer(f"{started.name}: {error}") from error

    def _variables(self, workload: Workload) -> dict[str, str]:
        return {"id": self.system.offer} if workload.is_about_an_offer else {}

    def _send(
        self, started: Started, workload: Workload, connections: int, seconds: float
    ) -> Sample:
        self._rounds += 1
        headers = {
            "content-type": "application/json",
            "accept": "application/json",
            "authorization": f"Bearer {self.system.token}",
        }
        order = Order(
            started.port,
            started.path,
            headers,
            workload.query,
            self._variables(workload),
            f"round-{self._rounds}" if workload.is_mutation else None,
            connections,
            seconds,
        )
        cpu = started.cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.est.load"],
            input=msgspec.json.encode(order),
            stdout=subprocess.PIPE,
            check=True,
        )
        outcome = msgspec.json.decode(done.stdout, type=Outcome)
        return Sample(1_000 * (started.cpu_seconds() - cpu) / outcome.requests, outcome)


@contextmanager
def prepared(peers: Sequence[str], folder: Path, *, direct: bool = False) -> Iterator[Bench]:
    """Start the system, this gateway and ``peers``; ``direct``: catalog itself, too."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="est-bench-")))
        system = stack.enter_context(running_system(scratch))
        chosen = [this_gateway(system), *(other_gateway(name, folder) for name in peers)]
        started = [
            stack.enter_context(_started(each, _supergraph(each, system, scratch), scratch))
            for each in chosen
        ]
        for each in started:
            _wait_until_ready(each, system.token)
        if direct:
            started.append(Started(DIRECT, system.ports["catalog"], "/graphql"))
        yield Bench(system, started)


def _supergraph(subject: Subject, system: System, scratch: Path) -> Path:
    text = supergraph_for(system)
    path = scratch / f"{subject.name}.graphql"
    path.write_text(without_authenticated(text) if subject.name == "apollo" else text)
    return path


@contextmanager
def _started(subject: Subject, supergraph: Path, scratch: Path) -> Iterator[Started]:
    port = free_port()
    filled = {"{supergraph}": str(supergraph), "{port}": str(port)}
    command = [filled.get(word, word) for word in subject.command]
    log = scratch / f"{subject.name}.log"
    with running(subject.name, command, log, port=port, environment=subject.environment) as server:
        yield Started(subject.name, port, subject.path, server)


def _wait_until_ready(started: Started, token: str) -> None:
    server = started.server
    assert server is not None
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            ask(started.url, "{ offers(first: 1) { edges { cursor } } }", token)
        except (httpx2.HTTPError, RuntimeError, ValueError):
            time.sleep(0.1)
        else:
            return
    tail = server.log.read_text(errors="replace")[-2_000:]
    raise RuntimeError(f"{started.name} did not start: {tail}")


__all__ = ["DIRECT", "HERE", "Bench", "Sample", "WrongAnswer", "prepared"]
