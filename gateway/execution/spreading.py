"""Copies of ``_entities`` fields for targets whose contexts have different values.

A plan's document has each group once. A variable has one value for a whole document, so targets
with other values of a context are asked for by a copy of the group's field, under an alias and with
variables of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from graphql import (
    FieldNode,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    visit,
)

from gateway.planning.plan import EntityFetch, EntityGroup

_Pieces = tuple[str, ...]
"""A text in pieces: each but the last ends with a name that a copy puts its suffix behind."""


@dataclass(frozen=True, slots=True)
class Spreading:
    """The document of one fetch in parts: its client's variables, its groups.

    ``groups`` are (definitions of variables, field); ``separator`` is in no client's variable.
    """

    definitions: tuple[str, ...]
    groups: tuple[tuple[_Pieces, _Pieces], ...]
    separator: str

    def document(self, copies: Sequence[int]) -> str:
        """The document with so many copies of each group."""
        parts = [
            (suffix.join(definitions), suffix.join(field))
            for (definitions, field), count in zip(self.groups, copies, strict=True)
            for suffix in self.suffixes(count)
        ]
        defined = ",".join((*(own for own, _ in parts), *self.definitions))
        return f"query({defined}){{{' '.join(field for _, field in parts)}}}"

    def copies(self, group: EntityGroup, count: int) -> Iterator[EntityGroup]:
        """The group as it is in each copy."""
        for suffix in self.suffixes(count):
            yield replace(
                group,
                alias=f"{group.alias}{suffix}",
                variable=f"{group.variable}{suffix}",
                contexts=tuple(replace(v, name=f"{v.name}{suffix}") for v in group.contexts),
            )

    def suffixes(self, count: int) -> list[str]:
        """What the names of copies end with: of one alone with nothing."""
        return [""] if count == 1 else [f"{self.separator}{number}" for number in range(count)]


def compile_spreading(fetch: EntityFetch) -> Spreading | None:
    """Return how the document of ``fetch`` is spread, None where no group has contexts."""
    if not any(group.contexts for group in fetch.groups):
        return None
    [operation] = parse(fetch.document).definitions
    if not isinstance(operation, OperationDefinitionNode):
        raise TypeError("an entity fetch is one operation")
    source = fetch.document
    definitions = {d.variable.name.value: d for d in operation.variable_definitions or ()}
    fields = {
        (field.alias or field.name).value: field
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode)
    }
    groups: list[tuple[_Pieces, _Pieces]] = []
    for group in fetch.groups:
        own = [group.variable, *(variable.name for variable in group.contexts)]
        defined = [_pieces(source, definitions[name], own) for name in own]
        field = fields[group.alias]
        head, *rest = _pieces(source, field, own)
        plain = head[head.index("_entities(") :]
        groups.append((_listed(defined), (group.alias, f":{plain}", *rest)))
    separator = "_"
    while any(separator in name for name in fetch.variables):
        separator += "_"
    texts = tuple(_text(source, definitions[name]) for name in fetch.variables)
    return Spreading(texts, tuple(groups), separator)


def _pieces(source: str, node: Node, names: Iterable[str]) -> _Pieces:
    """The text of ``node``, cut behind each of the variables ``names``."""
    own = frozenset(names)
    cuts: list[int] = []

    class Cutting(Visitor):
        def enter_variable(self, variable: VariableNode, *_: Any) -> None:
            if variable.name.value in own and variable.loc is not None:
                cuts.append(variable.loc.end)

    visit(node, Cutting())
    start, end = _span(node)
    bounds = [start, *cuts, end]
    return tuple(source[a:b] for a, b in pairwise(bounds))


def _listed(texts: Sequence[_Pieces]) -> _Pieces:
    """Texts in pieces, joined by commas."""
    joined = list(texts[0])
    for first, *rest in texts[1:]:
        joined[-1] += f",{first}"
        joined += rest
    return tuple(joined)


def _text(source: str, node: Node) -> str:
    start, end = _span(node)
    return source[start:end]


def _span(node: Node) -> tuple[int, int]:
    if node.loc is None:
        raise TypeError("parsed with locations")
    return node.loc.start, node.loc.end
