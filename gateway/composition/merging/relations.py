"""Who implements and who is a member of what, over all subgraphs; subtyping follows from it."""

from __future__ import annotations

from gateway.composition.merging.state import Merging
from gateway.composition.model import Kind, ListOf, Named, NonNull, TypeRef


def relate_types(state: Merging) -> None:
    """Fill ``state.implemented`` and ``state.members``."""
    for name, sources in state.sources_by_type.items():
        kind = state.kinds.get(name)
        if kind in {Kind.OBJECT, Kind.INTERFACE}:
            found = (i for declared in sources.values() for i in declared.interfaces)
            state.implemented[name] = tuple(dict.fromkeys(found))
        elif kind is Kind.UNION:
            found = (m for declared in sources.values() for m in declared.members)
            state.members[name] = tuple(dict.fromkeys(found))


def is_subtype(state: Merging, sub: TypeRef, sup: TypeRef) -> bool:
    """Tell whether every value of ``sub`` is one of ``sup`` (equal types included)."""
    if isinstance(sub, NonNull):
        return is_subtype(state, sub.of, sup.of if isinstance(sup, NonNull) else sup)
    if isinstance(sub, ListOf):
        return isinstance(sup, ListOf) and is_subtype(state, sub.of, sup.of)
    if not isinstance(sup, Named):
        return False
    return (
        sub.name == sup.name
        or sup.name in state.implemented.get(sub.name, ())
        or sub.name in state.members.get(sup.name, ())
    )


def runtime_types(state: Merging, name: str) -> set[str]:
    """Return the object types that a value of a type can have."""
    kind = state.kinds.get(name)
    if kind is Kind.UNION:
        return set(state.members[name])
    if kind is Kind.INTERFACE:
        return {
            candidate
            for candidate, interfaces in state.implemented.items()
            if name in interfaces and state.kinds[candidate] is Kind.OBJECT
        }
    return {name}
