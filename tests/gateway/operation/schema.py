"""The schema that the tests of operations share."""

from __future__ import annotations

from graphql import build_schema

from gateway.operation.compiler import OperationCompiler
from gateway.operation.limits import Limits

SCHEMA = build_schema(
    """
    directive @once(n: Int) on FIELD
    directive @often(n: Int) repeatable on FIELD
    interface Node { id: ID! child: Node kids(first: Int = 5): [Node] page(first: Int): Page }
    type Page { edges: [Edge] next: String }
    type Edge { node: A }
    type A implements Node {
      id: ID! child: A kids(first: Int = 5): [Node] page(first: Int): Page
      x: Int y: Int tags: [String!]
    }
    type B implements Node {
      id: ID! child: B kids(first: Int = 5): [Node] page(first: Int): Page
      x: Int y(a: Int, b: Input): Int z: String
    }
    type C { x: Int }
    union Any = A | B | C
    input Input { text: String! number: Int = 3 nested: [Input!] }
    enum Color { RED GREEN }
    type Query {
      node(id: ID): Node any: Any echo(input: Input, color: Color, n: Int): String
      list(first: Int, last: Int): [C]
    }
    type Mutation { set(name: String): String }
    type Subscription { ticks: Int }
    """
)

LIMITS = Limits(
    tokens=5_000,
    depth=30,
    aliases=300,
    root_fields=100,
    fields=2_000,
    cost=1_000_000,
    list_size=10,
    slice=1_000,
    slicing_arguments=frozenset({"first"}),
)

COMPILER = OperationCompiler(SCHEMA, LIMITS)
