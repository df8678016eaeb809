"""How large an operation is with its fragments expanded, and the limits on that.

Fragments are measured once each, whatever spreads them: a chain of fragments that each spread the
next twice measures 2^n fields in n steps. A cycle counts as nothing here; validation names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from gateway.operation.errors import TooComplex


@dataclass(frozen=True, slots=True)
class DemandControl:
    """How demand is counted, by ``demand.py``. ``max``: more is refused; None: only measured.

    ``list_size`` is assumed where no ``@listSize`` tells; a slicing argument counts as at most
    ``slice``.
    """

    max: int | None = None
    list_size: int = 10
    slice: int = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one HTTP request may ask for.

    ``cost`` is counted by ``cost.py``; without ``demand``, that is not counted. ``values``: in the
    lists and objects of one operation's variables.
    """

    tokens: int
    depth: int
    aliases: int
    root_fields: int
    fields: int
    cost: int
    list_size: int
    slice: int
    slicing_arguments: frozenset[str]
    values: int = 20_000
    demand: DemandControl | None = None


class Measure(msgspec.Struct, frozen=True):
    """The size of an operation: levels of fields, and counts after expansion of fragments."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    root_fields: int = 0

    def __add__(self, other: Measure) -> Measure:
        """Two operations side by side."""
        return Measure(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.root_fields + other.root_fields,
        )

    def check(self, limits: Limits) -> None:
        """Raise TooComplex for the first limit that is passed."""
        if (
            self.depth <= limits.depth
            and self.fields <= limits.fields
            and self.aliases <= limits.aliases
            and self.root_fields <= limits.root_fields
        ):
            return
        for name, value, limit in (
            ("depth", self.depth, limits.depth),
            ("number of fields", self.fields, limits.fields),
            ("number of aliases", self.aliases, limits.aliases),
            ("number of root fields", self.root_fields, limits.root_fields),
        ):
            if value > limit:
                raise TooComplex(f"The operation's {name} is over the limit of {limit}.")


NOTHING = Measure()


def measure_operation(document: DocumentNode, operation: OperationDefinitionNode) -> Measure:
    """Measure one operation of a document, which need not be valid yet."""
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    return _Measuring(fragments).selection_set(operation.selection_set)


class _Measuring:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.known: dict[str, Measure] = {}

    def selection_set(self, node: SelectionSetNode) -> Measure:
        depth = fields = aliases = root_fields = 0
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                root_fields += 1
                fields += 1
                aliases += selection.alias is not None
                level = 1
                if selection.selection_set is not None:
                    inner = self.selection_set(selection.selection_set)
                    fields += inner.fields
                    aliases += inner.aliases
                    level += inner.depth
                depth = max(depth, level)
            else:
                inner = self.spread(selection)
                depth = max(depth, inner.depth)
                fields += inner.fields
                aliases += inner.aliases
                root_fields += inner.root_fields
        return Measure(depth, fields, aliases, root_fields)

    def spread(self, node: SelectionNode) -> Measure:
        if isinstance(node, InlineFragmentNode):
            return self.selection_set(node.selection_set)
        return self.fragment(node.name.value) if isinstance(node, FragmentSpreadNode) else NOTHING

    def fragment(self, name: str) -> Measure:
        if name not in self.known:
            definition = self.fragments.get(name)
            self.known[name] = NOTHING  # while it is being measured: a cycle ends here
            if definition is not None:
                self.known[name] = self.selection_set(definition.selection_set)
        return self.known[name]
