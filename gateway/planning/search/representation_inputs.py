"""Finding the fields of a representation: keys and requirements are selections like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from gateway.planning.fetch_graph import (
    NO_REQUESTS,
    Candidate,
    ChildCandidate,
    DirectCandidate,
    InputCandidate,
    InputCandidateOnTypes,
    InputCandidatePart,
    InputCandidates,
    OpenNode,
)
from gateway.planning.search.resolves import resolves_for_all
from gateway.planning.search.state import Questions, SearchState
from gateway.planning.tree import FieldNode, ObjectNode
from gateway.supergraph.field_set import FieldSelection, FieldSet, FragmentSelection

Fits = Callable[[Candidate, FieldNode], bool]


@dataclass(frozen=True, slots=True)
class InputSearch:
    """Finds field sets for representations that are sent to the subgraph ``target``."""

    state: SearchState
    questions: Questions
    target: str

    def find(
        self,
        object_node: ObjectNode,
        types: frozenset[str],
        wanted: FieldSet,
        base: DirectCandidate,
        max_level: int,
    ) -> InputCandidates | None:
        """Candidates for every field of ``wanted``, all from ``base``; None when one has none."""
        if base.level > max_level:
            return None
        found: list[InputCandidates] = []
        for selection in wanted:
            part = (
                self._fragment(object_node, types, selection, base, max_level)
                if isinstance(selection, FragmentSelection)
                else self._field(object_node, types, selection, base, max_level)
            )
            if part is None:
                return None
            found.append(part)
        return joined(found)

    def _fragment(
        self,
        object_node: ObjectNode,
        types: frozenset[str],
        fragment: FragmentSelection,
        base: DirectCandidate,
        max_level: int,
    ) -> InputCandidates | None:
        """What ``fragment`` selects, for those of ``types`` that it is on."""
        narrowed = types & self.state.index.possible(fragment.type_condition)
        if not narrowed:
            return InputCandidates(())
        inner = self.find(object_node, narrowed, fragment.selections, base, max_level)
        return inner if inner is None or narrowed == types else _on_types(narrowed, inner)

    def _field(
        self,
        object_node: ObjectNode,
        types: frozenset[str],
        wanted: FieldSelection,
        base: DirectCandidate,
        max_level: int,
    ) -> InputCandidates | None:
        """One field of a key or requirement, for all ``types``, which may get it differently.

        Below an interface object one candidate has to do for all types, or each group of them has
        one of its own and the concrete type must be told: see ``interface_object_requires_by_type``
        for the one, ``interface_object/requires.case`` for the other.
        """
        if wanted.name == "__typename":
            return InputCandidates(())  # every nested object of an abstract type carries it anyway
        if base.is_interface_object and not self.state.index.have_field(types, wanted.name):
            return None
        groups = self.state.tree.group_equivalent(object_node, types, wanted.name)
        if not base.is_interface_object or len(groups) == 1:
            return self._on_groups(object_node, groups, wanted, base, max_level)
        for_all = partial(resolves_for_all, self.state.index)
        options = (
            self._on_groups(object_node, [types], wanted, base, max_level, for_all),
            self._on_groups(object_node, groups, wanted, base, max_level, _knows_types),
        )
        return self.state.cheapest(option for option in options if option is not None)

    def _on_groups(
        self,
        object_node: ObjectNode,
        groups: list[frozenset[str]],
        wanted: FieldSelection,
        base: DirectCandidate,
        max_level: int,
        fits: Fits | None = None,
    ) -> InputCandidates | None:
        """Candidates, among those that ``fits``, for a field of each group of types."""
        found: list[InputCandidates] = []
        for group in groups:
            field = self.state.tree.internal_field(
                object_node, group, wanted.name, wanted.arguments
            )
            part = (
                self._leaf(field, base, max_level, fits)
                if field.child is None
                else self._object(field, field.child, wanted.selections, base, max_level, fits)
            )
            if part is None:
                return None
            found.append(part if len(groups) == 1 else _on_types(group, part))
        return joined(found)

    def _leaf(
        self, field: FieldNode, base: DirectCandidate, max_level: int, fits: Fits | None
    ) -> InputCandidates | None:
        if fits is None:
            found = self.questions.candidate(field, base, max_level)
            return None if found is None else _leaf_at(found, field)
        candidates = self.questions.candidates(field, max_level, base)
        return self.state.cheapest(
            _leaf_at(candidate, field) for candidate in candidates if fits(candidate, field)
        )

    def _object(
        self,
        field: FieldNode,
        child: ObjectNode,
        wanted: FieldSet,
        base: DirectCandidate,
        max_level: int,
        fits: Fits | None,
    ) -> InputCandidates | None:
        """The cheapest way to have an object's fields, all from one candidate below ``base``."""
        options: list[InputCandidates] = []
        ahead = self.state.lookahead.of_selection(child, wanted)
        for below in self.questions.direct_candidates(child, max_level, base, ahead):
            if fits is not None and not all(fits(each, field) for each in self._selecting(below)):
                continue
            option = self._below(field, child, wanted, below, max_level)
            if option is not None:
                options.append(option)
        return self.state.cheapest(options)

    def _selecting(self, below: DirectCandidate) -> list[Candidate]:
        """The candidate that selects the field under which ``below`` loads objects (no root)."""
        match below:
            case ChildCandidate():
                return [below.base]
            case OpenNode() if below.node.parent is not None:
                return [self.state.graph.candidate(below.node.parent)]
            case _:
                return []

    def _below(
        self,
        field: FieldNode,
        child: ObjectNode,
        wanted: FieldSet,
        below: DirectCandidate,
        max_level: int,
    ) -> InputCandidates | None:
        """An object of a representation, with its type name where the target has to be told it."""
        found = self.find(child, child.possible, wanted, below, max_level)
        if found is None:
            return None
        typename: Candidate | None = None
        costs = [without_parts(found)]
        if self._is_abstract_there(child) or is_divided(found.parts):
            typename = self.questions.typename_candidate(below, max_level)
            if typename is None:
                return None
            costs.append(InputCandidates((), typename.level, typename.requests))
        part = InputCandidate(field.name, field, below, found.parts, typename)
        return joined([_selected(part, below), *costs])

    def _is_abstract_there(self, object_node: ObjectNode) -> bool:
        """Whether the target has to be told the concrete type of the object."""
        return object_node.is_abstract and not self.state.index.is_interface_object(
            object_node.type_name, self.target
        )


