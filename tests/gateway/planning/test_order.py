"""The order of a document decides no plan's cost."""

from __future__ import annotations

import random

import pytest
from graphql import parse
from msgspec.structs import replace

from gateway.composition import CompositionFailed
from gateway.operation.model import SelectionSet
from gateway.operation.normalise import normalise
from gateway.planning import Plan, plan_operation
from gateway.supergraph import load_supergraph
from tests.testkit.differential import supergraph_of
from tests.testkit.generator import OperationGenerator
from tests.testkit.random_supergraph import random_supergraph


def _cost(plan: Plan) -> tuple[int, int]:
    """Longest chain, requests."""
    levels: dict[int, int] = {}
    for fetch in plan.fetches:
        levels[fetch.id] = 1 + max((levels[before] for before in fetch.after), default=0)
    return max(levels.values(), default=0), len(plan.fetches)


def _shuffled(selection: SelectionSet, draw: random.Random) -> SelectionSet:
    """The same fields in another order, on every level, each under another key."""
    keys = sorted({field.key for field in selection.fields})
    draw.shuffle(keys)
    renamed = {key: f"z{number}" for number, key in enumerate(keys)}
    fields = [
        replace(
            field,
            key=field.key if field.name.startswith("__") else renamed[field.key],
            selection=_shuffled(field.selection, draw) if field.selection else None,
        )
        for field in selection.fields
    ]
    draw.shuffle(fields)
    return replace(selection, fields=tuple(fields))


@pytest.mark.parametrize("seed", range(60))
def test_neither_order_nor_keys_change_the_cost(seed: int) -> None:
    try:
        supergraph = load_supergraph(supergraph_of(random_supergraph(seed)))
    except CompositionFailed:
        return  # what is drawn need not compose
    generator = OperationGenerator(supergraph.api_schema, seed, introspects=False)
    draw = random.Random(seed)
    for _ in range(6):
        operation = normalise(parse(generator.query().text), None, supergraph.api_schema)
        other = replace(operation, selection=_shuffled(operation.selection, draw))
        first, second = plan_operation(supergraph, operation), plan_operation(supergraph, other)
        assert _cost(first) == _cost(second)
