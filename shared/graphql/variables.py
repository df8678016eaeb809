"""Limits on raw variables, looked at before they are coerced: coercing is what takes the time.

Coercing 300,000 enum values holds the loop for a second, also where all are equal and the domain
would keep one of them; 50,000 unknown keys take 0.2 s, since an error is made for each.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.errors import BadUserInput, OperationTooComplex, Violation
from shared.graphql.documents import DocumentLimits

REPRESENTATIONS = "__typename"


def check_variables(variables: Mapping[str, Any], limits: DocumentLimits) -> None:
    """Refuse lists, objects and texts that are too long, deep nesting, and too many values in all.

    Raises ``BadUserInput``, ``OperationTooComplex``.
    """
    if len(variables) > limits.items:
        raise OperationTooComplex("There are too many variables.")
    seen = 0
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), variables)]
    while waiting:
        path, outer = waiting.pop()
        members: Iterable[tuple[str | int, Any]]
        members = outer.items() if isinstance(outer, dict) else enumerate(outer)
        for key, value in members:
            if isinstance(value, str):
                if len(value) > limits.text:
                    raise _too_long((*path, key), limits.text, "characters")
            elif isinstance(value, list | dict):
                below = (*path, key)
                _check_length(below, value, limits)
                seen += len(value)
                if seen > limits.values:
                    raise OperationTooComplex("The variables hold too many values.")
                if len(below) > limits.depth:
                    raise OperationTooComplex("The variables are nested too deeply.")
                waiting.append((below, value))


def _check_length(path: tuple[str | int, ...], value: Any, limits: DocumentLimits) -> None:
    """Of one list or object. Lists of representations have their own limit."""
    if isinstance(value, dict):
        if len(value) > limits.keys:
            raise _too_long(path, limits.keys, "keys")
        if any(len(key) > limits.text for key in value):
            raise OperationTooComplex("The variables have a key that is too long.")
        return
    most = limits.representations if _are_representations(value) else limits.items
    if len(value) > most:
        raise _too_long(path, most, "items")


def _too_long(path: tuple[str | int, ...], most: int, what: str) -> BadUserInput:
    return BadUserInput([Violation(path, "TOO_LONG", f"At most {most} {what}.")])


def _are_representations(value: list[Any]) -> bool:
    return bool(value) and isinstance(value[0], dict) and REPRESENTATIONS in value[0]
