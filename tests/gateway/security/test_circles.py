"""Fields that require each other: what one needs, the other does, whichever is asked for first."""

from __future__ import annotations

import json

import pytest

from gateway.pipeline import answer
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from tests.testkit.differential import POLICY, FederatedWorld, supergraph_of
from tests.testkit.subgraphs import make_context

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: '
    '["@key" "@requires" "@external" "@shareable" "@authenticated"])\n'
)
SDLS = {
    "prices": _LINK
    + """
        type Query { thing: Thing }
        type Thing @key(fields: "id") {
          id: ID!
          weight: Int @external
          price: Int @requires(fields: "weight") @authenticated
        }
    """,
    "guesses": _LINK
    + """
        type Thing @key(fields: "id") {
          id: ID!
          price: Int @external
          weight: Int @shareable @requires(fields: "price") @authenticated
        }
    """,
    "scales": _LINK
    + """
        type Thing @key(fields: "id") { id: ID! weight: Int @shareable @authenticated }
    """,
}


@pytest.mark.parametrize("asked", ["price weight", "weight price", "weight"])
async def test_what_one_field_of_a_circle_needs_the_other_does(asked: str) -> None:
    """Older compositions let ``weight`` go without the directive of what it requires."""
    world = FederatedWorld(SDLS)
    text = supergraph_of(SDLS)
    field = next(line for line in text.splitlines() if line.strip().startswith("weight: Int"))
    bare = text.replace(field, field.replace(" @authenticated", ""))
    assert bare != text
    runtime = SupergraphRuntime(load_supergraph(bare), world.subgraphs, POLICY)
    request = GraphQLRequest(f"{{ thing {{ id {asked} }} }}", None, {})
    told = json.loads((await answer(request, runtime, make_context())).to_json())
    names = asked.split()
    assert {name: told["data"]["thing"][name] for name in names} == dict.fromkeys(names)
    assert [error["path"] for error in told["errors"]] == [["thing", name] for name in names]
