"""What the authorization directives share: how they read, and where they may not stand.

Authorization belongs to concrete types: on interfaces it could be walked round.

Rule of late 2025: ``@authenticated``, ``@requiresScopes`` and ``@policy`` are refused on
interfaces, their fields and interface objects. The fields of an interface object are resolved, so
they may be protected. AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Applied, Element, Kind, Type
from gateway.composition.specification.directive import Alternatives, Check


def signed_in(_: Applied) -> Alternatives:
    """Read a mark: one alternative, which wants nothing more."""
    return (frozenset(),)


def one_of(argument: str) -> Callable[[Applied], Alternatives]:
    """Read ``[["a", "b"], ["c"]]``: a and b, or c."""

    def read(applied: Applied) -> Alternatives:
        return tuple(frozenset(map(str, one)) for one in applied.value(argument) or ())

    return read


def refused_on_interfaces(directive: str) -> Check:
    """Return the check that finds an authorization directive on interfaces."""

    def check(facts: SubgraphFacts) -> Iterator[CompositionError]:
        for declared in facts.subgraph.types.values():
            for element, what, coordinate in _unprotectable(declared):
                if element.has(directive):
                    yield _refusal(directive, what, coordinate)

    return check


def _unprotectable(declared: Type) -> Iterator[tuple[Element, str, str]]:
    """Yield (element, how a message calls it, coordinate)."""
    if declared.kind is Kind.INTERFACE:
        yield declared, f'interface "{declared.name}"', declared.name
        for field in declared.fields.values():
            coordinate = f"{declared.name}.{field.name}"
            yield field, f'field "{coordinate}"', coordinate
    elif declared.is_interface_object:
        yield declared, f'interface object "{declared.name}"', declared.name


def _refusal(directive: str, what: str, coordinate: str) -> CompositionError:
    problem = (
        f"Invalid use of @{directive} on {what}: @{directive} cannot be applied on "
        "interfaces, interface fields and interface objects"
    )
    hint = "Apply it to the implementing types or their fields."
    return CompositionError(
        "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE", problem, (coordinate,), (), hint
    )
