"""External leaves in a random supergraph: what a subgraph names of another's fields."""

from __future__ import annotations

from tests.testkit.random_parts import Parts
from tests.testkit.sdl_draft import DraftSubgraph


def external_leaf(parts: Parts, subgraph: DraftSubgraph, name: str) -> str | None:
    """A leaf of an entity to require or provide: foreign, or else the key."""
    type_ = subgraph.types[name]
    leaves = [
        f
        for f, c in sorted(parts.whole.fields[name].items())
        if c.target not in {*parts.whole.entities, *parts.whole.values, *parts.whole.abstract}
        and not c.arguments
        and f not in type_.fields
        and parts.is_held_elsewhere(subgraph, name, f)
    ]
    if not leaves:
        return "id" if "id" in type_.keys else None
    chosen = parts.dice.choice(leaves)
    declared = parts.declare(subgraph, name, chosen)
    if declared is None:
        return None
    declared.directives.append("@external")
    return chosen
