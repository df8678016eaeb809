"""What one subgraph has as a whole is planned without a search, as the search would plan it."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from graphql import parse

from gateway.composition import CompositionFailed
from gateway.operation.normalise import normalise
from gateway.planning import PlanningFailed, plan_operation
from gateway.planning.solve import solve
from gateway.planning.solve.whole import solve_whole
from gateway.supergraph import load_supergraph
from tests.testkit.differential import supergraph_of
from tests.testkit.generator import OperationGenerator
from tests.testkit.random_supergraph import random_supergraph


def _planned(supergraph: object, operation: object) -> object:
    try:
        return plan_operation(supergraph, operation)  # type: ignore[arg-type]
    except PlanningFailed as failed:
        return str(failed)


def test_the_search_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: Counter[bool] = Counter()

    def counted(*arguments: object) -> object:
        found = solve_whole(*arguments)  # type: ignore[arg-type]
        taken[found is not None] += 1
        return found

    module = sys.modules[solve.__module__]  # the package calls its function so, too
    for seed in range(60):
        try:
            supergraph = load_supergraph(supergraph_of(random_supergraph(seed)))
        except CompositionFailed:
            continue  # what is drawn need not compose
        generator = OperationGenerator(supergraph.api_schema, seed, introspects=False, size=4)
        for _ in range(15):
            operation = normalise(parse(generator.query().text), None, supergraph.api_schema)
            monkeypatch.setattr(module, "solve_whole", counted)
            quick = _planned(supergraph, operation)
            monkeypatch.setattr(module, "solve_whole", lambda *_: None)
            assert quick == _planned(supergraph, operation)
    assert taken[True] >= 50
