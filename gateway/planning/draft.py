"""The draft: every need given a place, greedily, forced needs first.

Greedy means: needs are taken one by one, and each is answered where it adds least to the cost of
what is there already. ``improve`` then asks whether any single request could have been spared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.operation.model import SelectionSet
from gateway.planning.budget import Budget
from gateway.planning.building import Building
from gateway.planning.certainty import is_certain
from gateway.planning.errors import NotSatisfiable
from gateway.planning.facts import Facts
from gateway.planning.fetch_graph import FetchGraph
from gateway.planning.needs import Need, NeedKind, collect_needs
from gateway.planning.places import Bucket, FetchPlace, Site
from gateway.planning.positions import Position, Positions, Slot
from gateway.planning.search import Search

_MOST_HOPS = 48
"""The longest chain of entries that one need may take."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where a need is answered. ``slot`` None: the site itself is what is needed."""

    need: Need
    site: Site
    slot: Slot | None


@dataclass(slots=True)
class Draft:
    """A fetch graph that answers all needs below ``root``."""

    root: Position
    graph: FetchGraph
    chosen: list[Chosen] = field(default_factory=list)

    @property
    def cost(self) -> tuple[int, int]:
        """Longest chain, requests."""
        return (self.graph.depth, len(self.graph.buckets))


@dataclass(slots=True)
class Drafting:
    """Makes drafts of one operation's selection; each starts afresh."""

    facts: Facts
    denied: dict[tuple[str, ...], frozenset[str]]
    budget: Budget

    def draft(
        self,
        selection: SelectionSet,
        banned: frozenset[Bucket] = frozenset(),
        root_subgraph: str | None = None,
    ) -> Draft:
        """Answer every need. Raises NotSatisfiable, PlanningBudgetExceeded."""
        positions = Positions(self.facts, self.denied, self.budget)
        root = positions.root(selection)
        graph = FetchGraph(banned)
        search = Search(self.facts, positions, graph, self.budget, root_subgraph)
        solving = _Solving(search, Building(graph), Draft(root, graph))
        for need in collect_needs(positions, root):
            solving.solve(need)
        return solving.draft


@dataclass(slots=True)
class _Solving:
    search: Search
    building: Building
    draft: Draft

    def solve(self, need: Need) -> None:
        self.building.when = need.when
        match need.kind:
            case NeedKind.LEAF:
                self._leaf(need)
            case NeedKind.TYPENAME:
                self._typename(need)
            case NeedKind.PRESENCE:
                self._presence(need)

    def _leaf(self, need: Need) -> None:
        places = self.search.answer_open(need.slots) or self._cheapest(
            need, lambda hops: self.search.answer(need.slots, hops)
        )
        for slot, place in zip(need.slots, places, strict=True):
            site = self.building.select(place, slot)
            self._choose(need, site, slot)
        self.search.forget()

    def _typename(self, need: Need) -> None:
        def find(hops: int) -> tuple[FetchPlace, ...] | None:
            options = [
                place
                for arrival in self.search.arrivals(need.position, hops)
                if (place := self.search.entering.typename_place(arrival, hops)) is not None
            ]
            cost = self.search.graph.cost
            return (min(options, key=lambda option: cost((option,))),) if options else None

        if not need.position.possible:
            return
        [place] = self._cheapest(need, find)
        site = self.building.select_typename(place)
        self._choose(need, site, None)
        self.search.forget()

    def _presence(self, need: Need) -> None:
        for site in need.position.sites:
            if site.is_arrival:
                self._choose(need, site, None)
                return

        def find(hops: int) -> tuple[FetchPlace, ...] | None:
            options = self.search.arrivals(need.position, hops)
            cost = self.search.graph.cost
            return (min(options, key=lambda option: cost((option,))),) if options else None

        [place] = self._cheapest(need, find)
        self._choose(need, self.building.open(place), None)
        self.search.forget()

    def _choose(self, need: Need, site: Site, slot: Slot | None) -> None:
        self.draft.chosen.append(Chosen(need, site, slot))
        if is_certain(need):
            graph = self.draft.graph
            graph.certain_depth = max(graph.certain_depth, site.level)

    def _cheapest(
        self, need: Need, find: Callable[[int], tuple[FetchPlace, ...] | None]
    ) -> tuple[FetchPlace, ...]:
        """The cheapest answer with the fewest entries in a row, or with one (it may be free)."""
        best: tuple[FetchPlace, ...] | None = None
        cost = self.search.graph.cost
        for hops in range(_MOST_HOPS + 1):
            found = find(hops)
            if found is not None and (best is None or cost(found) < cost(best)):
                best = found
            if best is not None and hops >= 1:
                return best
        raise NotSatisfiable(f"No subgraph can answer {describe(need)} from where it stands.")


def describe(need: Need) -> str:
    """A need in words: ``Thing.name at top.things``."""
    path: list[str] = []
    position = need.position
    while position.slot is not None:
        path.append(position.slot.key or position.slot.name)
        position = position.slot.parent
    where = ".".join(reversed(path)) or "the root"
    names = [f"{slot.representative}.{slot.name}" for slot in need.slots]
    return f"{', '.join(names) or need.position.type_name} at {where}"
