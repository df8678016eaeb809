"""One projection under way: where problems are noted, and which fields are on.

Paths are linked pairs ``(parent, step)`` down to None at the root: making one costs a tuple, and
they are spelled out only when an error needs one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.operation.condition import Condition, all_hold
from gateway.operation.model import Occurrence
from gateway.request.gathered import MAX_ERRORS, FieldError, Gathered

LinkedPath = tuple[Any, str | int] | None


def spell(path: LinkedPath) -> tuple[str | int, ...]:
    """Write a linked path from the root down."""
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return tuple(reversed(steps))


class Run:
    """Errors of the gathered data and those the projection adds."""

    def __init__(self, gathered: Gathered, variables: Mapping[str, Any]) -> None:
        self.errors: list[FieldError] = []
        self.dropped = 0
        self.active: dict[int, Any] = {}
        self._gathered = gathered
        self._variables = variables
        self._explained: set[tuple[str | int, ...]] | None = None

    def introspected(self, place: str) -> Any:
        """Return the answer of an introspection field."""
        return self._gathered.introspected.get(place)

    def is_on(self, when: Condition) -> bool:
        """Decide a field's @skip and @include."""
        return when.holds(self._variables)

    def first_position(self, occurrences: tuple[Occurrence, ...]) -> int:
        """Where a field that is on comes in the answer: at its first occurrence that counts."""
        return next(o.position for o in occurrences if all_hold(o.facts, self._variables))

    def add(self, message: str, path: LinkedPath, code: str, **extensions: Any) -> None:
        """Note an error at ``path``."""
        steps = spell(path)
        if self._explained is not None:
            _explain(self._explained, steps)
        if len(self.errors) >= MAX_ERRORS:
            self.dropped += 1
            return
        self.errors.append(FieldError(message, steps, {"code": code, **extensions}))

    def add_null(self, path: LinkedPath, name: str) -> None:
        """Note a null where none may be, unless an error on or below ``path`` tells why.

        GraphQL specification, 6.4.4: the null then propagates, with one error in all.
        """
        steps = spell(path)
        if self._explained is None:
            self._explained = set()
            for error in (*self._gathered.errors, *self.errors):
                _explain(self._explained, error.path)
        if steps in self._explained or self._lies_in_failed(steps):
            return
        self.add(f"Cannot return null for non-nullable field {name}.", path, "INTERNAL")

    def _lies_in_failed(self, steps: tuple[str | int, ...]) -> bool:
        broken, failed = self._gathered.broken, self._gathered.failed
        if broken and any(steps[:length] in broken for length in range(len(steps))):
            return True
        if not failed:
            return False
        keys = tuple(step for step in steps if isinstance(step, str))
        return any(keys[:length] in failed for length in range(len(keys) + 1))


def _explain(explained: set[tuple[str | int, ...]], path: tuple[str | int, ...]) -> None:
    """Add ``path`` and all above it: a null there needs no error of its own."""
    while path not in explained:
        explained.add(path)
        path = path[:-1]
