"""``@external``: on fields of objects only, and for a use. EXTERNAL_… codes."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Field, Kind
from gateway.composition.specification.directive import Definition, Directive


def check_external(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """EXTERNAL_ON_INTERFACE, EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE, EXTERNAL_UNUSED."""
    for declared in facts.subgraph.types.values():
        for field in declared.fields.values():
            coordinate = f"{declared.name}.{field.name}"
            yield from _collisions(field, coordinate)
            if declared.kind is Kind.INTERFACE and field.has("external"):
                problem = (
                    f'Interface type field "{coordinate}" is marked @external but @external is not '
                    "allowed on interface fields (nobody resolves those)."
                )
                yield CompositionError("EXTERNAL_ON_INTERFACE", problem, (coordinate,))
            elif (declared.name, field.name) in facts.external - facts.used:
                problem = (
                    f'Field "{coordinate}" is marked @external but is not used in any federation '
                    "directive (@key, @provides, @requires) or to satisfy an interface."
                )
                hint = "Remove the field (or its @external, if this subgraph resolves it)."
                yield CompositionError("EXTERNAL_UNUSED", problem, (coordinate,), (), hint)


def _collisions(field: Field, coordinate: str) -> Iterator[CompositionError]:
    """What is not resolved here neither provides nor requires anything."""
    for directive in ("provides", "requires"):
        if field.has("external") and field.has(directive):
            problem = f'Cannot have both @{directive} and @external on field "{coordinate}"'
            yield CompositionError(
                "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE", problem, (coordinate,)
            )


DIRECTIVE = Directive(
    name="external",
    order=4,
    definitions=(Definition((1, 0), "(reason: String) on OBJECT | FIELD_DEFINITION"),),
    checks=(check_external,),
    on_type_means_fields=True,
)
