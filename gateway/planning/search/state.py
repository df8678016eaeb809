"""What every part of the search works on, and the questions that its parts ask each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.planning.budget import Budget
from gateway.planning.fetch_graph import Candidate, DirectCandidate, EntityJump, FetchGraph
from gateway.planning.resolution import ResolutionIndex
from gateway.planning.tree import FieldNode, ObjectNode, SelectionTree

JumpKey = tuple[frozenset[str], str, str, DirectCandidate, int, FieldNode | None]
"""Types, subgraph, declared type, base, jumps; and the field where it brings needs of its own."""


@dataclass(slots=True)
class Memo:
    """What was found since the graph changed last. Nodes and candidates are their own keys."""

    direct: dict[tuple[ObjectNode, int, DirectCandidate | None], Sequence[DirectCandidate]] = field(
        default_factory=dict
    )
    jumps: dict[JumpKey, EntityJump | None] = field(default_factory=dict)

    def forget(self) -> None:
        """Drop everything: the graph has changed."""
        self.direct.clear()
        self.jumps.clear()


@dataclass(slots=True)
class SearchState:
    """One search: who resolves what, what is asked, what is open, and how much may be looked at.

    ``root_subgraph``: the only one whose root may be asked (mutations).
    """

    index: ResolutionIndex
    tree: SelectionTree
    graph: FetchGraph
    budget: Budget
    root_subgraph: str | None = None
    memo: Memo = field(default_factory=Memo)


class Questions(Protocol):
    """What keys, requirements and contexts ask of the search that looks for them.

    Their fields are found like any other field, so the search is recursive: ``FieldSearch`` asks
    ``JumpFinder``, which asks ``InputSearch``, which asks these questions. Each file imports only
    what stands below it; this protocol closes the circle.
    """

    def direct_candidates(
        self, object_node: ObjectNode, max_jumps: int, base: DirectCandidate | None = None
    ) -> Sequence[DirectCandidate]:
        """From where can the objects be loaded, from above (below ``base``, if given)?"""

    def candidate(
        self, field: FieldNode, base: DirectCandidate, max_jumps: int
    ) -> Candidate | None:
        """Which is the cheapest candidate that answers ``field`` for the objects of ``base``?"""

    def candidates(
        self, field: FieldNode, max_jumps: int, base: DirectCandidate | None = None
    ) -> list[Candidate]:
        """Which candidates answer ``field``, the cheapest of each subgraph?"""

    def typename_candidate(self, base: DirectCandidate, max_jumps: int) -> Candidate | None:
        """Where do the objects of ``base`` tell their concrete type?"""
