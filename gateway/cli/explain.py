"""Every stage of the pipeline as text: ``python -m gateway explain STAGE SUPERGRAPH QUERY``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from gateway.operation.compiler import OperationCompiler
from gateway.operation.errors import OperationRefused
from gateway.operation.limits import Limits
from gateway.operation.model import Operation
from gateway.operation.printing import print_operation
from gateway.planning import plan_operation, plan_to_json, print_plan
from gateway.planning.errors import PlanningFailed
from gateway.projection import print_projection
from gateway.supergraph import Supergraph, SupergraphInvalid, load_supergraph

STAGES = ("operation", "plan", "projection")
_NO_LIMITS = Limits(10**6, 10**3, 10**6, 10**6, 10**6, 10**12, 10, 10**6, frozenset({"first"}))


class CannotExplain(Exception):
    """The supergraph or the operation is refused; the message says why, for a person."""


def explain(
    stage: str, sdl: str, text: str, operation_name: str | None = None, *, as_json: bool = False
) -> str:
    """Return the text form of one stage (one of STAGES); ``as_json``: the plan, for tools.

    Raises CannotExplain.
    """
    try:
        supergraph = load_supergraph(sdl)
        operation = _operation(supergraph, text, operation_name)
        if stage == "operation":
            return print_operation(operation)
        if stage == "projection":
            return print_projection(operation, supergraph.api_schema)
        plan = plan_operation(supergraph, operation)
        return json.dumps(plan_to_json(plan), indent=2) + "\n" if as_json else print_plan(plan)
    except SupergraphInvalid as error:
        raise CannotExplain(f"{error} ({error.code})") from None
    except PlanningFailed as error:
        raise CannotExplain(f"{error} ({error.code})") from None
    except OperationRefused as error:
        lines = [f"{item['message']} ({item['extensions']['code']})" for item in error.errors]
        raise CannotExplain("\n".join(lines)) from None


def _operation(supergraph: Supergraph, text: str, operation_name: str | None) -> Operation:
    compiler = OperationCompiler(supergraph.api_schema, _NO_LIMITS)
    return compiler.compile(text, operation_name).operation


def main(arguments: Sequence[str]) -> int:
    """Print a stage; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gateway explain", description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("supergraph", type=Path)
    parser.add_argument("query", type=Path, help="a file, or - for standard input")
    parser.add_argument("--operation", help="the operation's name, if the file has several")
    parser.add_argument("--json", action="store_true", help="the plan as JSON, for tools")
    options = parser.parse_args(arguments)
    try:
        text = sys.stdin.read() if str(options.query) == "-" else _read(options.query)
        sdl = _read(options.supergraph)
        sys.stdout.write(explain(options.stage, sdl, text, options.operation, as_json=options.json))
    except CannotExplain as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotExplain(f"{path}: {getattr(error, 'strerror', 'not UTF-8 text')}") from None
