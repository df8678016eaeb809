"""Finding the values of ``@fromContext`` arguments: fields of objects above.

An argument takes its value from the nearest object above that sets its context (Federation,
``@context``). Where the objects above are of several types, some of which do not set it, the next
one further up serves those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.planning.inputs import InputSearch, is_divided, joined, without_parts
from gateway.planning.places import Contexts, ContextSetter, ContextValue, FetchPlace, Inputs
from gateway.planning.positions import Position, Slot
from gateway.supergraph.field_set import FieldSet
from gateway.supergraph.model import ContextArgument


@dataclass(frozen=True, slots=True)
class ContextSearch:
    """Finds values for the arguments of one field. ``inputs`` finds selections."""

    inputs: InputSearch

    def find(self, slot: Slot, arguments: Iterable[ContextArgument], hops: int) -> Contexts | None:
        """Where all ``arguments`` of ``slot`` get their values; None when one gets none."""
        values: list[ContextValue] = []
        costs: list[Inputs] = []
        for argument in arguments:
            found = self._value(slot, argument, hops)
            if found is None:
                return None
            setters, cost = found
            values.append(ContextValue(argument.name, argument.type, setters))
            costs.append(cost)
        cost = joined(costs)
        return Contexts(slot, tuple(values), cost.level, cost.footprint, cost.fields)

    def _value(
        self, slot: Slot, argument: ContextArgument, hops: int
    ) -> tuple[tuple[ContextSetter, ...], Inputs] | None:
        """The objects that set the context, nearest first, until every object has one."""
        setting = self.inputs.search.facts.setters(argument.context)
        setters: list[ContextSetter] = []
        costs: list[Inputs] = []
        for position, types in _above(slot):
            if types & setting:
                found = self._setter(position, types, types & setting, argument.selection, hops)
                if found is None:
                    return None
                setters.append(found[0])
                costs.append(found[1])
            if types <= setting:
                return tuple(setters), joined(costs)
        return None

    def _setter(
        self,
        position: Position,
        types: frozenset[str],
        own: frozenset[str],
        selection: FieldSet,
        hops: int,
    ) -> tuple[ContextSetter, Inputs] | None:
        """The cheapest way to have ``selection`` of those objects that are of ``own`` types."""
        options: list[tuple[ContextSetter, Inputs]] = []
        for arrival in self.inputs.search.arrivals(position, hops):
            found = self.inputs.find(position, own, selection, arrival, hops)
            if found is None:
                continue
            costs = [without_parts(found)]
            typename: FetchPlace | None = None
            if own != types or is_divided(found.parts):
                typename = self.inputs.search.entering.typename_place(arrival, hops)
                if typename is None:
                    continue
                costs.append(Inputs((), typename.level, typename.footprint))
            setter = ContextSetter(position, None if own == types else own, found.parts, typename)
            options.append((setter, joined(costs)))
        cost = self.inputs.search.graph.cost
        return min(options, key=lambda option: cost((option[1],)), default=None)


def _above(slot: Slot) -> Iterator[tuple[Position, frozenset[str]]]:
    """The positions above the object that has ``slot``, with the types that lead to it."""
    up = slot.parent.slot
    while up is not None:
        yield up.parent, up.types
        up = up.parent.slot
