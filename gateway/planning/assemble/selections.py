"""Nodes → the selection that their fetch sends, in the terms of its subgraph.

Nodes know fields by sets of concrete types. A subgraph is asked with fragments on its own types;
what all types that it can return here share is asked on the interface itself, where the interface
has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from gateway.operation.condition import NEVER
from gateway.operation.model import Argument, Directive, SelectionSet
from gateway.planning.assemble.rendered import (
    Fragment,
    Rendered,
    RenderedField,
    typename_field,
)
from gateway.planning.fetch_graph import FetchNode
from gateway.planning.resolution import ResolutionIndex
from gateway.planning.solve import NeededWhen
from gateway.planning.tree import FieldNode

_Selected = list[tuple[FetchNode, FieldNode]]
_Meaning = tuple[str, str, tuple[Argument, ...], tuple[Directive, ...]]
_PerType = dict[str, tuple[RenderedField, ...]]


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders selections for one plan."""

    index: ResolutionIndex
    needed: NeededWhen
    typename_key: str
    echoes_typenames: bool = False
    """Ask __typename where the client does though the type is known: the bytes may pass through."""
    _known: dict[tuple[str, tuple[FetchNode, ...]], Rendered] = field(default_factory=dict)
    _equal: dict[Rendered, Rendered] = field(default_factory=dict)
    """One for all that are equal: then comparing what has them inside takes no time."""

    def entity(self, node: FetchNode) -> Rendered:
        """What is asked of the entities of an entered node, inside ``_entities``."""
        if node.is_interface_object or node.types is None:
            inner = self.selection([node], node.declared_type)
            types = self.index.possible(node.declared_type, node.subgraph)
            return Rendered((), (Fragment(node.declared_type, types, inner),))
        per_type = self._per_type(self._asked([node]), node.types)
        own = (typename_field(self.typename_key),) if node.wants_typename else ()
        fragments = self._fragments(node.subgraph, per_type)
        return Rendered(own, fragments) if own or fragments else self._presence()

    def selection(self, nodes: Sequence[FetchNode], declared_type: str) -> Rendered:
        """What is asked of objects that the subgraph declares as this type; rendered once."""
        key = (declared_type, tuple(nodes))
        if key not in self._known:
            rendered = self._selection(nodes, declared_type)
            self._known[key] = self._equal.setdefault(rendered, rendered)
        return self._known[key]

    def _selection(self, nodes: Sequence[FetchNode], declared_type: str) -> Rendered:
        """Fields of an object type; of an interface those that all types share, then fragments."""
        subgraph = nodes[0].subgraph
        asked = self._asked(nodes)
        if not self.index.is_abstract(declared_type) or self.index.is_interface_object(
            declared_type, subgraph
        ):
            rendered = Rendered(self._with_typename(nodes, self._fields(asked, declared_type)))
        else:
            here = self.index.possible(declared_type, subgraph)
            per_type = self._per_type(asked, here)
            shared = self._shared(declared_type, subgraph, per_type, here)
            keys = {each.key for each in shared}
            rest = {
                type_name: tuple(f for f in fields if f.key not in keys)
                for type_name, fields in per_type.items()
            }
            rendered = Rendered(self._with_typename(nodes, shared), self._fragments(subgraph, rest))
        return rendered if rendered.fields or rendered.fragments else self._presence()

    def _with_typename(
        self, nodes: Sequence[FetchNode], fields: tuple[RenderedField, ...]
    ) -> tuple[RenderedField, ...]:
        """``fields`` with ``__typename`` where it is needed: where the client has it, or first."""
        after = _key_before_typename(nodes[0].object_node.selection)
        echoed = self.echoes_typenames and after is not None
        if not echoed and not any(node.wants_typename for node in nodes):
            return fields
        keys = [field.key for field in fields]
        place = keys.index(after) + 1 if after in keys else 0
        return (*fields[:place], typename_field(self.typename_key), *fields[place:])

    def _presence(self) -> Rendered:
        """Nothing is asked of the objects themselves: only whether they are there."""
        return Rendered((typename_field(self.typename_key),))

    def _asked(self, nodes: Sequence[FetchNode]) -> _Selected:
        """What is selected at ``nodes`` and needed, in the order of the tree."""
        found = [
            (node, field_node)
            for node in nodes
            for field_node in node.selected
            if self.needed.of_field(node, field_node) != NEVER
        ]
        return sorted(found, key=lambda pair: pair[1].order)

    def _per_type(self, asked: _Selected, possible: frozenset[str]) -> _PerType:
        """Fields per concrete type; types that share their field nodes share the rendering."""
        known: dict[tuple[tuple[FetchNode, FieldNode], ...], tuple[RenderedField, ...]] = {}
        found: _PerType = {}
        types = {name for _, field_node in asked for name in field_node.types} & possible
        for type_name in sorted(types):
            own = tuple(pair for pair in asked if type_name in pair[1].types)
            if own not in known:
                known[own] = self._fields(own, None)
            found[type_name] = known[own]
        return found

    def _fields(
        self, asked: Iterable[tuple[FetchNode, FieldNode]], declared_type: str | None
    ) -> tuple[RenderedField, ...]:
        """Field nodes as fields; those that are one field (same key and meaning) are joined."""
        joined: dict[_Meaning, _Selected] = {}
        for node, field_node in asked:
            meaning = (
                field_node.key, field_node.name, field_node.arguments, field_node.directives
            )  # fmt: skip
            joined.setdefault(meaning, []).append((node, field_node))
        return tuple(self._field(pairs, declared_type) for pairs in joined.values())

    def _field(self, pairs: _Selected, declared_type: str | None) -> RenderedField:
        """One field for all ``pairs``, of the type that the subgraph declares for it.

        An interface may not have the field that its types have: then theirs counts.
        """
        node, field_node = pairs[0]
        when = NEVER
        for each_node, each_field in pairs:
            when = when.or_(self.needed.of_field(each_node, each_field))
        own, name = field_node.representative, field_node.name
        declared = self.index.declared(
            declared_type or own, name, node.subgraph
        ) or self.index.declaration(own, name, node.subgraph)
        below = [each_node.selected[each_field] for each_node, each_field in pairs]
        children = [child for child in below if child is not None]
        return RenderedField(
            field_node.key,
            name,
            declared.type.text,
            declared.type.name,
            (*field_node.arguments, *_from_contexts(node, field_node)),
            field_node.directives,
            when,
            self.selection(children, declared.type.name) if children else None,
        )

    def _shared(
        self, declared_type: str, subgraph: str, per_type: _PerType, possible: frozenset[str]
    ) -> tuple[RenderedField, ...]:
        """Fields asked of every type that the subgraph can return, if its interface has them."""
        if not per_type or possible - per_type.keys():
            return ()
        first, *others = (
            [self._on_interface(declared_type, subgraph, f) for f in per_type[name]]
            for name in sorted(possible)
        )
        return tuple(f for f in first if f is not None and all(f in other for other in others))

    def _on_interface(
        self, interface: str, subgraph: str, rendered: RenderedField
    ) -> RenderedField | None:
        """The field as the subgraph's interface has it, if it means the same there."""
        declared = self.index.declared(interface, rendered.name, subgraph)
        if declared is None or declared.external:
            return None
        # A type may have arguments that its interface does not have.
        known = self.index.field(interface, rendered.name).arguments
        if not all(argument.name in known for argument in rendered.arguments):
            return None
        if rendered.selection is not None and declared.type.name != rendered.type_name:
            return None
        if declared.type.text == rendered.type_text:
            return rendered
        return replace(rendered, type_text=declared.type.text, type_name=declared.type.name)

    def _fragments(self, subgraph: str, per_type: _PerType) -> tuple[Fragment, ...]:
        """One fragment per type, or per interface that stands for just the types asked alike."""
        alike: dict[tuple[RenderedField, ...], list[str]] = {}
        for type_name, fields in per_type.items():
            if fields:
                alike.setdefault(fields, []).append(type_name)
        found: list[Fragment] = []
        for fields, names in alike.items():
            beside = [other for other in alike if other is not fields]
            joined = self._on_one_interface(subgraph, frozenset(names), fields, beside)
            if joined is not None:
                found.append(joined)
                continue
            found += (Fragment(name, frozenset({name}), Rendered(fields)) for name in names)
        return tuple(found)

    def _on_one_interface(
        self,
        subgraph: str,
        types: frozenset[str],
        fields: Sequence[RenderedField],
        beside: Iterable[Sequence[RenderedField]],
    ) -> Fragment | None:
        """A fragment on an interface that exactly ``types`` implement and that has the fields.

        None also where it could not stand ``beside`` the other fragments. Fields of one key on two
        object types may differ, for no object has both; on an interface they may not, whoever
        implements it: ``... on Shown { x: title } ... on Disc { x: code }`` (5.3.2).
        """
        if len(types) < 2:  # noqa: PLR2004 - one type needs no interface
            return None
        in_subgraph = self.index.in_subgraph(min(types), subgraph)
        for interface in sorted(in_subgraph.interfaces if in_subgraph else ()):
            if self.index.possible(interface, subgraph) != types:
                continue
            own = [self._on_interface(interface, subgraph, rendered) for rendered in fields]
            there = tuple(rendered for rendered in own if rendered is not None)
            if len(there) == len(own) and all(_agree(there, other) for other in beside):
                return Fragment(interface, types, Rendered(there))
        return None


def _agree(some: Iterable[RenderedField], others: Iterable[RenderedField]) -> bool:
    """Whether fields of one key are the same, with all that is below them."""
    by_key = {each.key: each for each in others}
    return all(
        (other := by_key.get(each.key)) is None
        or (each.name, each.arguments, each.type_text, each.selection)
        == (other.name, other.arguments, other.type_text, other.selection)
        for each in some
    )


def _from_contexts(node: FetchNode, field_node: FieldNode) -> Iterator[Argument]:
    """The arguments that clients do not give."""
    for context in node.contexts.get(field_node, ()):
        yield Argument(context.argument, f"${context.variable}")


def _key_before_typename(selection: SelectionSet | None) -> str | None:
    """The key after which the client asks for ``__typename`` ("": first; None: it does not)."""
    found: str | None = None
    previous = ""
    for asked in selection.fields if selection else ():
        if not asked.name.startswith("__"):
            previous = asked.key
        elif asked.key == asked.name:
            found = previous
    return found
