"""Type extensions and their keys, which Federation 1 demanded to be external."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.composition.federation1.fields import is_extension, map_fields, without
from gateway.composition.field_sets import fields_of, picked_fields
from gateway.composition.model import Applied, Subgraph, Type


def resolve_keys_of_extensions(subgraph: Subgraph, others: Sequence[Subgraph]) -> Subgraph:
    """Key fields of an extension are resolved by it, though Federation 1 had them external.

    An extension without a key of its own uses the first key of the subgraph owning the type.
    """
    resolved: set[tuple[str, str]] = set()
    for declared in subgraph.types.values():
        if not is_extension(declared):
            continue
        own = declared.every("key")
        for key in own:
            resolved |= _picked(subgraph, declared, key)
        if own:
            continue
        for other in others:
            owner = other.types.get(declared.name)
            keys = owner.every("key") if owner else ()
            if owner and keys:
                resolved |= {c for c in _picked(other, owner, keys[0]) if c[0] == declared.name}
    return map_fields(
        subgraph,
        lambda declared, field: (
            without(field, ("external",)) if (declared.name, field.name) in resolved else field
        ),
    )


def _picked(subgraph: Subgraph, parent: Type, key: Applied) -> set[tuple[str, str]]:
    return {
        (owner.name, field.name)
        for owner, field in picked_fields(subgraph, parent, fields_of(key) or ())
    }


def settle_extensions(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """``extend type`` was how one wrote a type that others define; now it is a type like theirs."""
    types = {
        name: replace(
            declared, directives=tuple(replace(a, of_extension=False) for a in declared.directives)
        )
        if is_extension(declared)
        else declared
        for name, declared in subgraph.types.items()
    }
    return replace(subgraph, types=types)
