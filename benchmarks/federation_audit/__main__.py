"""What gateways cost at the subgraphs in the federation gateway audit: see README.md.

python -m benchmarks.federation_audit                     compare what was measured
python -m benchmarks.federation_audit CHECKOUT            measure this gateway first
python -m benchmarks.federation_audit CHECKOUT --gateway apollo --peers FOLDER
python -m benchmarks.federation_audit CHECKOUT --gateway NAME='COMMAND {supergraph} {port}'
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks.federation_audit.audit import serving_audit
from benchmarks.federation_audit.comparison import better_peers, table
from benchmarks.federation_audit.gateways import HERE, commands
from benchmarks.federation_audit.measure import measure_suite
from benchmarks.federation_audit.results import Result, keep, kept


def main() -> None:
    """Measure if there is a checkout, then compare."""
    options = _parser().parse_args()
    if options.checkout is not None:
        name, _, command = options.gateway.partition("=")
        result = _measure(options, command or commands(options.peers.resolve(), options.node)[name])
        if options.suite or options.compose:
            return
        keep(name, result)
    results = kept()
    better = list(better_peers(results, HERE)) or ["In no test a peer that passes does better."]
    print("\n".join(("", *table(results, HERE), "", *better)))


def _measure(options: argparse.Namespace, command: str) -> Result:
    result: Result = {}
    with (
        tempfile.TemporaryDirectory(prefix="audit-") as folder,
        serving_audit(
            options.checkout.resolve(), options.delay, options.node, Path(folder)
        ) as audit,
    ):
        for suite in options.suite or audit.suites():
            supergraph = Path(folder, f"{suite}.graphql")
            sdl = audit.composed_here(suite) if options.compose else audit.supergraph(suite)
            supergraph.write_text(sdl, encoding="utf-8")
            tests = audit.tests(suite)
            result[suite] = measure_suite(audit, tests, command, supergraph, options.repeats)
            told = " ".join("fails" if c is None else f"{c[0]}/{c[1]}" for c in result[suite])
            print(f"{suite}: {told}", flush=True)
    costs = [cost for costs in result.values() for cost in costs]
    passed = [cost for cost in costs if cost is not None]
    requests, depth = sum(cost.requests for cost in passed), sum(cost.depth for cost in passed)
    print(f"passed {len(passed)} of {len(costs)}, requests {requests}, depth {depth}")
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.federation_audit",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("checkout", nargs="?", type=Path, help="the audit, npm packages installed")
    parser.add_argument("--gateway", default=HERE, help="a known name, or NAME=COMMAND")
    parser.add_argument("--peers", type=Path, default=Path(".est/peers"), help="their npm folder")
    parser.add_argument("--node", default=shutil.which("node"), help="Node 22 or newer")
    parser.add_argument("--delay", type=int, default=100, help="ms a subgraph's reply is held back")
    parser.add_argument("--repeats", type=int, default=2, help="measurements of each query")
    parser.add_argument("--suite", action="append", help="only this one; the result is not kept")
    parser.add_argument(
        "--compose",
        action="store_true",
        help="on supergraphs composed here; the result is not kept",
    )
    return parser


if __name__ == "__main__":
    main()
