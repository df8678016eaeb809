"""Entry uses → the builder tree of a representation."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.planning.places import EntryUse, InputOnTypes, InputPart, Requirement, Site
from gateway.planning.plan import Leaf, Nested, PerType, Representation, RepresentationPart


def representation_of(site: Site, typename_key: str) -> Representation:
    """How objects at an entered site's position are named to its subgraph."""
    position = site.position
    keys = _per_use(site.uses, [parts_of(use.key, typename_key) for use in site.uses])
    requires = _distinct(
        part
        for requirement in site.requirements
        for part in _on_types(site, requirement, typename_key)
    )
    default: str | None = None
    if site.types is None:
        default = site.view
    elif not position.is_abstract:
        default = position.type_name
    return Representation(
        keys=keys,
        requires=requires,
        typename=site.view if site.opaque else None,
        default_typename=None if site.opaque else default,
    )


def _per_use(
    uses: list[EntryUse], parts: list[tuple[RepresentationPart, ...]]
) -> tuple[RepresentationPart, ...]:
    if all(each == parts[0] for each in parts):
        return parts[0]
    return tuple(
        PerType(use.types or frozenset(), each)
        for use, each in zip(uses, parts, strict=True)
        if each
    )


def _on_types(
    site: Site, requirement: Requirement, typename_key: str
) -> tuple[RepresentationPart, ...]:
    """A requirement's parts; only for its own types where others are asked for as well."""
    parts = parts_of(requirement.parts, typename_key)
    if requirement.types is None or site.types is None or site.types <= requirement.types:
        return parts
    return (PerType(requirement.types, parts),) if parts else ()


def parts_of(parts: Iterable[InputPart], typename_key: str) -> tuple[RepresentationPart, ...]:
    """Inputs as parts of a representation, by the keys that their fields were given."""
    return _distinct(_part(part, typename_key) for part in parts)


def _part(part: InputPart, typename_key: str) -> RepresentationPart:
    if isinstance(part, InputOnTypes):
        return PerType(part.types, parts_of(part.parts, typename_key))
    assert part.slot.key is not None  # noqa: S101 - used slots are named
    if part.slot.position is None:
        return Leaf(part.name, part.slot.key)
    typename = (Leaf("__typename", typename_key),) if part.typename is not None else ()
    return Nested(part.name, part.slot.key, (*typename, *parts_of(part.parts, typename_key)))


def _distinct(parts: Iterable[RepresentationPart]) -> tuple[RepresentationPart, ...]:
    return tuple(dict.fromkeys(parts))
