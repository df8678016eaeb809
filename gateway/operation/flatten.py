"""Selection sets → a flat list of the fields in them, fragments resolved (specification, 6.3.2).

    { id ... on Book { title } ...Card @include(if: $a) }    fragment Card on Media { id }

becomes, on an interface Media of Book and Film:

    id     on Book | Film
    title  on Book
    id     on Book | Film    when $a
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from gateway.operation.condition import TRUE, Conjunction
from gateway.operation.schema_types import SchemaTypes
from gateway.operation.skip_include import conjoin, directive_facts


class Source(msgspec.Struct, frozen=True):
    """A selection set to flatten.

    ``held`` goes into the condition of every field in it; ``known`` are facts that are true
    wherever it is read, because a field above carries them.
    """

    node: SelectionSetNode
    held: Conjunction = TRUE
    known: Conjunction = TRUE


class CollectedField(msgspec.Struct, frozen=True):
    """A field node as it applies to the concrete types ``on``, under ``condition``."""

    node: FieldNode
    on: frozenset[str]
    condition: Conjunction
    known: Conjunction


@dataclass(slots=True)
class Flattening:
    """Flattens the sources of one normalised selection set; ``collected`` are in their order."""

    types: SchemaTypes
    fragments: dict[str, FragmentDefinitionNode]
    collected: list[CollectedField] = field(default_factory=list)
    _spread: dict[str, list[tuple[frozenset[str], Conjunction]]] = field(default_factory=dict)

    def add(
        self,
        source: Source,
        node: SelectionSetNode,
        on: frozenset[str],
        held: Conjunction | None = None,
    ) -> None:
        """Append the fields of ``node``, which is in ``source``, for the types ``on``.

        ``held``: the facts on the way to ``node``, where they are more than those of ``source``.
        """
        held = source.held if held is None else held
        for selection in node.selections:
            facts = directive_facts(selection.directives) if selection.directives else TRUE
            condition = None if facts is None else conjoin(held, facts, source.known)
            if condition is None:
                continue
            if isinstance(selection, FieldNode):
                self.collected.append(CollectedField(selection, on, condition, source.known))
            elif isinstance(selection, InlineFragmentNode):
                narrowed = self._narrow(on, selection)
                if narrowed:
                    self.add(source, selection.selection_set, narrowed, condition)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                narrowed = self._narrow(on, fragment)
                if narrowed and self._is_news(selection.name.value, narrowed, condition):
                    self.add(source, fragment.selection_set, narrowed, condition)

    def _narrow(
        self, on: frozenset[str], fragment: InlineFragmentNode | FragmentDefinitionNode
    ) -> frozenset[str]:
        """Return those of the types ``on`` that a fragment applies to."""
        condition = fragment.type_condition
        return on & self.types.possible[condition.name.value] if condition else on

    def _is_news(self, name: str, on: frozenset[str], condition: Conjunction) -> bool:
        """Tell whether a fragment was not yet spread here for these types under a weaker condition.

        Without this a chain of fragments that each spread the next twice doubles at every level.
        """
        seen = self._spread.setdefault(name, [])
        if any(on <= other and weaker <= condition for other, weaker in seen):
            return False
        seen.append((on, condition))
        return True
