"""Walks the supergraph breadth first, so that what cannot be answered is shown by a short query."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.composition.merging.relations import runtime_types
from gateway.composition.model import COMPOSITE, ROOTS, Field, Kind, base_name
from gateway.composition.satisfiability.labels import Labels, contradictory
from gateway.composition.satisfiability.reach import Locations, Reach
from gateway.composition.satisfiability.scopes import Scope, Scopes
from gateway.composition.satisfiability.subgraph_map import Location, Settled

Path = tuple[str, ...]
"""Root kind, then field names and ``... on T``."""


_SAMPLES = {
    "ID": '"<any id>"',
    "String": '"<any string>"',
    "Int": "0",
    "Float": "0",
    "Boolean": "true",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the walk cannot go on: at a field (None: at the runtime type) of ``name``."""

    path: Path
    name: str
    field: Field | None
    starts: Locations
    scope: Scope
    settled: Settled
    composite: bool = True

    @property
    def coordinate(self) -> str:
        """``T.f``, or ``T``."""
        return f"{self.name}.{self.field.name}" if self.field else self.name


@dataclass(frozen=True, slots=True)
class Split:
    """A shared field whose subgraphs have no runtime type in common."""

    path: Path
    coordinate: str
    type: str
    settled: Settled
    runtimes: tuple[tuple[int, frozenset[str]], ...]


def write_field(field: Field) -> str:
    """Return a field as a query selects it, with what its required arguments could be."""
    given = [
        f"{argument.name}: {_SAMPLES.get(base_name(argument.type), '<any>')}"
        for argument in field.arguments.values()
        if argument.required
    ]
    return f"{field.name}({', '.join(given)})" if given else field.name


@dataclass(frozen=True, slots=True)
class Visit:
    """A supergraph type on the way ``path``: the locations that an object of it can be at, what
    contexts give there, how labels stand.
    """

    name: str
    starts: Locations
    scope: Scope
    settled: Settled
    path: Path


@dataclass
class Walk:
    """One walk over the whole supergraph. ``open`` are labels that it would have had to track."""

    reach: Reach
    scopes: Scopes
    labels: Labels
    seen: set[tuple[str, Locations, Scope, Settled]] = field(default_factory=set)
    stops: list[Stop] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    open: set[str] = field(default_factory=set)

    def unsettled(self) -> set[str]:
        """Return the labels to track before what was found can be believed."""
        found = [*(stop.settled for stop in self.stops), *(split.settled for split in self.splits)]
        return self.open.union(*map(contradictory, found))

    def run(self) -> None:
        """Visit every (type, set of locations, scope, tracked labels) once."""
        merged = self.reach.merged
        queue: deque[Visit] = deque()
        for kind, root in ROOTS.items():
            if root in merged.types:
                graphs = merged.sources_by_type.get(root, {})
                starts = frozenset(Location(g, root) for g in graphs)
                queue.append(Visit(root, starts, frozenset(), frozenset(), (kind,)))
        self._visit_all(queue)

    def _visit_all(self, queue: deque[Visit]) -> None:
        while queue:
            visit = queue.popleft()
            state = visit.name, visit.starts, visit.scope, self.labels.held(visit.settled)
            if state in self.seen:
                continue
            self.seen.add(state)
            is_object = self.reach.merged.kinds[visit.name] is Kind.OBJECT
            queue.extend(self._fields(visit) if is_object else self._runtimes(visit))

    def _one_call(self, visit: Visit) -> Visit:
        """A mutation runs once: one subgraph that shares the field must lead to all it selects."""
        failed: list[Walk] = []
        for graph in sorted({location.graph for location in visit.starts}):
            alone = frozenset(location for location in visit.starts if location.graph == graph)
            trial = Walk(self.reach, self.scopes, self.labels)
            trial._visit_all(deque([replace(visit, starts=alone)]))
            if not trial.stops:
                return replace(visit, starts=alone)
            self.open |= trial.unsettled()
            failed.append(trial)
        self.stops += min(failed, key=lambda trial: len(trial.stops)).stops
        return visit

    def _fields(self, visit: Visit) -> Iterator[Visit]:
        """Go on to what each field leads to, once for each way its labels may stand."""
        merged = self.reach.merged
        scope_below = self.scopes.below(self.reach, visit.name, visit.starts, visit.scope)
        for declared in merged.types[visit.name].fields.values():
            if declared.has("inaccessible"):
                continue
            target = merged.types.get(base_name(declared.type))
            composite = target is not None and target.kind in COMPOSITE
            for settled, targets in self._targets(visit, declared.name):
                if targets is None:
                    self.stops.append(_stop(visit, declared, settled, composite=composite))
                elif target is not None and composite:
                    path = (*visit.path, write_field(declared))
                    onward = Visit(target.name, targets, scope_below, settled, path)
                    if target.kind is not Kind.OBJECT:
                        self._compare(onward, f"{visit.name}.{declared.name}", str(declared.type))
                    shared = len({location.graph for location in targets}) > 1
                    once = visit.name == "Mutation" and shared
                    yield self._one_call(onward) if once else onward

    def _targets(self, visit: Visit, field: str) -> Iterator[tuple[Settled, Locations | None]]:
        """Return where a field leads to as labels stand, None if nothing gives it."""
        locations = [
            location
            for start in visit.starts
            for location in self.reach.from_location(visit.name, start)
            if not self.scopes.missing(location, field, visit.scope)
        ]
        for chosen in self.labels.choices(locations, field, visit.settled):
            steps = [
                step
                for location in locations
                if not self.reach.subgraph_map.moved(location, field, chosen)
                and (step := self.reach.take(visit.name, location, field)) is not None
            ]
            targets = frozenset(step.to for step in steps if step.to is not None)
            yield visit.settled | chosen, targets if steps else None

    def _compare(self, visit: Visit, coordinate: str, ref: str) -> None:
        """Sharing a field means answering it alike: runtime types must overlap."""
        subgraph_map = self.reach.subgraph_map
        found = {
            location.graph: subgraph_map.runtimes(location)
            for location in visit.starts
            if not subgraph_map.declared(location).is_interface_object
        }
        if len(found) > 1 and not frozenset.intersection(*found.values()):
            runtimes = tuple(sorted(found.items()))
            self.splits.append(Split(visit.path, coordinate, ref, visit.settled, runtimes))

    def _runtimes(self, visit: Visit) -> Iterator[Visit]:
        """An abstract type is walked by its object types.

        An interface object does not know them: another subgraph must be reached that does.
        """
        subgraph_map = self.reach.subgraph_map
        abstracted = {p for p in visit.starts if subgraph_map.declared(p).is_interface_object}
        concrete = set(visit.starts - abstracted)
        for location in abstracted:
            known = {
                other
                for other in self.reach.from_location(visit.name, location)
                if not subgraph_map.declared(other).is_interface_object
            }
            if known:
                concrete |= known
            else:
                alone = replace(visit, starts=frozenset({location}))
                self.stops.append(_stop(alone, None, visit.settled))
        for runtime in sorted(runtime_types(self.reach.merged, visit.name)):
            if self.reach.merged.types[runtime].has("inaccessible"):
                continue
            narrowed = self.reach.narrowed(concrete, runtime)
            if narrowed:
                narrowed |= self.reach.narrowed(abstracted, runtime)
                path = (*visit.path, f"... on {runtime}")
                yield replace(visit, name=runtime, starts=frozenset(narrowed), path=path)


def _stop(visit: Visit, field: Field | None, settled: Settled, *, composite: bool = True) -> Stop:
    return Stop(visit.path, visit.name, field, visit.starts, visit.scope, settled, composite)
