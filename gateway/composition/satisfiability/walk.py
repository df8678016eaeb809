"""Walks the supergraph breadth first, so that what cannot be answered is shown by a short query."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.composition.merging.relations import runtime_types
from gateway.composition.model import COMPOSITE, ROOTS, Field, Kind, base_name
from gateway.composition.satisfiability.reach import Reach, Spots
from gateway.composition.satisfiability.scopes import Scope, Scopes
from gateway.composition.satisfiability.spots import Spot

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
    starts: Spots
    scope: Scope = frozenset()
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
    runtimes: tuple[tuple[int, frozenset[str]], ...]


def write_field(field: Field) -> str:
    """Return a field as a query selects it, with what its required arguments could be."""
    given = [
        f"{argument.name}: {_SAMPLES.get(base_name(argument.type), '<any>')}"
        for argument in field.arguments.values()
        if argument.required
    ]
    return f"{field.name}({', '.join(given)})" if given else field.name


Visit = tuple[str, Spots, Scope, Path]
"""A supergraph type, the places that an object of it can be at, what contexts give there, and a
path that leads there."""


@dataclass
class Walk:
    """One walk over the whole supergraph."""

    reach: Reach
    scopes: Scopes
    seen: set[tuple[str, Spots, Scope]] = field(default_factory=set)
    stops: list[Stop] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)

    def run(self) -> None:
        """Visit every (type, set of places) once."""
        merged = self.reach.merged
        queue: deque[Visit] = deque()
        for kind, root in ROOTS.items():
            if root in merged.types:
                graphs = merged.sources_by_type.get(root, {})
                starts = frozenset(Spot(g, root) for g in graphs)
                queue.append((root, starts, frozenset(), (kind,)))
        self._visit_all(queue)

    def _visit_all(self, queue: deque[Visit]) -> None:
        while queue:
            visit = queue.popleft()
            name, *_ = visit
            if visit[:3] in self.seen:
                continue
            self.seen.add(visit[:3])
            is_object = self.reach.merged.kinds[name] is Kind.OBJECT
            queue.extend(self._fields(visit) if is_object else self._runtimes(visit))

    def _one_call(self, visit: Visit) -> Visit:
        """A mutation runs once: one subgraph that shares the field must lead to all it selects."""
        name, starts, scope, path = visit
        best: Walk | None = None
        for graph in sorted({place.graph for place in starts}):
            alone = frozenset(place for place in starts if place.graph == graph)
            trial = Walk(self.reach, self.scopes)
            trial._visit_all(deque([(name, alone, scope, path)]))
            if not trial.stops:
                return name, alone, scope, path
            best = trial if best is None or len(trial.stops) < len(best.stops) else best
        self.stops += best.stops if best else []
        return visit

    def _fields(self, visit: Visit) -> Iterator[Visit]:
        name, starts, scope, path = visit
        merged = self.reach.merged
        scope_below = self.scopes.below(self.reach, name, starts, scope)
        for declared in merged.types[name].fields.values():
            if declared.has("inaccessible"):
                continue
            targets = self._targets(name, starts, scope, declared.name)
            target = merged.types.get(base_name(declared.type))
            composite = target is not None and target.kind in COMPOSITE
            if targets is None:
                self.stops.append(Stop(path, name, declared, starts, scope, composite=composite))
            elif target is not None and composite:
                below = (*path, write_field(declared))
                if target.kind is not Kind.OBJECT:
                    self._compare(below, f"{name}.{declared.name}", str(declared.type), targets)
                onward = target.name, frozenset(targets), scope_below, below
                shared = name == "Mutation" and len({place.graph for place in targets}) > 1
                yield self._one_call(onward) if shared else onward

    def _targets(self, name: str, starts: Spots, scope: Scope, field: str) -> set[Spot] | None:
        """Return where a field leads to, None if nothing gives it."""
        steps = [
            step
            for start in starts
            for place in self.reach.from_place(name, start)
            if not self.scopes.missing(place, field, scope)
            and (step := self.reach.take(name, place, field)) is not None
        ]
        if not steps:
            return None
        return {step.to for step in steps if step.to is not None}

    def _compare(self, path: Path, coordinate: str, ref: str, targets: set[Spot]) -> None:
        """Sharing a field means answering it alike: runtime types must overlap."""
        landscape = self.reach.landscape
        found = {
            place.graph: landscape.runtimes(place)
            for place in targets
            if not landscape.declared(place).is_interface_object
        }
        if len(found) > 1 and not frozenset.intersection(*found.values()):
            self.splits.append(Split(path, coordinate, ref, tuple(sorted(found.items()))))

    def _runtimes(self, visit: Visit) -> Iterator[Visit]:
        name, starts, scope, path = visit
        landscape = self.reach.landscape
        abstracted = {p for p in starts if landscape.declared(p).is_interface_object}
        concrete = set(starts - abstracted)
        for place in abstracted:
            known = {
                other
                for other in self.reach.from_place(name, place)
                if not landscape.declared(other).is_interface_object
            }
            if known:
                concrete |= known
            else:
                self.stops.append(Stop(path, name, None, frozenset({place}), scope))
        for runtime in sorted(runtime_types(self.reach.merged, name)):
            if self.reach.merged.types[runtime].has("inaccessible"):
                continue
            narrowed = self.reach.narrowed(concrete, runtime)
            if narrowed:
                narrowed |= self.reach.narrowed(abstracted, runtime)
                yield runtime, frozenset(narrowed), scope, (*path, f"... on {runtime}")
