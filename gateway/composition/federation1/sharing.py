"""Federation 1 had no ``@shareable``: everything could be shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.composition.facts import SubgraphFacts
from gateway.composition.federation1.fields import map_fields
from gateway.composition.model import ROOT_NAMES, Applied, Field, Kind, Subgraph, Type


def share_what_was_shared(subgraph: Subgraph, others: Sequence[Subgraph]) -> Subgraph:
    """Value types were shared by definition, fields of entities by being resolved twice."""
    facts = SubgraphFacts(subgraph)
    other_facts = [SubgraphFacts(other) for other in others]
    shareable = Applied("shareable", {}, federation=True)

    def change(declared: Type, field: Field) -> Field:
        if declared.kind is not Kind.OBJECT or field.has("external") or field.has("shareable"):
            return field
        coordinate = (declared.name, field.name)
        if coordinate in facts.shareable:
            return field
        if declared.has("key") or declared.name in ROOT_NAMES:
            shared = any(_resolves(other, coordinate) for other in other_facts)
        else:
            shared = any(declared.name in other.types for other in others)
        return replace(field, directives=(*field.directives, shareable)) if shared else field

    return map_fields(subgraph, change)


def _resolves(facts: SubgraphFacts, coordinate: tuple[str, str]) -> bool:
    declared = facts.subgraph.types.get(coordinate[0])
    return declared is not None and coordinate[1] in declared.fields and facts.resolves(coordinate)
