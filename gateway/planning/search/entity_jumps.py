"""Entity jumps: how a subgraph is entered from a direct candidate, by key.

A representation carries the key, what the wanted field requires, and the values of its contexts.
Where the base cannot tell the concrete type by which its objects are entered, somebody else has to
be asked for it first (the case ``interface_object/type_told_before_the_path``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.planning.fetch_graph import (
    Candidate,
    ContextCandidates,
    DirectCandidate,
    EntityJump,
    FetchKind,
    InputCandidates,
    JumpInputs,
    OpenNode,
    Request,
)
from gateway.planning.resolution import EntityKey, Resolver
from gateway.planning.search.context_inputs import ContextSearch
from gateway.planning.search.representation_inputs import InputSearch, is_divided
from gateway.planning.search.resolves import is_ambiguous
from gateway.planning.search.state import Questions, SearchState
from gateway.planning.tree import FieldNode
from gateway.supergraph.field_set import FieldSet
from gateway.supergraph.model import FieldInSubgraph


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Why a jump is made: for ``field`` as its resolver declares it."""

    field: FieldNode
    declared: FieldInSubgraph


@dataclass(frozen=True, slots=True)
class JumpFinder:
    """Finds entity jumps; those for a field are remembered until the graph changes."""

    state: SearchState
    questions: Questions

    def jump(
        self, field: FieldNode, resolver: Resolver, base: DirectCandidate, max_level: int
    ) -> EntityJump | None:
        """The cheapest jump from ``base`` that lets ``resolver`` answer ``field``.

        Fields that bring no needs of their own share their jumps: any of them gets in by the key.
        """
        declared = resolver.field
        brings_needs = declared.requires or declared.context_arguments
        key = (
            field.types, resolver.subgraph, resolver.declared_type, base, max_level,
            field if brings_needs else None,
        )  # fmt: skip
        jumps = self.state.memo.jumps
        if key not in jumps:
            self.state.budget.spend()
            jumps[key] = self.state.cheapest(self._jumps_for(field, resolver, base, max_level))
        return jumps[key]

    def typename_candidate(self, base: DirectCandidate, max_level: int) -> Candidate | None:
        """Where the objects of ``base`` tell their concrete type: at itself or by a jump."""
        for candidate in open_candidates(self.state, base):
            if (
                candidate.level <= max_level
                and not candidate.is_interface_object
                and candidate.types is None
            ):
                return candidate
        if base.level >= max_level:
            return None
        index = self.state.index
        return self.state.cheapest(
            jump
            for key in index.entity_keys(base.declared_type)
            if key.declared_type == base.declared_type
            and not index.is_interface_object(key.declared_type, key.subgraph)
            for jump in self._jumps_by(key, base, None, max_level)
        )

    def _jumps_for(
        self, field: FieldNode, resolver: Resolver, base: DirectCandidate, max_level: int
    ) -> Iterator[EntityJump]:
        """All jumps that let ``resolver`` answer ``field``, over all its keys."""
        wanted = _Wanted(field, resolver.field)
        for key, needs_typename in self._keys(field, resolver, base):
            types: frozenset[str] | None = field.types
            typename: Candidate | None = None
            if needs_typename:
                typename = self.typename_candidate(base, max_level - 1)
                if typename is None:
                    continue
            elif base.is_interface_object:
                types = None  # all objects go: which are of the field's types is not known
            yield from self._jumps_by(key, base, types, max_level, typename, wanted)

    def _keys(
        self, field: FieldNode, resolver: Resolver, base: DirectCandidate
    ) -> Iterator[tuple[EntityKey, bool]]:
        """Keys into the resolver's subgraph, and whether the type must be found out first.

        From an interface object all objects go by the interface's own key, if the subgraph has it
        and the field means the same for all types; else each goes by its concrete type.
        """
        index, place = self.state.index, field.parent
        if place.parent is not None and place.type_name in index.roots:
            yield EntityKey(resolver.subgraph, place.type_name, ()), False
            return
        by_type = base.is_interface_object and is_ambiguous(field)
        if base.is_interface_object and not by_type:
            for key in index.entity_keys(base.declared_type):
                if _is(key, resolver.subgraph, base.declared_type):
                    yield key, False
        for key in index.entity_keys(field.representative):
            if _is(key, resolver.subgraph, resolver.declared_type):
                if not base.is_interface_object:
                    yield key, False
                elif by_type or key.declared_type != base.declared_type:
                    yield key, True

    def _jumps_by(
        self,
        key: EntityKey,
        base: DirectCandidate,
        types: frozenset[str] | None,
        max_level: int,
        typename: Candidate | None = None,
        wanted: _Wanted | None = None,
    ) -> Iterator[EntityJump]:
        """Jumps by one key: as early as possible, or with a request that is made anyway.

        ``wanted`` None: for the type name only.
        """
        if not self._is_reachable(key, base.level, max_level):
            return
        inputs = self._inputs(key, base, types, max_level - 1, typename, wanted)
        if inputs is None:
            return
        kind = FetchKind.ENTITY if key.fields else FetchKind.REENTRY
        least = 1 + max(base.level, *(part.level for part in inputs.priced))
        for level in self._levels(key.subgraph, kind, least, max_level):
            jump = self._jump(key, base, types, Request(level, key.subgraph, kind), inputs)
            if self.state.may_open(jump.requests):
                yield jump

    def _inputs(
        self,
        key: EntityKey,
        base: DirectCandidate,
        types: frozenset[str] | None,
        max_level: int,
        typename: Candidate | None,
        wanted: _Wanted | None,
    ) -> JumpInputs | None:
        """What the representations are made of; None if a part of it cannot be had."""
        search = InputSearch(self.state, self.questions, key.subgraph)
        place = base.object_node
        concrete = place.possible if types is None else types
        fields = search.find(place, concrete, key.fields, base, max_level)
        if fields is None:
            return None
        requires: InputCandidates | None = None
        contexts: ContextCandidates | None = None
        if wanted is not None and wanted.declared.requires is not None:
            required: FieldSet = wanted.declared.requires
            requires = search.find(place, concrete, required, base, max_level)
            if requires is None:
                return None
        if wanted is not None and wanted.declared.context_arguments:
            arguments = wanted.declared.context_arguments
            contexts = ContextSearch(search).find(wanted.field, arguments, max_level)
            if contexts is None:
                return None
        parts = (*fields.parts, *(requires.parts if requires is not None else ()))
        if typename is None and base.is_interface_object and is_divided(parts):
            typename = self.typename_candidate(base, max_level)
            if typename is None:
                return None
        return JumpInputs(fields, requires, contexts, typename)

    def _jump(
        self,
        key: EntityKey,
        base: DirectCandidate,
        types: frozenset[str] | None,
        request: Request,
        inputs: JumpInputs,
    ) -> EntityJump:
        """The candidate; it needs what its base and its inputs need, and its own request."""
        parts = inputs.priced
        return EntityJump(
            object_node=base.object_node,
            subgraph=key.subgraph,
            level=request.level,
            declared_type=key.declared_type,
            is_interface_object=self.state.index.is_interface_object(
                key.declared_type, key.subgraph
            ),
            types=types,
            requests=base.requests.union(
                self.state.graph.missing(request), *(part.requests for part in parts)
            ),
            field_count=1 + sum(part.field_count for part in parts),
            base=base,
            entity_key=key,
            kind=request.kind,
            inputs=inputs,
        )

    def _is_reachable(self, key: EntityKey, level: int, max_level: int) -> bool:
        """Whether there may be a request to the key's subgraph between the levels at all."""
        if self.state.most_new != 0:
            return True
        kind = FetchKind.ENTITY if key.fields else FetchKind.REENTRY
        joined = self.state.graph.level_to_join(key.subgraph, kind, level + 1)
        return joined is not None and joined <= max_level

    def _levels(self, subgraph: str, kind: FetchKind, least: int, max_level: int) -> Iterator[int]:
        """As early as possible, or later with a request that is made anyway."""
        if least <= max_level and Request(least, subgraph, kind) not in self.state.graph.banned:
            yield least
        joined = self.state.graph.level_to_join(subgraph, kind, least)
        if joined is not None and least < joined <= max_level:
            yield joined


def open_candidates(state: SearchState, base: DirectCandidate) -> Iterator[Candidate]:
    """A direct candidate and, if it is open, what has been entered from it.

    What a node carries beside its key may not be fetched under another condition than the node was
    opened for: see the case ``requires/condition_on_one_of_two``.
    """
    yield base
    if isinstance(base, OpenNode):
        for node in state.graph.nodes_at(base.object_node):
            if node.entered_from is base.node and (
                not (node.requirements or node.contexts) or node.opened_for == state.when
            ):
                yield state.graph.candidate(node)


def _is(key: EntityKey, subgraph: str, declared_type: str) -> bool:
    return key.subgraph == subgraph and key.declared_type == declared_type
