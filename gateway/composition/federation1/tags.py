"""Tags belong where a field is resolved."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.facts import SubgraphFacts
from gateway.composition.federation1.fields import map_fields, without
from gateway.composition.model import Field, Subgraph, Type


def drop_tags_on_externals(subgraph: Subgraph, others: Sequence[Subgraph]) -> Subgraph:
    """A tag belongs where the field is resolved; it is dropped where another subgraph has it."""
    external = SubgraphFacts(subgraph).external

    def change(declared: Type, field: Field) -> Field:
        if (declared.name, field.name) not in external:
            return field
        elsewhere = any(
            field.name in other.types[declared.name].fields
            and other.types[declared.name].fields[field.name].has("tag")
            for other in others
            if declared.name in other.types
        )
        return without(field, ("tag",)) if elsewhere else field

    return map_fields(subgraph, change)
