"""What the upgrades share: changing the fields of a subgraph, telling extensions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from gateway.composition.model import Field, Kind, Subgraph, Type


def map_fields(subgraph: Subgraph, change: Callable[[Type, Field], Field | None]) -> Subgraph:
    """Return the subgraph with its output fields changed, without those made None."""
    types = {}
    for name, declared in subgraph.types.items():
        changed = {f.name: change(declared, f) for f in declared.fields.values()}
        kept = {key: field for key, field in changed.items() if field is not None}
        same = all(kept.get(key) is field for key, field in declared.fields.items())
        types[name] = declared if same else replace(declared, fields=kept)
    return replace(subgraph, types=types)


def without(field: Field, names: Iterable[str]) -> Field:
    """Return the field without some federation directives."""
    kept = tuple(a for a in field.directives if not (a.federation and a.name in names))
    return field if len(kept) == len(field.directives) else replace(field, directives=kept)


def is_extension(declared: Type) -> bool:
    """Tell whether a type only extends what another subgraph owns."""
    return declared.kind in {Kind.OBJECT, Kind.INTERFACE} and (
        declared.has("extends") or (declared.extended and not declared.defined)
    )
