"""How long planning takes and what it keeps, on a generated supergraph.

python -m benchmarks.planning [--subgraphs 50] [--types 500] [--fields 200]
"""

from __future__ import annotations

import argparse
import gc
import time
import tracemalloc

from graphql import parse

from benchmarks.planning.generated import operation_text, supergraph_sdl
from gateway.operation.model import Operation
from gateway.operation.normalise import normalise
from gateway.planning import PlanningBudgetExceeded, plan_operation
from gateway.supergraph import Supergraph, load_supergraph

_MOST_STATES = 10_000
"""More than any planning needs."""


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subgraphs", type=int, default=50)
    parser.add_argument("--types", type=int, default=500)
    parser.add_argument("--fields", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    sdl = supergraph_sdl(options.subgraphs, options.types)
    began = time.process_time()
    supergraph = load_supergraph(sdl)
    print(f"load: {1000 * (time.process_time() - began):.0f} ms of CPU")
    gc.collect()
    gc.freeze()  # as the gateway does before it serves
    for seed in range(options.runs):
        text = operation_text(sdl, options.fields, seed)
        operation = normalise(parse(text), None, supergraph.api_schema)
        began = time.process_time()
        plan = plan_operation(supergraph, operation)
        took = 1000 * (time.process_time() - began)
        states = _states(supergraph, operation)
        print(f"seed {seed}: {took:.0f} ms of CPU, {len(plan.fetches)} fetches, {states} states")
    tracemalloc.start()
    plan_operation(supergraph, operation)
    print(f"peak while planning: {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB")


def _states(supergraph: Supergraph, operation: Operation) -> int:
    """The least budget that is enough, found by halving."""
    low, high = 0, _MOST_STATES
    while low < high:
        middle = (low + high) // 2
        try:
            plan_operation(supergraph, operation, budget=middle)
            high = middle
        except PlanningBudgetExceeded:
            low = middle + 1
    return low


if __name__ == "__main__":
    main()