def _leaf_at(candidate: Candidate, field: FieldNode) -> InputCandidates:
    return _selected(InputCandidate(field.name, field, candidate), candidate)


def _selected(part: InputCandidate, at: Candidate) -> InputCandidates:
    return InputCandidates((part,), at.level, at.requests, at.field_count + 1)


def _knows_types(candidate: Candidate, _field: FieldNode) -> bool:
    """An interface object answers for all types, so it would overwrite what others say of some."""
    return not candidate.is_interface_object


def _on_types(types: frozenset[str], inputs: InputCandidates) -> InputCandidates:
    parts = (InputCandidateOnTypes(types, inputs.parts),) if inputs.parts else ()
    return InputCandidates(parts, inputs.level, inputs.requests, inputs.field_count)


def without_parts(inputs: InputCandidates) -> InputCandidates:
    """What ``inputs`` cost, without themselves."""
    return InputCandidates((), inputs.level, inputs.requests, inputs.field_count)


def is_divided(parts: Iterable[InputCandidatePart]) -> bool:
    """Whether only objects of some types have some of ``parts``."""
    return any(isinstance(part, InputCandidateOnTypes) for part in parts)


def joined(found: Iterable[InputCandidates]) -> InputCandidates:
    """Several inputs as one, which costs what all of them do."""
    found = tuple(found)
    if len(found) == 1:
        return found[0]
    return InputCandidates(
        tuple(part for inputs in found for part in inputs.parts),
        max((inputs.level for inputs in found), default=0),
        NO_REQUESTS.union(*(inputs.requests for inputs in found)),
        sum(inputs.field_count for inputs in found),
    )
