"""What a document costs that nobody sent before, stage by stage, in milliseconds of CPU.

python -m benchmarks.cold_path [--runs 9]

Documents of about 20, 200 and 1,000 fields on a generated supergraph of 50 subgraphs and 500 types;
each stage's least of some runs. ``shape`` is all that a further document of a known shape costs,
but for the check of its literals.
"""

from __future__ import annotations

import argparse
import gc
import pickle
import time
from collections.abc import Callable
from typing import TypeVar

from benchmarks.planning.generated import operation_text, supergraph_sdl
from gateway.execution import compile_plan
from gateway.operation.documents import parse_document, validate_document
from gateway.operation.limits import measure_operation
from gateway.operation.normalise import normalise, select_operation
from gateway.operation.shape import shape_of
from gateway.planning import plan_operation
from gateway.projection import compile_projection
from gateway.security.requirements import protection_of
from gateway.supergraph import Supergraph, load_supergraph

T = TypeVar("T")
TOKENS = 50_000


class Stages:
    """The least time of each stage over several runs, in milliseconds."""

    def __init__(self) -> None:
        self.least: dict[str, float] = {}

    def time(self, name: str, work: Callable[[], T]) -> T:
        """Do ``work`` as the stage ``name``."""
        began = time.process_time()
        result = work()
        took = 1_000 * (time.process_time() - began)
        self.least[name] = min(self.least.get(name, took), took)
        return result


def prepare(stages: Stages, supergraph: Supergraph, text: str) -> None:
    """Take one document through all stages."""
    schema = supergraph.api_schema
    stages.time("shape", lambda: shape_of(text, TOKENS))
    document = stages.time("parse", lambda: parse_document(text, TOKENS))
    node = select_operation(document, None)
    stages.time("measure", lambda: measure_operation(document, node))
    stages.time(
        "validate", lambda: validate_document(document, text, schema, hide_suggestions=True)
    )
    operation = stages.time("normalise", lambda: normalise(document, None, schema))
    stages.time("protection", lambda: protection_of(operation, supergraph))
    plan = stages.time("plan", lambda: plan_operation(supergraph, operation))
    sent = stages.time("write", lambda: pickle.dumps((operation, plan), pickle.HIGHEST_PROTOCOL))
    stages.time("read", lambda: pickle.loads(sent))
    stages.time("compile plan", lambda: compile_plan(plan))
    stages.time("compile projection", lambda: compile_projection(operation, schema))


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    sdl = supergraph_sdl()
    supergraph = load_supergraph(sdl)
    gc.collect()
    gc.freeze()  # as the gateway does before it serves
    columns = {}
    for fields in (20, 200, 1_000):
        stages = Stages()
        text = operation_text(sdl, fields)
        for _ in range(options.runs):
            prepare(stages, supergraph, text)
        columns[fields] = stages.least
    print(f"{'stage':<14}" + "".join(f"{f'{fields} fields':>14}" for fields in columns))
    for name in columns[20]:
        print(f"{name:<18}" + "".join(f"{own[name]:>10.2f}    " for own in columns.values()))
    rest = {f: sum(own.values()) - own["plan"] for f, own in columns.items()}
    print(f"{'all but plan':<18}" + "".join(f"{value:>10.2f}    " for value in rest.values()))


if __name__ == "__main__":
    main()
