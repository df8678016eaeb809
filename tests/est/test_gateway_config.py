"""What the gateway is told of EST."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from est.run.server_specs import GATEWAY_CONFIG
from gateway.config.loading import read_settings
from gateway.execution.errors import COMMON_CODES
from gateway.operation.compiler import OperationCompiler
from gateway.operation.formulas import evaluate
from gateway.runtime.policy import limits_from
from gateway.supergraph import load_supergraph
from tests.testkit.system import ROOT

CODES = re.compile(r"Errors: (.+?)\.(?:\s*\"\"\"|$)", re.DOTALL | re.MULTILINE)


def test_every_code_that_the_schema_documents_reaches_clients() -> None:
    documented = {
        code
        for listed in CODES.findall((ROOT / "schema" / "api.graphql").read_text())
        for code in re.findall(r"\b[A-Z_]{4,}\b", re.sub(r"\([^)]*\)", "", listed))
    }
    assert {"SOLD_OUT", "WEAK_PASSWORD", "NOT_FOUND"} <= documented
    assert documented <= COMMON_CODES | set(read_settings(GATEWAY_CONFIG).error_codes)


def test_every_list_of_objects_says_how_long_it_is() -> None:
    supergraph = load_supergraph((ROOT / "schema" / "supergraph.graphql").read_text())
    untold = [
        f"{type_.name}.{field.name}"
        for type_ in supergraph.types.values()
        for field in type_.fields.values()
        if (returned := supergraph.types.get(field.type.name))
        and returned.kind.is_composite
        and (field.type.lists or field.type.name.endswith("Connection"))
        and not type_.name.endswith("Connection")  # told by the field above
        and (type_.name, field.name) not in supergraph.costs.list_sizes
    ]
    assert untold == []


STEPS = sorted((ROOT / "est" / "explorer").glob("*.graphql"))


@pytest.mark.parametrize("step", STEPS, ids=lambda path: path.stem)
def test_the_explorer_s_steps_are_far_from_the_limit_of_demand(step: Path) -> None:
    supergraph = load_supergraph((ROOT / "schema" / "supergraph.graphql").read_text())
    limits = limits_from(read_settings(GATEWAY_CONFIG))
    compiled = OperationCompiler(supergraph.api_schema, limits, supergraph.costs).compile(
        step.read_text(), None
    )
    values = step.with_suffix(".json")
    variables = json.loads(values.read_text()) if values.exists() else {}
    assert limits.demand is not None
    assert limits.demand.max is not None
    assert 0 < evaluate(compiled.demand, variables) < limits.demand.max / 4
