"""EST's tabs fit its schema, and what one takes from another is there to be taken."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

import est
from est.demo.people import EVERYONE, PASSWORD
from gateway.explorer import load_explorer_config
from gateway.explorer.model import Step
from gateway.explorer.templates import references

ROOT = Path(est.__file__).parents[1]
CONFIG = load_explorer_config(ROOT / "est" / "explorer", demo_accounts=True)
STEPS = [step for section in CONFIG.sections for step in section.steps]
EACH_STEP = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.operation)


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema" / "api.graphql").read_text())


def _operation(document: str) -> OperationDefinitionNode:
    (operation,) = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


@EACH_STEP
def test_a_step_fits_the_schema_with_its_variables(schema: GraphQLSchema, step: Step) -> None:
    assert validate(schema, parse(step.query)) == []
    values = json.loads(step.variables or "{}")
    definitions = list(_operation(step.query).variable_definitions or ())
    assert set(values) == {definition.variable.name.value for definition in definitions}
    # Templates stand where scalars of our own are expected; those take any string here.
    assert not isinstance(get_variable_values(schema, definitions, values), list)


@pytest.mark.parametrize("document", CONFIG.documents(), ids=("sign-in", "refresh"))
def test_signing_in_fits_the_schema(schema: GraphQLSchema, document: str) -> None:
    assert validate(schema, parse(document)) == []


@EACH_STEP
def test_a_step_takes_only_what_an_earlier_one_asks_for(step: Step) -> None:
    before = {other.operation: other for other in STEPS[: STEPS.index(step)]}
    for name, path in references(step.variables):
        assert _asks_for(before[name], path), f"{name} does not ask for {'.'.join(path)}"


def _asks_for(step: Step, path: tuple[str, ...]) -> bool:
    selections: SelectionSetNode | None = _operation(step.query).selection_set
    for key in (part for part in path if not part.isdigit()):
        field = _field(selections, key)
        if field is None:
            return False
        selections = field.selection_set
    return selections is None


def _field(selections: SelectionSetNode | None, key: str) -> FieldNode | None:
    fields = (
        [node for node in selections.selections if isinstance(node, FieldNode)]
        if selections
        else []
    )
    return next((field for field in fields if (field.alias or field.name).value == key), None)


def test_demo_accounts_are_those_of_the_demo_data() -> None:
    people = {person.email: person.role for person in EVERYONE}
    for account in CONFIG.demo_accounts:
        assert account.values["password"] == PASSWORD
        assert people[account.values["email"]] == account.role


def test_no_step_holds_a_literal_in_a_mutation() -> None:
    kept = [step for step in STEPS if "mutation" in step.query]
    assert len(kept) > 5
    assert [step.operation for step in kept if '"' in step.query] == []


@pytest.mark.parametrize("operation", ["ReserveOffer", "ReserveForLater"])
def test_who_may_not_reserve_is_told_what_helps(schema: GraphQLSchema, operation: str) -> None:
    assert schema.mutation_type is not None
    about = schema.mutation_type.fields["reserveOffer"].description or ""
    possible = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", about.split("Errors: ")[1]))
    # the step sends no price and a new key; a wait and wrong input explain themselves
    possible -= {"PRICE_CHANGED", "BAD_USER_INPUT", "RATE_LIMITED"}
    hints = [each for each in CONFIG.hints if not each.operations or operation in each.operations]
    assert {"LIMIT_REACHED", "SOLD_OUT"} <= possible
    assert possible <= {code for each in hints for code in each.codes}
