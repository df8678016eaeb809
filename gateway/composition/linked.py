"""Which linked specification a directive of a subgraph belongs to."""

from __future__ import annotations

from gateway.composition.model import Link, Subgraph


def linked_directive(subgraph: Subgraph, name: str) -> tuple[Link, str] | None:
    """Return the link that brings directive ``name``, and the specification's own name for it."""
    for link in subgraph.links:
        for original, local in link.imports.items():
            if local == f"@{name}":
                return link, original.removeprefix("@")
        if name == link.alias and f"@{link.url.name}" not in link.imports:
            return link, link.url.name
        if name.startswith(f"{link.alias}__"):
            return link, name.removeprefix(f"{link.alias}__")
    return None
