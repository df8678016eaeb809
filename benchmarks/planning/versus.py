"""Requests, depth and CPU of our plans beside those of a peer's planner, on random operations.

The peers of ``benchmarks/gateway/peers`` bring their planners along: install them as
docs/PERFORMANCE.md says, or only @graphql-hive/router-query-planner, or @apollo/query-planner with
@apollo/federation-internals and graphql.

python -m benchmarks.planning.versus SUPERGRAPH... [--planner apollo] [--operations 15] [--seed 0]
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from graphql import parse

from gateway.operation.normalise import normalise
from gateway.planning import Plan, PlanningFailed, plan_operation
from gateway.supergraph import SupergraphInvalid, load_supergraph
from tests.testkit.generator import OperationGenerator

PEER = Path(__file__).with_name("peer.mjs")


class Cost(NamedTuple):
    """One plan: requests, longest chain of fetches, milliseconds of CPU for making it."""

    requests: int
    depth: int
    cpu: float


def main() -> None:
    """Plan, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("supergraphs", nargs="+", type=Path)
    parser.add_argument("--planner", choices=("hive", "apollo"), default="hive")
    parser.add_argument("--operations", type=int, default=15, help="for each supergraph")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--worse", type=int, default=5, help="show as many where ours asks more")
    parser.add_argument("--peers", type=Path, default=Path(".est/peers"), help="their npm folder")
    options = parser.parse_args()
    known = dict(_readable(options.supergraphs))
    sdls = list(known.values())
    asked = [_operations(sdl, options.seed, options.operations) for sdl in sdls]
    theirs = iter(_theirs(options.planner, options.peers.resolve(), sdls, asked))
    gc.collect()
    gc.freeze()  # as the gateway does before it serves
    worse: list[str] = []
    everything: list[tuple[Cost, Cost]] = []
    for path, sdl, texts in zip(known, sdls, asked, strict=True):
        pairs: list[tuple[Cost, Cost]] = []
        for text, own in zip(texts, _ours(sdl, texts), strict=True):
            peer = next(theirs)
            if own is None or peer is None:
                continue
            pairs.append((own, peer))
            if own.requests > peer.requests or own.depth > peer.depth:
                worse.append(f"{path}: ours {own[:2]}, theirs {peer[:2]}: {text}")
        print(f"{path}: {_told(pairs)}")
        everything += pairs
    print(f"all: {_told(everything)}; ours is worse in {len(worse)}")
    print("\n".join(worse[: options.worse]))


def _readable(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The supergraphs that we load; a peer's tests have some that are not valid."""
    for path in paths:
        sdl = path.read_text(encoding="utf-8")
        try:
            load_supergraph(sdl)
        except SupergraphInvalid as fault:
            print(f"{path}: not compared: {fault}")
        else:
            yield path, sdl


def _operations(sdl: str, seed: int, count: int) -> list[str]:
    """Random queries without conditions, whose cost is one number."""
    schema = load_supergraph(sdl).api_schema
    generator = OperationGenerator(schema, seed, introspects=False, conditions=False)
    return [generator.query().text for _ in range(count)]


def _ours(sdl: str, texts: list[str]) -> list[Cost | None]:
    supergraph = load_supergraph(sdl)
    found: list[Cost | None] = []
    for text in texts:
        operation = normalise(parse(text), None, supergraph.api_schema)
        began = time.process_time()
        try:
            plan = plan_operation(supergraph, operation)
        except PlanningFailed:
            found.append(None)
            continue
        cpu = 1000 * (time.process_time() - began)
        found.append(Cost(len(plan.fetches), _depth(plan), cpu))
    return found


def _depth(plan: Plan) -> int:
    levels: dict[int, int] = {}
    for fetch in plan.fetches:
        levels[fetch.id] = 1 + max((levels[before] for before in fetch.after), default=0)
    return max(levels.values(), default=0)


def _theirs(
    planner: str, peers: Path, sdls: list[str], asked: list[list[str]]
) -> list[Cost | None]:
    """The peer's costs in order; None where it refuses, or ends: then it is started again."""
    count = sum(map(len, asked))
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "operations"), Path(folder, "costs")
        lines = [
            json.dumps({"sdl": sdl, "operations": texts})
            for sdl, texts in zip(sdls, asked, strict=True)
        ]
        file.write_text("\n".join(lines), encoding="utf-8")
        out.touch()
        found: list[Cost | None] = []
        while len(found) < count:
            options = [planner, str(peers), str(file), str(out), str(len(found))]
            command = ["node", str(PEER), *options]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            known = _read(out)
            if len(known) == len(found):
                raise SystemExit(done.stderr)
            found = known
        return found


def _read(out: Path) -> list[Cost | None]:
    """A line ``null`` for each operation that was begun, then its cost if it was ended."""
    found: list[Cost | None] = []
    for line in out.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        if told is None:
            found.append(None)
        elif told:
            found[-1] = Cost(*told)
    return found


def _told(pairs: list[tuple[Cost, Cost]]) -> str:
    """Sums and CPU, ours before theirs."""
    if not pairs:
        return "nothing to compare"
    own, peer = (list(costs) for costs in zip(*pairs, strict=True))
    told = [f"{len(pairs)} operations"]
    for name, index in (("requests", 0), ("depth", 1)):
        told.append(f"{name} {sum(c[index] for c in own)} / {sum(c[index] for c in peer)}")
    for name, part in (("median", 0.5), ("p99", 0.99)):
        times = [
            sorted(c.cpu for c in costs)[int(part * (len(costs) - 1))] for costs in (own, peer)
        ]
        told.append(f"{name} {times[0]:.1f} / {times[1]:.1f} ms")
    return ", ".join(told)


if __name__ == "__main__":
    main()
