"""Does a reply of ``_entities`` line up with what was asked?

The specification of ``_entities`` ties entities to representations by position alone. A reply of
another length, or one whose entities repeat the keys of other representations, would put one
object's data on another: it is refused, never guessed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def misplaced(
    entities: Sequence[Any], sent: Sequence[Sequence[Any]], keys: Sequence[str]
) -> set[int]:
    """Return the positions whose entity carries the keys of another representation.

    ``sent[i]`` are the values of ``keys`` in representation ``i``. A key that matches no
    representation at all is let through: subgraphs may normalise what they are sent (the case of
    a UUID), and that harms nobody. So is one that is its own in another case, which somebody else
    may have sent.
    """
    known = {_text(values) for values in sent}
    wrong = set()
    for index, entity in enumerate(entities):
        if type(entity) is dict and all(entity.get(key) is not None for key in keys):
            got = _text([entity[key] for key in keys])
            own = _text(sent[index])
            if got != own and got in known and _folded(got) != _folded(own):
                wrong.add(index)
    return wrong


def of_another_type(entities: Sequence[Any], sent: Sequence[Any], default: str | None) -> set[int]:
    """Return the positions whose entity says unasked that it is of another type than was sent."""
    return {
        index
        for index, entity in enumerate(entities)
        if type(entity) is dict
        and "__typename" in entity
        and (expected := sent[index] or default) is not None
        and entity["__typename"] != expected
    }


def _text(values: Sequence[Any]) -> tuple[str, ...]:
    """IDs may be sent as numbers and come back as strings."""
    return tuple(str(value) for value in values)


def _folded(texts: Sequence[str]) -> list[str]:
    return [text.casefold() for text in texts]
