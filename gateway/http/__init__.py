"""The door: Strawberry's ASGI view over the supergraph, with its guards, limits and probes."""
