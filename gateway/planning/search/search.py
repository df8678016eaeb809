"""The search: for fields of the selection tree, the cheapest candidates that answer them.

It answers one question after the other and changes nothing: ``solve`` picks, the builder opens.

**The terms.** A *field* stands at an *object node*, a place of objects in the answer. A *candidate*
could load the objects of a place from one subgraph:

- a *direct candidate* gets them from above: the root of a subgraph, or a field that a candidate of
  the place above selects. It is already an open node, or could become one;
- an *entity jump* starts at a direct candidate, its *base*, and asks another subgraph for the same
  objects, by a key. Its *inputs* (the key, what the field ``@requires``, the values of contexts)
  are fields at the same place, found by the same search.

A base and the jumps from it belong together: the subgraph that returns an object knows its type, so
the types of one field are never divided between subgraphs that each return the object.

**The states.** Down the tree, and sideways by keys::

    Query   ── a direct candidate for each subgraph with a root
      │ books                    a candidate that resolves ``books`` selects it
      ▼
    Book    ── direct: books ──jump by isbn──▶ stock      inputs: isbn, weight
      │                     ╰──jump by isbn──▶ reviews    inputs: isbn
      │ reviews                                   │       ``reviews`` is selected there
      ▼                                           ▼
    Review  ── direct: below the candidate in reviews

**A field that two subgraphs can answer.** ``combination`` looks at every direct candidate of the
field's place. If the base resolves the field, or an open node entered from it does, it is selected
there: that costs one field and no request. Else each subgraph that resolves the field is entered
by each of its keys. The cheapest wins, by the cost that it adds to the graph as it is (``Cost``):
the longest chain of fetches, the longest chain that every answer waits for, new requests, how much
else a new request could answer, fields. Of equals the first in the supergraph's order wins. What
this greedy choice cannot see, ``solve.drop_requests`` mends.

**Bounds.** ``max_level`` bounds the level of whatever is looked at: a jump at level 3 has its
inputs at level 2 or 1, so every recursion ends. It is raised only until an answer is found. Each
list of direct candidates, jump and node of the tree costs the budget a state. What was found is
remembered until the graph gets another request or node to be entered: then costs are others.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from gateway.planning.fetch_graph import (
    NO_REQUESTS,
    Candidate,
    DirectCandidate,
    EntityJump,
    Request,
)
from gateway.planning.resolution import Resolver
from gateway.planning.search.direct_candidates import DirectFinder
from gateway.planning.search.entity_jumps import JumpFinder, open_candidates
from gateway.planning.search.lookahead import NOTHING_AHEAD, Ahead
from gateway.planning.search.resolves import (
    mix_interface_objects,
    overwrite_each_other,
    resolves,
)
from gateway.planning.search.state import SearchState
from gateway.planning.tree import FieldNode, ObjectNode

Combination = tuple[Candidate, ...]
"""One candidate per field node of a client's field."""


