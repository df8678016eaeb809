"""External fields that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.federation1.fields import map_fields
from gateway.composition.model import ROOT_NAMES, Subgraph, base_name


def drop_unused_externals(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """Fields that are external and for nothing were let through; Federation 2 refuses them."""
    facts = SubgraphFacts(subgraph)
    unused = facts.external - facts.used
    if not unused:
        return subgraph
    left = map_fields(
        subgraph, lambda declared, f: None if (declared.name, f.name) in unused else f
    )
    needed = _referenced(left)
    types = {
        name: declared
        for name, declared in left.types.items()
        if declared.fields or not subgraph.types[name].fields or name in needed | ROOT_NAMES
    }
    return replace(left, types=types)


def _referenced(subgraph: Subgraph) -> set[str]:
    types = subgraph.types.values()
    fields = {base_name(field.type) for declared in types for field in declared.fields.values()}
    return fields.union(*(declared.members for declared in types))


def check_emptied(
    before: Sequence[Subgraph], after: Sequence[Subgraph]
) -> Iterator[CompositionError]:
    """TYPE_WITH_ONLY_UNUSED_EXTERNAL: nothing is left of a type that others refer to."""
    for old, new in zip(before, after, strict=True):
        for name, declared in new.types.items():
            emptied = old.types[name].fields and not declared.fields
            if emptied and name not in ROOT_NAMES:
                yield CompositionError(
                    "TYPE_WITH_ONLY_UNUSED_EXTERNAL",
                    f"[{new.name}] Type {name} contains only external fields and all those fields "
                    "are unused (they do not appear in any @key, @provides or @requires).",
                    (name,),
                    (new.name,),
                    f'Remove "{name}", or the @external of the fields that are resolved here.',
                )
