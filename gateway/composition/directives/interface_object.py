"""``@interfaceObject`` stands on entities, without the implementations it abstracts from."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.specification.directive import Definition, Directive


def check_interface_objects(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """INTERFACE_OBJECT_USAGE_ERROR, as far as one subgraph can tell."""
    for declared in facts.subgraph.types.values():
        if declared.is_interface_object and not declared.has("key"):
            problem = (
                "The @interfaceObject directive can only be applied to entity types but type "
                f'"{declared.name}" has no @key in this subgraph.'
            )
            hint = "Give it the interface's @key."
            yield CompositionError(
                "INTERFACE_OBJECT_USAGE_ERROR", problem, (declared.name,), (), hint
            )


DIRECTIVE = Directive(
    name="interfaceObject",
    definitions=(Definition((2, 3), " on OBJECT"),),
    checks=(check_interface_objects,),
)
