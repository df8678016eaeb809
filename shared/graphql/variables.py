"""Limits on raw variables, looked at before they are coerced: coercing is what takes the time.

Coercing 300,000 enum values holds the loop for a second, also where all are equal and the domain
would keep one of them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.errors import BadUserInput, OperationTooComplex, Violation

REPRESENTATIONS = "__typename"


def check_variables(
    variables: Mapping[str, Any], *, items: int, representations: int, values: int
) -> None:
    """Refuse lists longer than ``items``, and more than ``values`` values in all.

    Lists of ``representations`` have their own limit. Raises ``BadUserInput``,
    ``OperationTooComplex``.
    """
    seen = 0
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((n,), v) for n, v in variables.items()]
    while waiting:
        path, value = waiting.pop()
        below: Iterable[tuple[str | int, Any]]
        if isinstance(value, dict):
            below = value.items()
        elif isinstance(value, list):
            most = representations if _are_representations(value) else items
            if len(value) > most:
                message = f"At most {most} items."
                raise BadUserInput([Violation(path, "TOO_LONG", message)])
            below = enumerate(value)
        else:
            continue
        seen += len(value)
        if seen > values:
            raise OperationTooComplex("The variables hold too many values.")
        waiting.extend(((*path, key), each) for key, each in below if isinstance(each, dict | list))


def _are_representations(value: list[Any]) -> bool:
    return bool(value) and isinstance(value[0], dict) and REPRESENTATIONS in value[0]
