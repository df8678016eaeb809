"""Limits count what a document means, not how it is written, and never take long to count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from graphql import OperationDefinitionNode, parse

from gateway.operation.compiler import OperationCompiler
from gateway.operation.errors import OperationRefused, TooComplex, ValidationFailed
from gateway.operation.formulas import evaluate
from gateway.operation.limits import Measure, measure_operation
from tests.gateway.operation.schema import COMPILER, LIMITS, SCHEMA


def measured(text: str) -> Measure:
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return measure_operation(document, operation)


def refusal(text: str) -> OperationRefused:
    with pytest.raises(OperationRefused) as caught:
        COMPILER.compile(text, None)
    return caught.value


def doubling(levels: int) -> str:
    chain = "".join(f"fragment F{i} on Node {{ ...F{i + 1} ...F{i + 1} }}" for i in range(levels))
    return "{ node { ...F0 } }" + chain + f"fragment F{levels} on Node {{ id }}"


@pytest.mark.parametrize("levels", [21, 60, 200])
def test_doubling_fragments_are_counted_without_being_walked(levels: int) -> None:
    assert measured(doubling(levels)).fields == 1 + 2**levels
    assert isinstance(refusal(doubling(levels)), TooComplex)


def test_fragment_cycles_are_a_validation_error() -> None:
    error = refusal("{ node { ...F } } fragment F on Node { id child { ...F } }")
    assert isinstance(error, ValidationFailed)
    assert "within itself" in str(error)


def test_aliases_hidden_in_fragments_are_counted_after_expansion() -> None:
    text = (
        "{ node { ...F } other: node { ...F ...G } } "
        "fragment F on Node { a: id b: id } fragment G on Node { ...F }"
    )
    assert measured(text).aliases == 1 + 2 + 4


def test_depth_goes_through_fragments() -> None:
    text = "{ node { ...F } } fragment F on Node { child { ... { child { id } } } }"
    assert measured(text).depth == 4


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{ node " + "{ child " * 40 + "{ id }" + "}" * 41, "depth"),
        ("{ node {" + " ".join(f"a{i}: id" for i in range(301)) + "} }", "aliases"),
        ("{" + " echo" * 101 + "}", "root fields"),
        ("{ node {" + " id" * 2_001 + "} }", "fields"),
        ("{" + " echo" * 5_001 + "}", "tokens"),
    ],
)
def test_each_limit_refuses_by_name(text: str, name: str) -> None:
    error = refusal(text)
    assert error.errors[0]["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    assert name in error.errors[0]["message"]


def test_thousands_of_unknown_fields_make_few_errors() -> None:
    error = refusal("{ node {" + " ".join(f"unknown{i}" for i in range(1_900)) + "} }")
    assert isinstance(error, ValidationFailed)
    assert len(error.errors) <= 11


def cost(text: str, **variables: object) -> int:
    compiled = COMPILER.compile(text, None)
    return evaluate(compiled.cost, compiled.coerce(variables))


def test_lists_multiply() -> None:
    assert cost("{ node { id } }") == 2
    assert cost("{ node { kids(first: 100) { id } } }") == 1 + 1 + 100
    assert cost("{ node { kids(first: 100) { kids(first: 100) { id } } } }") == 2 + 100 * 101


def test_a_slicing_argument_of_a_page_counts_for_its_edges() -> None:
    text = "{ node { page(first: 50) { edges { node { id } } next } } }"
    assert cost(text) == 1 + 1 + (1 + 50 * 2) + 1


def test_sizes_may_be_variables_or_defaults() -> None:
    text = "query ($n: Int = 7) { node { kids(first: $n) { id } } }"
    assert cost(text, n=20) == 22
    assert cost(text) == 9
    assert cost("{ node { kids { id } } }") == 1 + 1 + 5


def test_of_several_slicing_arguments_the_largest_counts() -> None:
    """Which of them a subgraph goes by is not known, and null is none."""
    limits = replace(LIMITS, slicing_arguments=frozenset({"first", "last"}))
    several = OperationCompiler(SCHEMA, limits)
    compiled = several.compile("query ($f: Int, $l: Int) { list(first: $f, last: $l) { x } }", None)
    for first, last, size in ((1, 900, 900), (None, 900, 900), (900, None, 900), (None, None, 10)):
        variables = compiled.coerce({"f": first, "l": last})
        assert evaluate(compiled.cost, variables) == 1 + size
        written = f"{{ list(first: {first}, last: {last}) {{ x }} }}".replace("None", "null")
        assert evaluate(several.compile(written, None).cost, {}) == 1 + size


def test_an_absurd_size_counts_as_the_most_that_one_list_can() -> None:
    assert cost("{ node { kids(first: 99999999) { id } } }") == 2 + 1_000
    assert cost("{ node { kids(first: -1) { id } } }") == 2 + 1
