"""Spreads authorization between interfaces and what implements them, so that no way round is left.

Rule of late 2025: a subgraph cannot protect an interface, but the supergraph's interfaces are
protected. A field protected on an interface object is protected on every implementation; an
interface, and each of its fields, needs all that any implementation needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from gateway.composition.directives import authorizing, by_name
from gateway.composition.merging.applied import merge_requirements
from gateway.composition.merging.relations import runtime_types
from gateway.composition.merging.state import Merging
from gateway.composition.model import Applied, Element, Field, Kind, Type

E = TypeVar("E", Type, Field)


def spread_authorization(state: Merging) -> None:
    """Complete the merged types."""
    if state.used_directives.isdisjoint(d.name for d in authorizing()):
        return
    interfaces = [name for name, t in state.types.items() if t.kind is Kind.INTERFACE]
    for name in interfaces:
        for runtime in sorted(runtime_types(state, name)):
            _lower(state, state.types[name], runtime)
    raised = {name: _raise(state, state.types[name]) for name in interfaces}
    state.types |= raised


def _lower(state: Merging, interface: Type, runtime: str) -> None:
    declared = state.types[runtime]
    fields = {
        name: _protected(field, [interface.fields[name]]) if name in interface.fields else field
        for name, field in declared.fields.items()
    }
    state.types[runtime] = replace(declared, fields=fields)


def _raise(state: Merging, interface: Type) -> Type:
    implementations = [state.types[name] for name in sorted(runtime_types(state, interface.name))]
    fields = {
        name: _protected(field, [t.fields[name] for t in implementations if name in t.fields])
        for name, field in interface.fields.items()
    }
    return replace(_protected(interface, implementations), fields=fields)


def _protected(element: E, others: Sequence[Element]) -> E:
    """Return the element with the requirements of the others added to its own."""
    if not any(_is_protected(other) for other in others):
        return element
    kept: tuple[Applied, ...] = tuple(
        a for a in element.directives if not (a.federation and by_name()[a.name].requirement)
    )
    return replace(element, directives=(*kept, *merge_requirements([element, *others])))


def _is_protected(element: Element) -> bool:
    return any(element.has(directive.name) for directive in authorizing())
