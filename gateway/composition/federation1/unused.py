"""External fields that nothing uses."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.facts import Facts
from gateway.composition.federation1.fields import map_fields
from gateway.composition.model import Subgraph


def drop_unused_externals(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """Fields that are external and for nothing were let through; Federation 2 refuses them."""
    facts = Facts(subgraph)
    unused = facts.external - facts.used
    if not unused:
        return subgraph
    return map_fields(
        subgraph, lambda declared, f: None if (declared.name, f.name) in unused else f
    )
