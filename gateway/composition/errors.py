"""What composition can say: errors that stop it and hints that do not.

    CompositionFailed          every error found, raised once per stage
        CompositionError       code (Federation's own), message, coordinates, subgraphs, hint

Codes are those of the Federation specification's list of composition errors, so that a
person can look them up and a tool can compare them with another composer's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompositionError:
    """One reason why the subgraphs do not compose.

    ``coordinates`` are schema coordinates (``Book.title``), ``subgraphs`` the names of those
    involved, ``hint`` what to do about it where the message does not already say so.
    """

    code: str
    message: str
    coordinates: tuple[str, ...] = ()
    subgraphs: tuple[str, ...] = ()
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something worth knowing about a composition that succeeded."""

    code: str
    message: str
    coordinates: tuple[str, ...] = ()


class CompositionFailed(Exception):
    """The subgraphs do not compose; ``errors`` tells every reason found."""

    def __init__(self, errors: Iterable[CompositionError]) -> None:
        self.errors = tuple(errors)
        super().__init__(render_errors(self.errors))


def render_errors(errors: Iterable[CompositionError]) -> str:
    """Lay errors out for a terminal: code and subgraphs, message, advice."""
    return "\n\n".join(_render(error) for error in errors)


def _render(error: CompositionError) -> str:
    where = f"  ({', '.join(error.subgraphs)})" if error.subgraphs else ""
    lines = [f"{error.code}{where}", *(f"  {line}" for line in error.message.splitlines())]
    if error.hint:
        lines.append(f"  → {error.hint}")
    return "\n".join(lines)


def name_subgraphs(names: Iterable[str]) -> str:
    """``subgraph "a"`` or ``subgraphs "a", "b" and "c"``."""
    quoted = [f'"{name}"' for name in names]
    if len(quoted) == 1:
        return f"subgraph {quoted[0]}"
    return f"subgraphs {', '.join(quoted[:-1])} and {quoted[-1]}"
