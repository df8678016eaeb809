"""What an operation is estimated to cost a service."""

from typing import Any, cast

import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from shared.graphql.cost import CostOf
from shared.graphql.documents import DocumentLimits
from tests.shared.asking import ask
from tests.shared.graph import make_schema

SCHEMA = build_schema(
    "type Query { a: String page(first: Int = 20): Page } type Page { b: String }"
)


def cost_of(query: str) -> CostOf:
    document = parse(query)
    return CostOf(SCHEMA, document, cast("OperationDefinitionNode", document.definitions[0]))


LEFT_OUT: list[tuple[str, dict[str, Any]]] = [
    ("page @include(if: false) { b }", {}),
    ("page @skip(if: true) { b }", {}),
    ("page @include(if: $yes) { b }", {"yes": False}),
    ("page @skip(if: $no) { b }", {"no": True}),
    ("page @skip(if: false) @include(if: $yes) { b }", {"yes": False}),
    ("... @include(if: $yes) { page { b } }", {"yes": False}),
    ("...F @skip(if: $no)", {"no": True}),
]


@pytest.mark.parametrize(("selection", "variables"), LEFT_OUT)
def test_what_a_condition_leaves_out_costs_nothing(
    selection: str, variables: dict[str, Any]
) -> None:
    head = "query($yes: Boolean = true, $no: Boolean = false)"
    fragment = "fragment F on Query { page { b } }"
    alone, both = cost_of("{ a }"), cost_of(f"{head} {{ a {selection} }} {fragment}")
    assert both(variables) == alone({})
    if variables:
        assert both({}) > alone({})
        assert both({"yes": True, "no": False}) == both({})
        assert both(variables) == alone({})


async def test_a_document_may_choose_between_expensive_halves() -> None:
    halves = " ".join(f"p{n}: who @include(if: $on)" for n in range(9))
    query = f"query($on: Boolean!) {{ who {halves} }}"
    small = make_schema(limits=DocumentLimits(cost=3_000))
    _, (refusal,) = await ask(query, small, on=True)
    assert refusal["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    data, errors = await ask(query, small, on=False)
    assert (list(data), errors) == (["who"], [])
