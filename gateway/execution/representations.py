"""From a target object to its entry of ``representations``, by builders compiled once per plan."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from gateway.execution.paths import is_of
from gateway.planning.plan import Leaf, Nested, PerType, Representation, RepresentationPart


class Unbuilt(Enum):
    """Why an object has no representation.

    NULL_KEY: its key is null, all of it, so there is no entity to ask for. ABSENT: a key or
    requirement was never gathered, because its fetch failed or was suppressed itself.
    """

    NULL_KEY = "null key"
    ABSENT = "absent"


_ABSENT: Final = Unbuilt.ABSENT
_NULL_KEY: Final = Unbuilt.NULL_KEY

Object = dict[str, Any]
Fill = Callable[[Object, Object], Unbuilt | None]
"""Fills the second object from the first; what it returns is why it could not."""

Build = Callable[[Object], Object | Unbuilt]


def compile_representation(representation: Representation, typename_key: str) -> Build:
    """Return the builder of ``representation``, for target objects of any concrete type."""
    parts = (*representation.keys, *representation.requires)
    if all(isinstance(part, Leaf) for part in parts):
        return _compile_leaves(representation, typename_key)
    fill_keys = _fill_all(representation.keys, typename_key)
    fill_requires = _fill_all(representation.requires, typename_key)
    fixed, default = representation.typename, representation.default_typename

    def build(target: Object) -> Object | Unbuilt:
        typename = fixed or target.get(typename_key) or default
        if typename is None:
            return _ABSENT
        built: Object = {"__typename": typename}
        unbuilt = fill_keys(target, built)
        if unbuilt is None and _names_nothing(built):
            return _NULL_KEY
        if unbuilt is None:
            unbuilt = fill_requires(target, built)
        return built if unbuilt is None else unbuilt

    return build


def _compile_leaves(representation: Representation, typename_key: str) -> Build:
    """The builder where all keys and requirements are leaves: one loop, no calls."""
    leaves = tuple(
        (part.field, part.source, is_key)
        for parts, is_key in ((representation.keys, True), (representation.requires, False))
        for part in parts
        if isinstance(part, Leaf)
    )
    fixed, default = representation.typename, representation.default_typename
    keys = len(representation.keys)

    def build(target: Object) -> Object | Unbuilt:
        typename = fixed or target.get(typename_key) or default
        if typename is None:
            return _ABSENT
        built: Object = {"__typename": typename}
        left = keys
        for field, source, is_key in leaves:
            value = target.get(source)
            if value is None:
                if source not in target:
                    return _ABSENT
                if is_key:
                    left -= 1
                    if not left:
                        return _NULL_KEY
            built[field] = value
        return built

    return build


def _names_nothing(value: Any) -> bool:
    """Whether all values of a key are null. No list of any is one: an empty one is a value."""
    if type(value) is dict:
        return all(_names_nothing(inner) for name, inner in value.items() if name != "__typename")
    if type(value) is list:
        return bool(value) and all(map(_names_nothing, value))
    return value is None


def _fill_all(parts: tuple[RepresentationPart, ...], typename_key: str) -> Fill:
    fills = tuple(_fill(part, typename_key) for part in parts)
    if len(fills) == 1:
        return fills[0]

    def fill(source: Object, into: Object) -> Unbuilt | None:
        for fill_part in fills:
            unbuilt = fill_part(source, into)
            if unbuilt is not None:
                return unbuilt
        return None

    return fill


def _fill(part: RepresentationPart, typename_key: str) -> Fill:
    match part:
        case Leaf(field, source):
            return _fill_leaf(field, source)
        case Nested(field, source, parts):
            return _fill_nested(field, source, _fill_all(parts, typename_key))
        case PerType(types, parts):
            inner = _fill_all(parts, typename_key)

            def fill(source: Object, into: Object) -> Unbuilt | None:
                return inner(source, into) if is_of(source, types, typename_key) else None

            return fill


def _fill_leaf(field: str, source_key: str) -> Fill:
    def fill(source: Object, into: Object) -> Unbuilt | None:
        if source_key not in source:
            return _ABSENT
        into[field] = source[source_key]
        return None

    return fill


def _fill_nested(field: str, source_key: str, inner: Fill) -> Fill:
    """Build an object, or lists of objects however deep, below ``field``.

    One item of which something is absent makes the whole representation impossible.
    """

    def build(value: Any) -> Any:
        if type(value) is dict:
            built: Object = {}
            return inner(value, built) or built
        if type(value) is list:
            items = []
            for item in value:
                built_item = build(item)
                if isinstance(built_item, Unbuilt):
                    return built_item
                items.append(built_item)
            return items
        return value

    def fill(source: Object, into: Object) -> Unbuilt | None:
        if source_key not in source:
            return _ABSENT
        value = source[source_key]
        built = build(value)
        if isinstance(built, Unbuilt):
            return built
        into[field] = _joined(into[field], built) if field in into else built
        return None

    return fill


def _joined(first: Any, second: Any) -> Any:
    """Join what two parts of one field built: a key and a requirement below the same object."""
    if type(first) is dict and type(second) is dict:
        joined = dict(first)
        for name, value in second.items():
            joined[name] = _joined(joined[name], value) if name in joined else value
        return joined
    if type(first) is list and type(second) is list:
        return [_joined(a, b) for a, b in zip(first, second, strict=True)]
    return second
