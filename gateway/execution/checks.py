"""Does a reply of ``_entities`` line up with what was asked?

The specification of ``_entities`` ties entities to representations by position alone. A reply of
another length, or one whose entities repeat the keys of other representations, would put one
object's data on another: it is refused, never guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from graphql import (
    FieldNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from gateway.planning.plan import EntityGroup, Leaf


def plain_keys(document: str, group: EntityGroup) -> frozenset[str]:
    """Return the key fields that ``document`` selects under their own names on every type.

    Only these can be compared with what was sent: an alias may put anything under a key's name.
    """
    definitions = parse(document, no_location=True).definitions
    if not all(isinstance(definition, OperationDefinitionNode) for definition in definitions):
        return frozenset()
    keys = {part.field for part in group.representation.keys if isinstance(part, Leaf)}
    renamed = {rename.key for rename in group.renames} | {r.source for r in group.renames}
    found: set[str] = set()
    other: set[str] = set(renamed)
    for node in _entity_fields(document, group.alias):
        key = node.alias.value if node.alias else node.name.value
        is_plain = key == node.name.value and not node.arguments and not node.selection_set
        (found if is_plain else other).add(key)
    return frozenset((keys & found) - other)


def _entity_fields(document: str, alias: str) -> Iterator[FieldNode]:
    for definition in parse(document, no_location=True).definitions:
        if isinstance(definition, OperationDefinitionNode):
            for node in definition.selection_set.selections:
                if isinstance(node, FieldNode) and node.selection_set is not None:
                    key = node.alias.value if node.alias else node.name.value
                    if key == alias:
                        yield from _fields(node.selection_set)


def _fields(selection: SelectionSetNode) -> Iterator[FieldNode]:
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set)


def misplaced(
    entities: Sequence[Any], sent: Sequence[Sequence[Any]], keys: Sequence[str]
) -> set[int]:
    """Return the positions whose entity carries the keys of another representation.

    ``sent[i]`` are the values of ``keys`` in representation ``i``. A key that matches no
    representation at all is let through: subgraphs may normalise what they are sent (the case of
    a UUID), and that harms nobody.
    """
    known = {_text(values) for values in sent}
    wrong = set()
    for index, entity in enumerate(entities):
        if type(entity) is dict and all(entity.get(key) is not None for key in keys):
            got = _text([entity[key] for key in keys])
            if got != _text(sent[index]) and got in known:
                wrong.add(index)
    return wrong


def _text(values: Sequence[Any]) -> tuple[str, ...]:
    """IDs may be sent as numbers and come back as strings."""
    return tuple(str(value) for value in values)
