"""Key uses → the builder tree of a representation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.planning.fetch_graph import FetchNode, InputOnTypes, InputPart, KeyUse, Requirement
from gateway.planning.plan import Leaf, Nested, PerType, Representation, RepresentationPart


def representation_of(node: FetchNode, typename_key: str) -> Representation:
    """How the objects that an entered node asks for are named to its subgraph.

    An interface object is entered by the interface's name; objects of one type need not be asked
    for it.
    """
    place = node.object_node
    keys = _per_use(node.key_uses, [parts_of(use.parts, typename_key) for use in node.key_uses])
    requires = _distinct(
        part
        for requirement in node.requirements
        for part in _on_types(node, requirement, typename_key)
    )
    default: str | None = None
    if node.types is None:
        default = node.declared_type
    elif not place.is_abstract:
        default = place.type_name
    return Representation(
        keys=keys,
        requires=requires,
        typename=node.declared_type if node.is_interface_object else None,
        default_typename=None if node.is_interface_object else default,
    )


def _per_use(
    uses: Sequence[KeyUse], parts: Sequence[tuple[RepresentationPart, ...]]
) -> tuple[RepresentationPart, ...]:
    if all(each == parts[0] for each in parts):
        return parts[0]
    return tuple(
        PerType(use.types or frozenset(), each)
        for use, each in zip(uses, parts, strict=True)
        if each
    )


def _on_types(
    node: FetchNode, requirement: Requirement, typename_key: str
) -> tuple[RepresentationPart, ...]:
    """A requirement's parts; only for its own types where others are asked for as well."""
    parts = parts_of(requirement.parts, typename_key)
    if requirement.types is None or node.types is None or node.types <= requirement.types:
        return parts
    return (PerType(requirement.types, parts),) if parts else ()


def parts_of(parts: Iterable[InputPart], typename_key: str) -> tuple[RepresentationPart, ...]:
    """Inputs as parts of a representation, by the keys that their fields were given."""
    return _distinct(_part(part, typename_key) for part in parts)


def _part(part: InputPart, typename_key: str) -> RepresentationPart:
    if isinstance(part, InputOnTypes):
        return PerType(part.types, parts_of(part.parts, typename_key))
    if part.field.child is None:
        return Leaf(part.name, part.field.key)
    typename = (Leaf("__typename", typename_key),) if part.typename is not None else ()
    return Nested(part.name, part.field.key, (*typename, *parts_of(part.parts, typename_key)))


def _distinct(parts: Iterable[RepresentationPart]) -> tuple[RepresentationPart, ...]:
    return tuple(dict.fromkeys(parts))
