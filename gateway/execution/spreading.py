"""Copies of ``_entities`` fields for targets whose contexts have different values.

A plan's document has each group once. A variable has one value for a whole document, so targets
with other values of a context are asked for by a copy of the group's field, under an alias and with
variables of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from graphql import (
    FieldNode,
    NameNode,
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
class _Group:
    """One group: definitions of its own variables, its field, the client's variables it uses."""

    definitions: _Pieces
    field: _Pieces
    uses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Spreading:
    """The document of one fetch in parts: its groups, and definitions of the client's variables.

    ``separator`` is in no client's variable.
    """

    definitions: Mapping[str, str]
    groups: tuple[_Group, ...]
    separator: str

    def document(self, copies: Sequence[int]) -> str:
        """The document with so many copies of each group."""
        defined: list[str] = []
        fields: list[str] = []
        used: set[str] = set()
        for group, count in zip(self.groups, copies, strict=True):
            for suffix in self.suffixes(count):
                defined.append(suffix.join(group.definitions))
                fields.append(suffix.join(group.field))
                used |= group.uses
        defined += (text for name, text in self.definitions.items() if name in used)
        return f"query({','.join(defined)}){{{' '.join(fields)}}}"

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
    groups: list[_Group] = []
    for group in fetch.groups:
        own = [group.variable, *(variable.name for variable in group.contexts)]
        field = fields[group.alias]
        head, *rest = _pieces(source, field, own)
        groups.append(
            _Group(
                _listed([_pieces(source, definitions[name], own) for name in own]),
                (group.alias, f":{head[head.index('_entities(') :]}", *rest),
                frozenset(name.value for name in _variables(field)).intersection(fetch.variables),
            )
        )
    separator = "_"
    while any(separator in name for name in fetch.variables):
        separator += "_"
    texts = {name: _text(source, definitions[name]) for name in fetch.variables}
    return Spreading(texts, tuple(groups), separator)


def _variables(node: Node) -> list[NameNode]:
    """The names of all variables in ``node``, in their order."""
    found: list[NameNode] = []

    class Finding(Visitor):
        def enter_variable(self, variable: VariableNode, *_: Any) -> None:
            found.append(variable.name)

    visit(node, Finding())
    return found


def _pieces(source: str, node: Node, names: Iterable[str]) -> _Pieces:
    """The text of ``node``, cut behind each of the variables ``names``."""
    own = frozenset(names)
    cuts = [_span(name)[1] for name in _variables(node) if name.value in own]
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
