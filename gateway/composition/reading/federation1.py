"""Upgrades Federation 1 subgraphs to the meaning of Federation 2, as migration guides describe.

Federation 1 had no ``@shareable`` (value types were shared by being identical, fields by being
repeated), demanded ``@external`` on the key fields of extensions, and ignored misplaced
directives instead of refusing them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from graphql import ConstValueNode, EnumValueNode, ListValueNode, StringValueNode

from gateway.composition.errors import CompositionError
from gateway.composition.facts import Facts
from gateway.composition.field_sets import (
    FieldSet,
    On,
    Pick,
    fields_of,
    picked_fields,
    render_field_set,
)
from gateway.composition.model import (
    COMPOSITE,
    ROOT_NAMES,
    Applied,
    Field,
    Kind,
    Subgraph,
    Type,
)

Upgrade = Callable[[Subgraph, Sequence[Subgraph]], Subgraph]
_SELECTING = frozenset({"key", "requires", "provides"})


def upgrade_federation1(subgraphs: Sequence[Subgraph]) -> tuple[Subgraph, ...]:
    """Return the subgraphs with those of Federation 1 upgraded; the others are untouched."""
    upgraded = list(subgraphs)
    for upgrade in UPGRADES:
        upgraded = [
            upgrade(subgraph, [s for s in upgraded if s is not subgraph])
            if subgraph.version < (2, 0)
            else subgraph
            for subgraph in upgraded
        ]
    return tuple(upgraded)


def check_bases(subgraphs: Sequence[Subgraph]) -> Iterator[CompositionError]:
    """EXTENSION_WITH_NO_BASE of Federation 1: what one subgraph extends another must define."""
    for subgraph in subgraphs:
        for name, declared in subgraph.types.items():
            if subgraph.version >= (2, 0) or name in ROOT_NAMES or not _is_extension(declared):
                continue
            if not any(
                name in other.types and other.types[name].defined
                for other in subgraphs
                if other is not subgraph
            ):
                yield CompositionError(
                    "EXTENSION_WITH_NO_BASE",
                    f'[{subgraph.name}] Type "{name}" is an extension type, but there is no type '
                    f'definition for "{name}" in any subgraph.',
                    (name,),
                    (subgraph.name,),
                    "Define it in the subgraph that owns it.",
                )


def _map_fields(subgraph: Subgraph, change: Callable[[Type, Field], Field | None]) -> Subgraph:
    types = {}
    for name, declared in subgraph.types.items():
        changed = {f.name: change(declared, f) for f in declared.fields.values()}
        kept = {key: field for key, field in changed.items() if field is not None}
        if kept or not declared.fields:
            same = all(kept.get(k) is f for k, f in declared.fields.items())
            types[name] = declared if same else replace(declared, fields=kept)
    return replace(subgraph, types=types)


def _without(field: Field, names: Iterable[str]) -> Field:
    kept = tuple(a for a in field.directives if not (a.federation and a.name in names))
    return field if len(kept) == len(field.directives) else replace(field, directives=kept)


def read_unquoted_field_sets(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """``fields: id`` and ``fields: ["a", "b"]`` were let through."""

    def fixed(directives: tuple[Applied, ...]) -> tuple[Applied, ...]:
        if not any(a.federation and a.name in _SELECTING for a in directives):
            return directives
        return tuple(_quoted(a) if a.federation else a for a in directives)

    types = {
        name: replace(
            declared,
            directives=fixed(declared.directives),
            fields={
                f.name: replace(f, directives=fixed(f.directives)) for f in declared.fields.values()
            },
        )
        for name, declared in subgraph.types.items()
    }
    return replace(subgraph, types=types)


def _quoted(applied: Applied) -> Applied:
    written = applied.arguments.get("fields")
    if applied.name not in _SELECTING or written is None:
        return applied
    text = _as_text(written)
    if text is None:
        return applied
    return replace(applied, arguments={**applied.arguments, "fields": StringValueNode(value=text)})


def _as_text(node: ConstValueNode) -> str | None:
    if isinstance(node, StringValueNode | EnumValueNode):
        return node.value
    if isinstance(node, ListValueNode):
        parts = [_as_text(value) for value in node.values]
        return None if None in parts else " ".join(part for part in parts if part)
    return None


def drop_misplaced_external(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """On interface fields ``@external`` never meant anything."""
    return _map_fields(
        subgraph,
        lambda declared, field: (
            _without(field, ("external",)) if declared.kind is Kind.INTERFACE else field
        ),
    )


def resolve_keys_of_extensions(subgraph: Subgraph, others: Sequence[Subgraph]) -> Subgraph:
    """Key fields of an extension are resolved by it, though Federation 1 had them external.

    An extension without a key of its own uses the first key of the subgraph owning the type.
    """
    resolved: set[tuple[str, str]] = set()
    for declared in subgraph.types.values():
        if not _is_extension(declared):
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
    return _map_fields(
        subgraph,
        lambda declared, field: (
            _without(field, ("external",)) if (declared.name, field.name) in resolved else field
        ),
    )


def _is_extension(declared: Type) -> bool:
    return declared.kind in {Kind.OBJECT, Kind.INTERFACE} and (
        declared.has("extends") or (declared.extended and not declared.defined)
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
        if _is_extension(declared)
        else declared
        for name, declared in subgraph.types.items()
    }
    return replace(subgraph, types=types)


def drop_inactive_selections(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """What a subgraph resolves itself has no place in its ``@requires`` and ``@provides``."""
    external = Facts(subgraph).external

    def change(declared: Type, field: Field) -> Field:
        directives = []
        for applied in field.directives:
            if applied.federation and applied.name in {"requires", "provides"}:
                start = declared if applied.name == "requires" else subgraph.type_of(field.type)
                kept = _active(subgraph, start, applied, external)
                if kept is not None:
                    directives.append(kept)
            else:
                directives.append(applied)
        return replace(field, directives=tuple(directives))

    return _map_fields(subgraph, change)


def _active(
    subgraph: Subgraph,
    start: Type | None,
    applied: Applied,
    external: frozenset[tuple[str, str]],
) -> Applied | None:
    selections = fields_of(applied)
    if selections is None or start is None or start.kind not in COMPOSITE:
        return applied
    kept = _keep_external(subgraph, start, selections, external)
    if kept == selections:
        return applied
    if not kept:
        return None
    text = StringValueNode(value=render_field_set(kept))
    return replace(applied, arguments={**applied.arguments, "fields": text})


def _keep_external(
    subgraph: Subgraph, parent: Type, selections: FieldSet, external: frozenset[tuple[str, str]]
) -> FieldSet:
    kept: list[Pick | On] = []
    for selection in selections:
        if isinstance(selection, On):
            target = subgraph.types.get(selection.type) if selection.type else parent
            below = (
                selection.selections
                if target is None
                else _keep_external(subgraph, target, selection.selections, external)
            )
            if below:
                kept.append(replace(selection, selections=below))
            continue
        field = parent.fields.get(selection.name)
        if field is None or (parent.name, field.name) in external:
            kept.append(selection)
            continue
        target = subgraph.type_of(field.type)
        composite = target is not None and target.kind in COMPOSITE
        if target is None or not composite or not selection.selections:
            if composite or _externally_implemented(subgraph, parent, field.name, external):
                kept.append(selection)
            continue
        nested = _keep_external(subgraph, target, selection.selections, external)
        if nested:
            kept.append(replace(selection, selections=nested))
    return tuple(kept)


def _externally_implemented(
    subgraph: Subgraph, parent: Type, field: str, external: frozenset[tuple[str, str]]
) -> bool:
    return parent.kind is Kind.INTERFACE and any(
        parent.name in declared.interfaces and (name, field) in external
        for name, declared in subgraph.types.items()
    )


def drop_directives_on_interfaces(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """Keys, requires and provides on interfaces were ignored."""
    types = {
        name: replace(
            declared,
            directives=tuple(
                a for a in declared.directives if not (a.federation and a.name == "key")
            ),
        )
        if declared.kind is Kind.INTERFACE
        else declared
        for name, declared in subgraph.types.items()
    }
    return _map_fields(
        replace(subgraph, types=types),
        lambda declared, field: (
            _without(field, ("provides", "requires")) if declared.kind is Kind.INTERFACE else field
        ),
    )


def drop_provides_on_leaves(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """``@provides`` on a scalar or enum was ignored."""

    def change(_: Type, field: Field) -> Field:
        target = subgraph.type_of(field.type)
        if target is not None and target.kind in COMPOSITE:
            return field
        return _without(field, ("provides",))

    return _map_fields(subgraph, change)


def drop_unused_externals(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """Fields that are external and for nothing were let through; Federation 2 refuses them."""
    facts = Facts(subgraph)
    unused = facts.external - facts.used
    if not unused:
        return subgraph
    return _map_fields(
        subgraph, lambda declared, f: None if (declared.name, f.name) in unused else f
    )


def share_what_was_shared(subgraph: Subgraph, others: Sequence[Subgraph]) -> Subgraph:
    """Value types were shared by definition, fields of entities by being resolved twice."""
    facts = Facts(subgraph)
    other_facts = [Facts(other) for other in others]
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

    return _map_fields(subgraph, change)


def _resolves(facts: Facts, coordinate: tuple[str, str]) -> bool:
    declared = facts.subgraph.types.get(coordinate[0])
    return declared is not None and coordinate[1] in declared.fields and facts.resolves(coordinate)


def drop_tags_on_externals(subgraph: Subgraph, others: Sequence[Subgraph]) -> Subgraph:
    """A tag belongs where the field is resolved; it is dropped where another subgraph has it."""
    external = Facts(subgraph).external

    def change(declared: Type, field: Field) -> Field:
        if (declared.name, field.name) not in external:
            return field
        elsewhere = any(
            field.name in other.types[declared.name].fields
            and other.types[declared.name].fields[field.name].has("tag")
            for other in others
            if declared.name in other.types
        )
        return _without(field, ("tag",)) if elsewhere else field

    return _map_fields(subgraph, change)


UPGRADES: tuple[Upgrade, ...] = (
    read_unquoted_field_sets,  # first: all others read field sets
    drop_misplaced_external,
    resolve_keys_of_extensions,  # before what asks which fields are external
    settle_extensions,  # after the keys of extensions are known
    drop_inactive_selections,
    drop_directives_on_interfaces,
    drop_provides_on_leaves,
    drop_unused_externals,  # after all that takes a use away
    share_what_was_shared,
    drop_tags_on_externals,
)
