"""Finding the values of ``@fromContext`` arguments: fields of objects above.

An argument takes its value from the nearest object above that sets its context (Federation,
``@context``). Where the objects above are of several types, some of which do not set it, the next
one further up serves those (the case ``contexts_above_some``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.planning.fetch_graph import (
    Candidate,
    ContextCandidate,
    ContextCandidates,
    InputCandidates,
    SetterCandidate,
)
from gateway.planning.search.representation_inputs import (
    InputSearch,
    is_divided,
    joined,
    without_parts,
)
from gateway.planning.tree import FieldNode, ObjectNode
from gateway.supergraph.field_set import FieldSet
from gateway.supergraph.model import ContextArgument


@dataclass(frozen=True, slots=True)
class ContextSearch:
    """Finds values for the arguments of one field. ``inputs`` finds selections."""

    inputs: InputSearch

    def find(
        self, field: FieldNode, arguments: Iterable[ContextArgument], max_level: int
    ) -> ContextCandidates | None:
        """Where all ``arguments`` of ``field`` get their values; None when one gets none."""
        contexts: list[ContextCandidate] = []
        costs: list[InputCandidates] = []
        for argument in arguments:
            setters = self._setters(field, argument, max_level)
            if setters is None:
                return None
            contexts.append(ContextCandidate(argument.name, argument.type, setters))
            costs.extend(
                InputCandidates((), setter.level, setter.requests, setter.field_count)
                for setter in setters
            )
        cost = joined(costs)
        return ContextCandidates(
            field, tuple(contexts), cost.level, cost.requests, cost.field_count
        )

    def _setters(
        self, field: FieldNode, argument: ContextArgument, max_level: int
    ) -> tuple[SetterCandidate, ...] | None:
        """The objects that set the context, nearest first, until every object has one."""
        setting = self.inputs.state.index.context_setters(argument.context)
        setters: list[SetterCandidate] = []
        for object_node, types in _above(field):
            if types & setting:
                found = self._setter(
                    object_node, types, types & setting, argument.selection, max_level
                )
                if found is None:
                    return None
                setters.append(found)
            if types <= setting:
                return tuple(setters)
        return None

    def _setter(
        self,
        object_node: ObjectNode,
        types: frozenset[str],
        own: frozenset[str],
        selection: FieldSet,
        max_level: int,
    ) -> SetterCandidate | None:
        """The cheapest way to have ``selection`` of those objects that are of ``own`` types.

        The objects' concrete type must be told where only some of them set the context, or set it
        by different fields.
        """
        questions = self.inputs.questions
        options: list[SetterCandidate] = []
        for base in questions.direct_candidates(object_node, max_level):
            found = self.inputs.find(object_node, own, selection, base, max_level)
            if found is None:
                continue
            costs = [without_parts(found)]
            typename: Candidate | None = None
            if own != types or is_divided(found.parts):
                typename = questions.typename_candidate(base, max_level)
                if typename is None:
                    continue
                costs.append(InputCandidates((), typename.level, typename.requests))
            cost = joined(costs)
            options.append(
                SetterCandidate(
                    object_node, None if own == types else own, found.parts, typename,
                    cost.level, cost.requests, cost.field_count,
                )
            )  # fmt: skip
        return self.inputs.state.cheapest(options)


def _above(field: FieldNode) -> Iterator[tuple[ObjectNode, frozenset[str]]]:
    """The places above the object that has ``field``, with the types that lead to it."""
    up = field.parent.parent
    while up is not None:
        yield up.parent, up.types
        up = up.parent.parent
