"""One run: everything started, answers compared, rounds that take turns, everything stopped."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx2
import msgspec

from benchmarks.gateway.documents import ANSWERED_ANEW, DELAYS_MS, WORKLOADS, is_cold
from benchmarks.gateway.graph import supergraph_sdl
from benchmarks.gateway.load import Order, Outcome
from benchmarks.gateway.processes import (
    Server,
    free_port,
    on_cpu,
    processors,
    running,
    wait_for_port,
)
from benchmarks.gateway.subjects import BARE, Subject, bare, peer, this_gateway
from benchmarks.gateway.tokens import Signer

_START_SECONDS = 60.0
_NUMBERS_PER_RUN = 1_000_000
_COMPARED = 20
_NONE: Mapping[str, int] = MappingProxyType({})


class WrongAnswer(Exception):
    """A subject answers otherwise than this gateway."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of one subject: CPU in milliseconds and subgraph requests, both per request."""

    cpu_ms: float
    fetches: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Started:
    """A subject that runs."""

    subject: Subject
    server: Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}{self.subject.path}"


class Bench:
    """The running subjects, and the subgraphs behind them."""

    def __init__(self, subjects: Sequence[Started], subgraphs: str, token: str, cpu: int | None):
        self.subjects = subjects
        self.token = token
        self._subgraphs = subgraphs
        self._cpu = cpu
        self._runs = 0

    def set_delay(self, milliseconds: float) -> None:
        """Let every subgraph take so long from now on."""
        httpx2.get(f"{self._subgraphs}/delay/{milliseconds}")

    def answer_anew(self, *, anew: bool) -> None:
        """Let every answer of a subgraph have other bytes, or like ones, from now on."""
        httpx2.get(f"{self._subgraphs}/anew/{int(anew)}")

    def count_fetches(self) -> int:
        """Return how many requests subgraphs have had."""
        return int(httpx2.get(f"{self._subgraphs}/count").content)

    def answer(self, started: Started, workload: str, number: int) -> Any:
        """Ask once; return the decoded answer. Raises WrongAnswer if it has errors."""
        body = WORKLOADS[workload](number)
        headers = {
            "content-type": "application/json",
            "accept": "application/json",
            "authorization": f"Bearer {self.token}",
            "x-request-id": f"{number:032x}",
        }
        answer = httpx2.post(started.url, content=body, headers=headers, timeout=30).json()
        for item in answer if isinstance(answer, list) else [answer]:
            if item.get("errors") or not item.get("data"):
                raise WrongAnswer(f"{started.subject.name}, {workload}: {str(item)[:500]}")
        return answer

    def compare_answers(self, workload: str) -> None:
        """Raise WrongAnswer unless all subjects give equal JSON."""
        last = 999_999_999
        for number in range(last, last - (_COMPARED if is_cold(workload) else 1), -1):
            answers = [self.answer(each, workload, number) for each in self._able(workload)]
            for started, answer in zip(self._able(workload), answers, strict=True):
                if answer != answers[0]:
                    shown = WORKLOADS[workload](number).decode()
                    raise WrongAnswer(f"{started.subject.name} differs: {workload}, {shown[:2000]}")

    def measure(
        self, workload: str, connections: int, seconds: float, rounds: int
    ) -> dict[str, list[Sample]]:
        """Measure all subjects in turn, round by round; the first round warms up."""
        samples: dict[str, list[Sample]] = {s.subject.name: [] for s in self._able(workload)}
        self.set_delay(DELAYS_MS.get(workload, 0))
        self.answer_anew(anew=workload in ANSWERED_ANEW)
        for number in range(rounds + 1):
            # In one round all get the same numbers, so the same documents in the same order.
            first = self._next_numbers()
            for started in self._able(workload):
                sample = self.send(started, workload, connections, seconds, first)
                if number:
                    samples[started.subject.name].append(sample)
        self.set_delay(0)
        self.answer_anew(anew=False)
        return samples

    def _next_numbers(self) -> int:
        self._runs += 1
        return self._runs * _NUMBERS_PER_RUN

    def _able(self, workload: str) -> list[Started]:
        """Who can answer: the bare server forwards, and knows no plans."""
        able = workload.startswith("pass-") or workload == "one"
        return [each for each in self.subjects if able or each.subject.name != BARE]

    def send(
        self,
        started: Started,
        workload: str,
        connections: int,
        seconds: float,
        first: int | None = None,
    ) -> Sample:
        """One round: send for so long, and tell what it took."""
        first = self._next_numbers() if first is None else first
        port, path = started.server.port, started.subject.path
        order = Order(port, path, self.token, workload, connections, seconds, first)
        cpu, fetches = started.server.cpu_seconds(), self.count_fetches()
        command = on_cpu([sys.executable, "-m", "benchmarks.gateway.load"], self._cpu)
        done = subprocess.run(
            command, input=msgspec.json.encode(order), stdout=subprocess.PIPE, check=True
        )
        outcome = msgspec.json.decode(done.stdout, type=Outcome)
        cpu, fetches = started.server.cpu_seconds() - cpu, self.count_fetches() - fetches
        return Sample(1_000 * cpu / outcome.requests, fetches / outcome.requests, outcome)


@contextmanager
def prepared(
    peers: Sequence[str], folder: Path, *, pinned: bool = True, beside: Mapping[str, int] = _NONE
) -> Iterator[Bench]:
    """Start the subgraphs, this gateway, the bare server and ``peers``.

    ``beside``: more of this gateway, by name, with so many workers.
    """
    signer = Signer()
    load_cpu, subject_cpu = processors(pinned=pinned)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="est-bench-")))
        module = (sys.executable, "-m", "benchmarks.gateway.subgraphs")
        server = running("subgraphs", module, scratch / "subgraphs.log", cpu=load_cpu)
        subgraph_port = wait_for_port(stack.enter_context(server))
        supergraph = scratch / "supergraph.graphql"
        supergraph.write_text(supergraph_sdl(subgraph_port))
        chosen = [this_gateway(signer), bare(subgraph_port)]
        chosen += [this_gateway(signer, name=n, workers=w) for n, w in beside.items()]
        chosen += [peer(name, folder) for name in peers]
        started = [
            stack.enter_context(_started(each, supergraph, scratch, subject_cpu)) for each in chosen
        ]
        subgraphs = f"http://127.0.0.1:{subgraph_port}"
        bench = Bench(started, subgraphs, signer.token(), load_cpu)
        for each in started:
            _wait_until_ready(bench, each)
        yield bench


@contextmanager
def _started(
    subject: Subject, supergraph: Path, scratch: Path, cpu: int | None
) -> Iterator[Started]:
    port = free_port()
    filled = {"{supergraph}": str(supergraph), "{port}": str(port)}
    command = [filled.get(word, word) for word in subject.command]
    log = scratch / f"{subject.name}.log"
    environment = subject.environment
    with running(subject.name, command, log, port=port, cpu=cpu, environment=environment) as server:
        yield Started(subject, server)


def _wait_until_ready(bench: Bench, started: Started) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and started.server.process.poll() is None:
        try:
            bench.answer(started, "one", 0)
        except (httpx2.HTTPError, json.JSONDecodeError, WrongAnswer):
            time.sleep(0.1)
        else:
            return
    tail = started.server.log.read_text(errors="replace")[-2_000:]
    raise RuntimeError(f"{started.subject.name} did not start: {tail}")
