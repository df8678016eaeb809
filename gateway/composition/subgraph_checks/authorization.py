"""Authorization belongs to concrete types: on interfaces it could be walked round.

Rule of late 2025: ``@authenticated``, ``@requiresScopes`` and ``@policy`` are refused on
interfaces, their fields and interface objects. The fields of an interface object are resolved, so
they may be protected. AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Element, Kind, Type
from gateway.composition.reading.specifications import AUTHORIZATION


def check_authorization(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """Find authorization directives on interfaces."""
    for declared in facts.subgraph.types.values():
        if declared.kind is Kind.INTERFACE:
            yield from _refuse(declared, f'interface "{declared.name}"', declared.name)
            yield from _fields(declared)
        elif declared.is_interface_object:
            yield from _refuse(declared, f'interface object "{declared.name}"', declared.name)


def _fields(declared: Type) -> Iterator[CompositionError]:
    for field in declared.fields.values():
        coordinate = f"{declared.name}.{field.name}"
        yield from _refuse(field, f'field "{coordinate}"', coordinate)


def _refuse(element: Element, what: str, coordinate: str) -> Iterator[CompositionError]:
    for directive in AUTHORIZATION:
        if element.has(directive):
            problem = (
                f"Invalid use of @{directive} on {what}: @{directive} cannot be applied on "
                "interfaces, interface fields and interface objects"
            )
            hint = "Apply it to the implementing types or their fields."
            yield CompositionError(
                "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE", problem, (coordinate,), (), hint
            )
