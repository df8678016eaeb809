"""The subgraph's door: resolvers, permissions, the ASGI app."""
