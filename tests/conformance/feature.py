"""A feature: a folder of subgraph SDLs and cases.

``*.graphql`` are the subgraphs. A ``*.case`` file says in its sections what is asked
(``operation``, ``variables``, ``labels``, ``seed``, ``broken`` fields) and, written by ``pytest
--update``, what came of it: the ``plan``, the ``requests`` that the subgraphs got, the
``response``. The data follow from the seed of the testkit's world, which the subgraphs and a
monolith share, so that a response is also held against the monolith's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import parse

from gateway.operation.normalise import normalise
from gateway.pipeline import answer
from gateway.planning import PlanningFailed, plan_operation, print_plan
from gateway.request.graphql_request import GraphQLRequest
from tests.testkit.differential import FederatedWorld, Response, difference
from tests.testkit.generator import Generated
from tests.testkit.subgraphs import Sent, make_context

HERE = Path(__file__).parent

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ['
    '"@key" "@requires" "@provides" "@external" "@shareable" "@override" "@inaccessible" '
    '"@interfaceObject" "@context" "@fromContext"])\n'
)


@dataclass(frozen=True, slots=True)
class Case:
    """One operation of a feature."""

    path: Path
    sections: Mapping[str, str]

    @property
    def variables(self) -> dict[str, Any]:
        """Values for the operation's variables."""
        given: dict[str, Any] = json.loads(self.sections.get("variables", "{}"))
        return given

    @property
    def labels(self) -> frozenset[str]:
        """The active labels of progressive overrides."""
        return frozenset(self.sections.get("labels", "").split())

    @property
    def seed(self) -> int:
        """The seed of the data, where the first one makes them dull."""
        return int(self.sections.get("seed", "0"))

    @property
    def broken(self) -> set[tuple[str, str]]:
        """The fields that fail: ``Type.field`` each."""
        places = (place.split(".") for place in self.sections.get("broken", "").split())
        return {(type_name, name) for type_name, name in places}

    @property
    def generated(self) -> Generated:
        """The operation as the testkit has it."""
        return Generated(self.sections["operation"], self.variables)


def all_cases() -> list[Path]:
    """Every case file of every feature."""
    return sorted(HERE.glob("*/*.case"))


def read_case(path: Path) -> Case:
    """Read a case file."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("=== "):
            lines = sections.setdefault(line.removeprefix("=== "), [])
        else:
            lines.append(line)
    return Case(path, {name: "\n".join(body).strip("\n") for name, body in sections.items()})


def print_case(case: Case, plan: str, requests: str, response: str) -> str:
    """The text of a case file."""
    given = ("operation", "variables", "labels", "seed", "broken")
    sections = {name: case.sections.get(name) for name in given}
    sections |= {"plan": plan, "requests": requests, "response": response}
    return "\n".join(f"=== {name}\n{body.strip()}\n" for name, body in sections.items() if body)


@cache
def feature_world(folder: Path) -> FederatedWorld:
    """The composed subgraphs of a feature; they import every directive they may need."""
    sdls = {
        path.stem: _linked(path.read_text(encoding="utf-8")) for path in folder.glob("*.graphql")
    }
    return FederatedWorld(dict(sorted(sdls.items())))


def _linked(sdl: str) -> str:
    return sdl if "@link(" in sdl else _LINK + sdl


async def run_case(case: Case) -> tuple[str, list[str]]:
    """The case file's text as it would be now, and what is wrong with it."""
    world = feature_world(case.path.parent)
    world.forget()
    world.world.seed = case.seed
    world.world.broken = case.broken
    context = make_context(labels=case.labels)
    request = GraphQLRequest(case.sections["operation"], None, case.variables)
    found = json.loads((await answer(request, world.runtime, context)).to_json())
    wrong = list(world.faults)
    if "data" in found:
        expected = world.expect(case.generated)
        got = Response(json.dumps(found["data"]), _errors(found))
        wrong.extend(filter(None, [difference(got, expected)]))
    text = print_case(
        case,
        _plan(world, case),
        _print_requests(world.subgraphs.log),
        json.dumps(found, indent=1, ensure_ascii=False),
    )
    return text, wrong


def _plan(world: FederatedWorld, case: Case) -> str:
    api_schema = world.supergraph.api_schema
    operation = normalise(parse(case.sections["operation"]), None, api_schema)
    try:
        return print_plan(plan_operation(world.supergraph, operation, labels=case.labels))
    except PlanningFailed as error:
        return f"{error.code}: {error}"


def _errors(found: Mapping[str, Any]) -> tuple[tuple[tuple[Any, ...], str], ...]:
    return tuple(
        (tuple(error.get("path", ())), error["extensions"]["code"])
        for error in found.get("errors", ())
    )


def _print_requests(log: Iterable[Sent]) -> str:
    parts = []
    for sent in log:
        lines = [f"{sent.subgraph}: {sent.query}"]
        for name, value in sent.variables.items():
            values = value if isinstance(value, list) else [value]
            lines.extend(f"  ${name} {json.dumps(item, ensure_ascii=False)}" for item in values)
        parts.append("\n".join(lines))
    return "\n".join(parts)
