"""What every part of the search works on, and the questions that its parts ask each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from gateway.operation.condition import ALWAYS, Condition
from gateway.planning.budget import Budget
from gateway.planning.fetch_graph import (
    NO_REQUESTS,
    Candidate,
    Cost,
    DirectCandidate,
    EntityJump,
    FetchGraph,
    Priced,
    Request,
)
from gateway.planning.resolution import ResolutionIndex
from gateway.planning.search.lookahead import NOTHING_AHEAD, Ahead, Lookahead
from gateway.planning.tree import FieldNode, ObjectNode, SelectionTree

Version = tuple[int, Condition, int | None]
"""Of the graph, of what is looked for, of what it may add."""

JumpKey = tuple[frozenset[str], str, str, DirectCandidate, int, FieldNode | None]
"""Types, subgraph, declared type, base, level; and the field where it brings needs of its own."""

DirectKey = tuple[ObjectNode, int, DirectCandidate | None, Ahead]
"""Objects, level, base below which they stand, what is looked for below them."""

_P = TypeVar("_P", bound=Priced)


@dataclass(slots=True)
class Memo:
    """What was found in one version of the graph. Nodes and candidates are their own keys.

    ``version`` is the graph's, and the condition of what was looked for.
    """

    version: Version | None = None
    direct: dict[DirectKey, Sequence[DirectCandidate]] = field(default_factory=dict)
    jumps: dict[JumpKey, EntityJump | None] = field(default_factory=dict)

    def forget(self, version: Version) -> None:
        """Drop everything: the graph has changed, or what is looked for is needed otherwise."""
        self.version = version
        self.direct.clear()
        self.jumps.clear()


@dataclass(slots=True)
class SearchState:
    """One search: who resolves what, what is asked, what is open, and how much may be looked at.

    ``root_subgraph``: the only one whose root may be asked (mutations). ``earliest``: candidates
    are compared by their level first, by their cost second. ``when``: the condition under which
    that is needed which is looked for. ``most_new``: how many requests an answer may add (None: any
    number).
    """

    index: ResolutionIndex
    tree: SelectionTree
    graph: FetchGraph
    budget: Budget
    lookahead: Lookahead
    root_subgraph: str | None = None
    earliest: bool = False
    when: Condition = ALWAYS
    most_new: int | None = None
    _memo: Memo = field(default_factory=Memo)
    _memo_of_earliest: Memo = field(default_factory=Memo)

    @property
    def memo(self) -> Memo:
        """What was found in the graph as it is."""
        memo = self._memo_of_earliest if self.earliest else self._memo
        version = (self.graph.version, self.when, self.most_new)
        if memo.version != version:
            memo.forget(version)
        return memo

    def may_open(self, requests: Iterable[Request]) -> bool:
        """Whether an answer may add all ``requests`` that are not open."""
        if self.most_new is None:
            return True
        return sum(each not in self.graph.requests for each in requests) <= self.most_new

    def cost(
        self, candidates: Iterable[Priced], assumed: frozenset[Request] = NO_REQUESTS
    ) -> tuple[int, Cost]:
        """What ``candidates`` add together, where ``assumed`` requests are counted as open."""
        cost = self.graph.cost(candidates, assumed)
        return (cost[-1] if self.earliest else 0, cost)

    def cheapest(
        self, candidates: Iterable[_P], assumed: frozenset[Request] = NO_REQUESTS
    ) -> _P | None:
        """The cheapest, the first of equals; None if there are none."""
        found = tuple(candidates)
        return self.best(found, assumed) if found else None

    def best(self, found: Sequence[_P], assumed: frozenset[Request] = NO_REQUESTS) -> _P:
        """The same, of one candidate or more: mostly there is just one."""
        if len(found) == 1:
            return found[0]
        return min(found, key=lambda one: self.cost((one,), assumed))


class Questions(Protocol):
    """What keys, requirements and contexts ask of the search that looks for them.

    Their fields are found like any other field, so the search is recursive: ``FieldSearch`` asks
    ``DirectFinder`` and ``JumpFinder``, which asks ``InputSearch``, and both ask these questions.
    Each file imports only what stands below it; this protocol closes the circle.
    """

    def direct_candidates(
        self,
        object_node: ObjectNode,
        max_level: int,
        base: DirectCandidate | None = None,
        ahead: Ahead = NOTHING_AHEAD,
    ) -> Sequence[DirectCandidate]:
        """From where can the objects be loaded, from above (below ``base``, if given)?"""

    def candidate(
        self, field: FieldNode, base: DirectCandidate, max_level: int
    ) -> Candidate | None:
        """Which is the cheapest candidate that answers ``field`` for the objects of ``base``?"""

    def candidates(
        self,
        field: FieldNode,
        max_level: int,
        base: DirectCandidate | None = None,
        ahead: Ahead = NOTHING_AHEAD,
    ) -> list[Candidate]:
        """Which candidates answer ``field``, the cheapest of each subgraph?"""

    def typename_candidate(self, base: DirectCandidate, max_level: int) -> Candidate | None:
        """Where do the objects of ``base`` tell their concrete type?"""
