"""What an @interfaceObject requires is read of the types that implement it."""

from __future__ import annotations

import json

from gateway.pipeline import answer
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from tests.testkit.differential import POLICY, FederatedWorld, supergraph_of
from tests.testkit.subgraphs import make_context

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: '
    '["@key" "@requires" "@external" "@interfaceObject" "@authenticated"])\n'
)
SDLS = {
    "media": _LINK
    + """
        type Query { latest: Media! }
        interface Media @key(fields: "id") { id: ID! owner: String }
        type Book implements Media @key(fields: "id") { id: ID! owner: String @authenticated }
    """,
    "ranks": _LINK
    + """
        type Media @key(fields: "id") @interfaceObject {
          id: ID!
          owner: String @external
          rank: Int @requires(fields: "owner") @authenticated
          score: Int
        }
    """,
}


async def test_an_interface_object_is_no_way_round() -> None:
    """Older compositions let ``rank`` go without the directive of what it requires."""
    world = FederatedWorld(SDLS)
    text = supergraph_of(SDLS)
    bare = text.replace('requires: "owner") @authenticated', 'requires: "owner")').replace(
        "rank: Int @join__field @authenticated", "rank: Int @join__field"
    )
    assert bare.count("@authenticated") < text.count("@authenticated") - 1
    runtime = SupergraphRuntime(load_supergraph(bare), world.subgraphs, POLICY)
    request = GraphQLRequest("{ latest { rank score } }", None, {})
    told = json.loads((await answer(request, runtime, make_context())).to_json())
    assert told["data"]["latest"]["rank"] is None
    assert [error["path"] for error in told["errors"]] == [["latest", "rank"]]
    assert not any("owner" in sent.query for sent in world.subgraphs.log)