class FieldSearch:
    """The search over one fetch graph; see the head of this file."""

    def __init__(self, state: SearchState) -> None:
        self.state = state
        self.direct = DirectFinder(state, self)
        self.jumps = JumpFinder(state, self)

    def combination(self, fields: Sequence[FieldNode], max_level: int) -> Combination | None:
        """The cheapest candidates for one client field, with one base for all its types."""
        ahead = self.state.lookahead.of_fields(fields)
        found = [
            combination
            for base in self.direct.candidates_for(fields[0], max_level, ahead)
            for combination in self._combinations(fields, base, max_level)
        ]
        return min(found, key=self.state.cost) if len(found) > 1 else next(iter(found), None)

    def open_combination(self, fields: Sequence[FieldNode]) -> Combination | None:
        """Candidates in fetches that are made anyway, open or one step below an open node.

        Nothing is cheaper, so nothing else is looked at where they answer all ``fields``.
        """
        for base in self.direct.at_hand(fields[0].parent):
            found = [each for field in fields for each in self._open_candidate(field, base)]
            if len(found) == len(fields) and not overwrite_each_other(base, found):
                return tuple(found)
        return None

    def _open_candidate(self, field: FieldNode, base: DirectCandidate) -> Iterable[Candidate]:
        """The first of a base and the nodes entered from it that resolves ``field``; or none."""
        for candidate in open_candidates(self.state, base):
            if resolves(self.state.index, candidate, field):
                return (candidate,)
        return ()

    def _combinations(
        self, fields: Sequence[FieldNode], base: DirectCandidate, max_level: int
    ) -> Iterator[Combination]:
        """Types together, below an interface object that does for all of them, or each apart."""
        if base.is_interface_object:
            yield from self._together(fields, base, max_level)
        apart = self._apart(fields, base, max_level)
        if apart is not None and not mix_interface_objects(base, apart):
            yield apart

    def _apart(
        self, fields: Sequence[FieldNode], base: DirectCandidate, max_level: int
    ) -> Combination | None:
        """The best candidate for each field, given those of the fields before."""
        found: list[Candidate] = []
        assumed = NO_REQUESTS
        for field in fields:
            candidate = self._cheapest(field, base, max_level, assumed=assumed)
            if candidate is None:
                return None
            found.append(candidate)
            assumed |= candidate.requests
        return tuple(found)

    def _together(
        self, fields: Sequence[FieldNode], base: DirectCandidate, max_level: int
    ) -> Iterator[Combination]:
        """One interface object for all types at once: their concrete type need not be known.

        See the case ``interface_object/no_type_needed``.
        """
        for resolver in self.state.index.resolvers(fields[0].representative, fields[0].name):
            if resolver.declared_type == fields[0].representative:
                continue
            found = [
                candidate
                for field in fields
                if (candidate := self._cheapest(field, base, max_level, only=resolver)) is not None
            ]
            if len(found) == len(fields) and all(each.is_interface_object for each in found):
                yield tuple(found)

    def candidate(
        self, field: FieldNode, base: DirectCandidate, max_level: int
    ) -> Candidate | None:
        """The cheapest among ``base`` and the jumps from it that answers ``field``."""
        return self._cheapest(field, base, max_level)

    def _cheapest(
        self,
        field: FieldNode,
        base: DirectCandidate,
        max_level: int,
        *,
        only: Resolver | None = None,
        assumed: frozenset[Request] = NO_REQUESTS,
    ) -> Candidate | None:
        """The same, of the resolver ``only``, if given, and with ``assumed`` requests open."""
        for candidate in open_candidates(self.state, base):
            if (
                candidate.level <= max_level
                and _is_by(only, candidate.subgraph, candidate.declared_type)
                and resolves(self.state.index, candidate, field)
            ):
                return candidate
        return self.state.cheapest(self._jumps(field, base, max_level, only), assumed)

    def candidates(
        self,
        field: FieldNode,
        max_level: int,
        base: DirectCandidate | None = None,
        ahead: Ahead = NOTHING_AHEAD,
    ) -> list[Candidate]:
        """All candidates that answer ``field``, the cheapest for each subgraph.

        A jump into a subgraph that answers from where it stands already would bring nothing.
        """
        options: dict[object, list[Candidate]] = {}
        bases: Iterable[DirectCandidate] = (base,) if base is not None else ()
        if base is None:
            above = self.state.lookahead.above(field, ahead)
            bases = self.direct.candidates_for(field, max_level, above)
        for each in bases:
            found: list[Candidate] = [
                candidate
                for candidate in open_candidates(self.state, each)
                if candidate.level + ahead.of(candidate.subgraph) <= max_level
                and resolves(self.state.index, candidate, field)
            ]
            here = {candidate.subgraph for candidate in found}
            found.extend(self._jumps(field, each, max_level, ahead=ahead, here=here))
            for candidate in found:
                key = (candidate.subgraph, candidate.declared_type, candidate.provided)
                options.setdefault(key, []).append(candidate)
        return [self.state.best(each) for each in options.values()]

    def _jumps(
        self,
        field: FieldNode,
        base: DirectCandidate,
        max_level: int,
        only: Resolver | None = None,
        ahead: Ahead = NOTHING_AHEAD,
        here: Container[str] = (),
    ) -> Iterator[EntityJump]:
        """A jump from ``base`` for each resolver of ``field`` (or ``only`` one) that has one.

        Those subgraphs are left out that answer the field ``here``, unless it requires something.
        """
        if base.level >= max_level:
            return
        least = self.state.lookahead.of_field(field, base.subgraph)
        for resolver in self.state.index.resolvers(field.representative, field.name):
            most = max_level - ahead.of(resolver.subgraph)
            if base.level + max(1, least.get(resolver.subgraph, most)) > most:
                continue
            if resolver.subgraph in here and resolver.field.requires is None:
                continue
            if _is_by(only, resolver.subgraph, resolver.declared_type):
                jump = self.jumps.jump(field, resolver, base, most)
                if jump is not None:
                    yield jump

    def typename_candidate(self, base: DirectCandidate, max_level: int) -> Candidate | None:
        """Where the objects of ``base`` tell their concrete type."""
        return self.jumps.typename_candidate(base, max_level)

    def least_level(self, object_node: ObjectNode, fields: Sequence[FieldNode]) -> int:
        """A level below which nothing answers ``fields`` (if none: loads the objects)."""
        return self.state.lookahead.least_level(object_node, fields)

    def direct_candidates(
        self,
        object_node: ObjectNode,
        max_level: int,
        base: DirectCandidate | None = None,
        ahead: Ahead = NOTHING_AHEAD,
    ) -> Sequence[DirectCandidate]:
        """From where the objects can be loaded, from above (below ``base``, if given)."""
        return self.direct.candidates(object_node, max_level, base, ahead)


def _is_by(only: Resolver | None, subgraph: str, declared_type: str) -> bool:
    return only is None or (only.subgraph, only.declared_type) == (subgraph, declared_type)
