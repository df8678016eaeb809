"""Every golden case: what composes gives this supergraph, what does not gives these errors."""

from __future__ import annotations

import pytest
from graphql import build_schema, validate_schema

from gateway.composition import Composed, CompositionFailed, compose
from gateway.supergraph import load_supergraph
from tests.gateway.composition.case_files import Case, all_cases, outcome_of, render
from tests.testkit.golden import Golden

COMPOSED = all_cases("composed")
REFUSED = all_cases("refused")


def by_name(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", COMPOSED, ids=by_name)
def test_composes_as_recorded(case: Case, golden: Golden) -> None:
    outcome = outcome_of(case)
    assert isinstance(outcome, Composed), outcome
    golden(case.path, render(case, outcome))


@pytest.mark.parametrize("case", REFUSED, ids=by_name)
def test_is_refused_as_recorded(case: Case, golden: Golden) -> None:
    outcome = outcome_of(case)
    assert isinstance(outcome, CompositionFailed)
    golden(case.path, render(case, outcome))


@pytest.mark.parametrize("case", REFUSED, ids=by_name)
def test_an_error_names_what_it_is_about(case: Case) -> None:
    outcome = outcome_of(case)
    assert isinstance(outcome, CompositionFailed)
    for error in outcome.errors:
        assert error.code == error.code.upper()
        assert error.message
        assert error.subgraphs or error.code in {"NO_QUERIES"} | WITHOUT_SUBGRAPH


@pytest.mark.parametrize("case", COMPOSED, ids=by_name)
def test_both_results_are_valid_graphql(case: Case) -> None:
    composed = compose(case.sources)
    assert validate_schema(build_schema(composed.supergraph_sdl)) == []
    assert validate_schema(build_schema(composed.api_sdl)) == []


@pytest.mark.parametrize("case", COMPOSED, ids=by_name)
def test_the_gateway_reads_the_supergraph(case: Case) -> None:
    model = load_supergraph(compose(case.sources).supergraph_sdl)
    assert {known.name for known in model.subgraphs.values()} == {s.name for s in case.sources}


@pytest.mark.parametrize("case", COMPOSED, ids=by_name)
def test_the_order_of_the_subgraphs_makes_no_difference(case: Case) -> None:
    assert compose(case.sources) == compose(tuple(reversed(case.sources)))


# Faults of the supergraph as a whole: about what clients would see.
WITHOUT_SUBGRAPH = {
    "DEFAULT_VALUE_USES_INACCESSIBLE",
    "IMPLEMENTED_BY_INACCESSIBLE",
    "ONLY_INACCESSIBLE_CHILDREN",
    "QUERY_ROOT_TYPE_INACCESSIBLE",
    "REFERENCED_INACCESSIBLE",
    "REQUIRED_INACCESSIBLE",
}
