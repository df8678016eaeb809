"""What merging carries from rule to rule: the subgraphs, what is merged so far, what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graphql import GraphQLSchema

from gateway.composition.errors import CompositionError, Hint, name_subgraphs
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import DirectiveDefinition, Kind, LinkUrl, Subgraph, Type


@dataclass
class Overridden:
    """What override does to one field.

    ``used`` and ``unused`` lost it (still using it in federation directives, or not); with a
    label, ``givers`` have it while the label is off and ``takers`` while it is on.
    """

    used: set[int] = field(default_factory=set)
    unused: set[int] = field(default_factory=set)
    givers: dict[int, str] = field(default_factory=dict)
    takers: dict[int, str] = field(default_factory=dict)

    @property
    def labels(self) -> dict[int, str]:
        """The label by subgraph, on either side."""
        return {**self.givers, **self.takers}

    def lost(self, index: int) -> bool:
        """Tell whether a subgraph does not resolve the field any more."""
        return index in self.used or index in self.unused


Sources = Mapping[int, Type]
"""The declarations of one type, by the index of the subgraph."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A specification that the supergraph links for directives it carries."""

    url: LinkUrl
    imports: tuple[tuple[str, str], ...] = ()
    purpose: str | None = None
    alias: str | None = None


@dataclass
class Merging:
    """The working state of one merge. ``types`` is filled rule by rule, ``api`` at the end."""

    subgraphs: tuple[Subgraph, ...]
    types: dict[str, Type] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    implemented: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    composed: dict[str, frozenset[int]] = field(default_factory=dict)
    description: str | None = None
    directives: dict[str, DirectiveDefinition] = field(default_factory=dict)
    features: list[Feature] = field(default_factory=list)
    used_directives: set[str] = field(default_factory=set)
    overrides: dict[tuple[str, str], Overridden] = field(default_factory=dict)
    enum_usage: dict[str, dict[str, str]] = field(default_factory=dict)
    api: GraphQLSchema | None = None
    errors: list[CompositionError] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)

    @cached_property
    def facts(self) -> tuple[SubgraphFacts, ...]:
        """The derived knowledge of each subgraph."""
        return tuple(SubgraphFacts(subgraph) for subgraph in self.subgraphs)

    @cached_property
    def version(self) -> tuple[int, int]:
        """The newest federation version among the subgraphs."""
        return max(subgraph.version for subgraph in self.subgraphs)

    @cached_property
    def sources_by_type(self) -> dict[str, dict[int, Type]]:
        """Every type's declarations."""
        found: dict[str, dict[int, Type]] = {}
        for index, subgraph in enumerate(self.subgraphs):
            for name, declared in subgraph.types.items():
                found.setdefault(name, {})[index] = declared
        return found

    def names(self, indices: Iterable[int]) -> tuple[str, ...]:
        """Return the names of subgraphs by index."""
        return tuple(self.subgraphs[index].name for index in indices)

    def subgraph_names(self, indices: Iterable[int]) -> str:
        """``subgraphs "a" and "b"``."""
        return name_subgraphs(self.names(indices))

    def refuse(
        self,
        code: str,
        message: str,
        coordinate: str,
        subgraphs: Iterable[int] = (),
        hint: str | None = None,
    ) -> None:
        """Note an error."""
        names = self.names(subgraphs)
        self.errors.append(CompositionError(code, message, (coordinate,), names, hint))

    def hint(self, code: str, message: str, coordinate: str) -> None:
        """Note a hint."""
        self.hints.append(Hint(code, message, (coordinate,)))

    def describe(self, by_value: Mapping[str, Iterable[int]]) -> str:
        """``"Int" in subgraph "a" but "String" in subgraph "b"``; the values come quoted."""
        return " but ".join(f"{value} in {self.subgraph_names(i)}" for value, i in by_value.items())


def group(pairs: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """Return the subgraphs that agree on each value, in order of appearance."""
    grouped: dict[str, list[int]] = {}
    for index, value in pairs:
        grouped.setdefault(value, []).append(index)
    return grouped
