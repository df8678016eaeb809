"""Numbers of custom scalars keep their text; all others are doubles and 64-bit integers."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution.exact_numbers import NotJson, loads_exactly
from gateway.pipeline import answer
from gateway.request.graphql_request import GraphQLRequest
from gateway.request.json_text import dumps
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from tests.testkit.differential import POLICY, supergraph_of
from tests.testkit.subgraphs import InMemorySubgraphs, make_context

NUMBERS = [
    "1.10",
    "2.00",
    "12345678901234567890",
    "-98765432109876543210.5",
    "0.1234567890123456789",
    "1e5",
    "1.5E+3",
    "1e400",
    "2E-7",
    "100",
    "1.5",
    "-0.0",
    "-0",
    "1.0",
]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("form", ['{{"a":{0}}}', "[1,{0}]", "[{0} ]", '{{"a": {0}, "b":"1.10"}}'])
def test_the_text_of_a_number_survives(number: str, form: str) -> None:
    body = form.format(number)
    assert dumps(loads_exactly(body.encode())).decode() == body.replace(": ", ":").replace(
        ", ", ","
    ).replace(" ]", "]")


@pytest.mark.parametrize("text", ['"2026-11-23T17:00:00.000Z"', '"1.10"', '"0e12"', "1.5", "7"])
def test_what_orjson_keeps_is_decoded_by_orjson(text: str) -> None:
    assert loads_exactly(b'{"a":' + text.encode() + b"}") == {"a": json.loads(text)}


@pytest.mark.parametrize(
    "body", [b"{", b"[1.10", b"[NaN, 1.10]", b"[1.10]" + b"\xff", b"[1.10," + b"[" * 90_000]
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        loads_exactly(body)


NUMBERS_AND_TEXTS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS_AND_TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_any_json_comes_back_as_it_was(value: Any) -> None:
    text = json.dumps(value)
    assert json.loads(dumps(loads_exactly(text.encode()))) == value


def test_beside_what_only_the_standard_library_writes() -> None:
    value = {"a": orjson.Fragment("1.10"), "b": "\ud800", "c": orjson.Fragment("1" * 30)}
    assert dumps(value) == b'{"a":1.10,"b":"\\ud800","c":' + b"1" * 30 + b"}"


SDL = {
    "one": """
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      scalar Big
      type Query { things: [Thing] total: Float }
      type Thing @key(fields: "id") { id: Big! amount: Big }
    """,
    "two": """
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      scalar Big
      type Thing @key(fields: "id") { id: Big! size: Int }
    """,
}


async def test_big_keys_reach_the_other_subgraph_and_amounts_the_client() -> None:
    one = (
        b'{"data":{"things":[{"amount":1.10,"id":123456789012345678901,"__typename":"Thing"},'
        b'{"amount":"1.10","id":123456789012345678902,"__typename":"Thing"}]}}'
    )
    two = {"data": {"_entities": [{"size": 1}, {"size": 2}]}}
    subgraphs = InMemorySubgraphs(one=lambda _: one, two=lambda _: two)
    runtime = SupergraphRuntime(load_supergraph(supergraph_of(SDL)), subgraphs, POLICY)
    request = GraphQLRequest("{ things { amount size } }")
    found = await answer(request, runtime, make_context())
    assert found.to_json() == (
        b'{"data":{"things":[{"amount":1.10,"size":1},{"amount":"1.10","size":2}]}}'
    )
    (sent,) = subgraphs.sent("two")
    assert b'"id":123456789012345678901}' in sent.body
    assert b'"id":123456789012345678902}' in sent.body
