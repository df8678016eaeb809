"""Fields that this caller may not have: null with an error, and never fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DENIED = "UNAUTHORIZED_FIELD_OR_TYPE"


@dataclass(frozen=True, slots=True)
class Denial:
    """The field at ``path`` (response keys from the root), on objects of the types ``on``.

    ``code``: UNAUTHORIZED_FIELD_OR_TYPE, or UNAVAILABLE where a token could not be judged: then
    trying again is right, and the error says so (``retryable``).
    """

    path: tuple[str, ...]
    on: frozenset[str]
    code: str = DENIED
    message: str = "You may not see this."
    is_retryable: bool = False


Denials = Mapping[tuple[str, ...], tuple[Denial, ...]]


def by_path(denials: Iterable[Denial]) -> Denials:
    """Index ``denials`` by where they stand."""
    index: dict[tuple[str, ...], tuple[Denial, ...]] = {}
    for denial in denials:
        index[denial.path] = (*index.get(denial.path, ()), denial)
    return index
