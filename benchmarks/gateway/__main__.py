"""What a request costs, side by side in one run, ratios first.

    python -m benchmarks.gateway                          (with all peers: about 10 minutes)
    python -m benchmarks.gateway --peers none --workloads one,two --rounds 3 --seconds 2
    python -m benchmarks.gateway memory                   (after 20,000 and 200,000 requests)
    python -m benchmarks.gateway workers                  (two workers, one, and two apart)

``this`` is the gateway with benchmarks/production.toml and a valid token in every request;
``bare`` forwards the same bytes by the same client. CPU is that of a whole process tree; subjects
take turns round by round; all answers are compared as JSON before. Linux only.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from benchmarks.arguments import names
from benchmarks.gateway.bench import WrongAnswer, prepared
from benchmarks.gateway.documents import WORKLOADS
from benchmarks.gateway.report import table
from benchmarks.gateway.steadiness import measure_memory, measure_workers
from benchmarks.gateway.subjects import PEERS, PeerMissing


def main() -> int:
    """Run one benchmark; return the exit status: 1 for wrong answers, 2 for what is missing."""
    options = _parser().parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # what was started is stopped all the same
    try:
        if options.what == "memory":
            measure_memory(options.connections[0])
        elif options.what == "workers":
            measure_workers(options.seconds, options.rounds)
        else:
            _compare(options)
    except WrongAnswer as error:
        print(f"WRONG ANSWER: {error}", file=sys.stderr)
        return 1
    except (PeerMissing, RuntimeError) as error:
        print(f"benchmarks.gateway: {error}", file=sys.stderr)
        return 2
    return 0


def _compare(options: argparse.Namespace) -> None:
    with prepared(options.peers, options.peers_folder, pinned=not options.no_pin) as bench:
        for workload in options.workloads:
            bench.compare_answers(workload)
        for workload in options.workloads:
            for connections in options.connections:
                samples = bench.measure(workload, connections, options.seconds, options.rounds)
                print(table(f"{workload}, {connections} connections", samples), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gateway", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    add("what", nargs="?", choices=["compare", "memory", "workers"], default="compare")
    add("--peers", type=names(PEERS), default=list(PEERS), help=f"of {', '.join(PEERS)}; or none")
    add("--peers-folder", type=lambda text: Path(text).resolve(), default=Path(".est/peers"))
    add("--workloads", type=names(WORKLOADS), default=list(WORKLOADS))
    add("--connections", type=_numbers, default=[10])
    add("--rounds", type=int, default=5)
    add("--seconds", type=float, default=3.0, help="of each round")
    add("--no-pin", action="store_true", help="let processes move between processors")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
