"""What execution hands to the projection: gathered data, errors, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.request.full_collections import Pause

LARGE = 262_144
"""Bytes from subgraphs from which on working on them would hold the loop over 20 ms."""

MAX_ERRORS = 100
"""Errors per answer; where there are more, the last one counts the rest."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One entry of ``errors``. ``path`` is concrete and in client keys; empty: none is known."""

    message: str
    path: tuple[str | int, ...] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)

    def formatted(self) -> dict[str, Any]:
        """The JSON form (GraphQL specification, 7.1.2)."""
        entry: dict[str, Any] = {"message": self.message}
        if self.path:
            entry["path"] = list(self.path)
        if self.extensions:
            entry["extensions"] = dict(self.extensions)
        return entry


class ReplyHeaders(msgspec.Struct, frozen=True):
    """Response headers of one subgraph reply (lower-case names, only those worth keeping)."""

    subgraph: str
    headers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FetchTrace:
    """One fetch as it ran: what ``X-Query-Plan`` tells.

    ``requests`` is 0 where nothing was sent (a condition, no representations) or where another
    operation of the batch sent it; ``milliseconds`` is None then. ``start`` is when it began, in
    milliseconds since the run did.
    """

    id: int
    subgraph: str
    requests: int
    representations: int = 0
    unique_representations: int = 0
    milliseconds: float | None = None
    failure: str | None = None
    start: float | None = None


class Gathered(msgspec.Struct):
    """The merged data of all fetches, before projection.

    ``data`` has client keys and the planner's internal ones. ``failed`` are index-free paths
    (response keys only) at and below which a missing value already has its error. ``broken``: the
    same with indices, for single entities that a subgraph reported as failed. ``dropped``
    counts errors past MAX_ERRORS. ``raw``: the text of the whole answer, ``{"data":...}``, when
    the plan allowed to pass it through and the reply had no errors; ``data`` is empty then.
    ``introspected`` are the answers of introspection fields by their place. ``size`` is how many
    bytes subgraphs answered; past LARGE it is worked on beside the loop, and ``pause`` begins (None
    where nobody says when all is done with it).
    """

    data: dict[str, Any]
    errors: list[FieldError] = []
    failed: set[tuple[str, ...]] = set()
    broken: set[tuple[str | int, ...]] = set()
    dropped: int = 0
    replies: list[ReplyHeaders] = []
    raw: bytes | None = None
    traces: list[FetchTrace] = []
    introspected: Mapping[str, Any] = {}
    size: int = 0
    is_large: bool = False
    pause: Pause | None = None

    def add_size(self, size: int) -> None:
        """So many bytes more came."""
        self.size += size
        if self.size > LARGE and not self.is_large:
            self.is_large = True
            if self.pause is not None:
                self.pause.begin()

    def add_error(self, error: FieldError) -> None:
        """Keep ``error``, or count it and remember its place when there are too many."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(error)
            return
        self.dropped += 1
        self.failed.add(tuple(step for step in error.path if isinstance(step, str)))
