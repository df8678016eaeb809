"""EST end to end: its own services, behind this gateway and behind others.

    python -m benchmarks.est                              (with all peers: about 5 minutes)
    python -m benchmarks.est --peers none --workloads browse --seconds 2
    python -m benchmarks.est added                        (what the gateway adds, one connection)
    python -m benchmarks.est start                        (stages of a warm start, idle memory)

CPU is the gateway's alone, the services are the same for all. Subjects take turns round by round;
answers are compared as JSON before. Linux only.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.arguments import names
from benchmarks.est.bench import WrongAnswer, prepared
from benchmarks.est.documents import WORKLOADS
from benchmarks.est.report import added_table, table
from benchmarks.est.start import measure_start
from benchmarks.gateway.subjects import PEERS, PeerMissing

QUERIES = ("browse", "offer")


def main() -> int:
    """Run one benchmark; return the exit status: 1 for wrong answers, 2 for what is missing."""
    options = _parser().parse_args()
    try:
        if options.what == "start":
            measure_start()
        elif options.what == "added":
            _added(options)
        else:
            _compare(options)
    except WrongAnswer as error:
        print(f"WRONG ANSWER: {error}", file=sys.stderr)
        return 1
    except (PeerMissing, RuntimeError) as error:
        print(f"benchmarks.est: {error}", file=sys.stderr)
        return 2
    return 0


def _compare(options: argparse.Namespace) -> None:
    with prepared(options.peers, options.peers_folder) as bench:
        for workload in options.workloads:
            bench.compare_answers(workload)
        for workload in options.workloads:
            samples = bench.measure(workload, options.connections, options.seconds, options.rounds)
            print(table(f"{workload}, {options.connections} connections", samples), flush=True)


def _added(options: argparse.Namespace) -> None:
    with prepared([], options.peers_folder, direct=True) as bench:
        for workload in QUERIES:
            bench.compare_answers(workload)
            samples = bench.measure(workload, 1, options.seconds, options.rounds)
            print(added_table(f"{workload}, 1 connection", samples), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.est", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    add("what", nargs="?", choices=["compare", "added", "start"], default="compare")
    add("--peers", type=names(PEERS), default=list(PEERS), help=f"of {', '.join(PEERS)}; or none")
    add("--peers-folder", type=lambda text: Path(text).resolve(), default=Path(".est/peers"))
    add("--workloads", type=names(WORKLOADS), default=list(WORKLOADS))
    add("--connections", type=int, default=10)
    add("--rounds", type=int, default=5)
    add("--seconds", type=float, default=3.0, help="of each round")
    return parser


if __name__ == "__main__":
    sys.exit(main())
