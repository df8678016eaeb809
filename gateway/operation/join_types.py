"""Fields that are alike on several types become one, if every type keeps its order."""

from __future__ import annotations

from msgspec.structs import replace

from gateway.operation.model import Field


def join_types(fields: list[tuple[int, Field]]) -> tuple[Field, ...]:
    """Order fields by their positions; join those that differ only in ``on``.

    ``... on Book { id title } ... on Film { id }`` becomes ``id`` on both and ``title`` on Book.
    Not if that would change an order: ``... on Book { a b } ... on Film { b a }`` stays as it is.
    """
    ordered = [field for _, field in sorted(fields, key=lambda each: each[0])]
    if len({field.key for field in ordered}) == len(ordered):
        return tuple(ordered)
    merged: list[Field] = []
    places: dict[str, list[int]] = {}
    for field in ordered:
        for place in places.setdefault(field.key, []):
            if replace(merged[place], on=field.on) == field:
                merged[place] = replace(field, on=merged[place].on | field.on)
                break
        else:
            places[field.key].append(len(merged))
            merged.append(field)
    if len(merged) == len(ordered) or not _same_order(ordered, merged):
        return tuple(ordered)
    return tuple(merged)


def _same_order(fields: list[Field], merged: list[Field]) -> bool:
    """Whether every type has its keys in one order in both."""
    types = frozenset[str]().union(*(field.on for field in fields))
    return all(
        [f.key for f in fields if name in f.on] == [f.key for f in merged if name in f.on]
        for name in types
    )
