"""The benchmark's four subgraphs as SDL, and the supergraph of them.

The shape is that of graphql-hive/graphql-gateways-benchmark: products, their reviews, stock that
needs price and weight of another subgraph, accounts. ``catalogue`` is a long flat list, for
answers that come of one subgraph and are large all the same.
"""

from __future__ import annotations

from gateway.composition import SubgraphSource, compose

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
    ' import: ["@key", "@external", "@requires", "@provides", "@shareable"])'
)

SDL = {
    "accounts": """
        type Query { me: User user(id: ID!): User users: [User] }
        type User @key(fields: "id") {
            id: ID! name: String username: String @shareable birthday: Int
        }
    """,
    "inventory": """
        type Product @key(fields: "upc") {
            upc: String!
            weight: Int @external
            price: Int @external
            inStock: Boolean
            shippingEstimate: Int @requires(fields: "price weight")
        }
    """,
    "products": """
        type Query { topProducts(first: Int = 5): [Product] catalogue(first: Int!): [Product] }
        type Product @key(fields: "upc") { upc: String! weight: Int price: Int name: String }
    """,
    "reviews": """
        type Review @key(fields: "id") {
            id: ID! body: String product: Product author: User @provides(fields: "username")
        }
        type User @key(fields: "id") {
            id: ID! username: String @external reviews: [Review]
        }
        type Product @key(fields: "upc") { upc: String! reviews: [Review] }
    """,
}


def supergraph_sdl(port: int) -> str:
    """Compose the supergraph; every subgraph is at ``/NAME`` of ``port``."""
    sources = [
        SubgraphSource(name=name, url=f"http://127.0.0.1:{port}/{name}", sdl=f"{_LINK}\n{sdl}")
        for name, sdl in SDL.items()
    ]
    return compose(sources).supergraph_sdl
