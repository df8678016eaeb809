"""One set of deterministic data for any schema: what subgraphs and monolith both answer from.

Every object type has ``INSTANCES`` objects. The value of a field follows from its object, its name
and its arguments by a hash, so that nothing needs to be written down, and any two servers that are
asked the same say the same. Key fields are unique per object.

Faults are data as well: ``nulls`` are fields that are null, ``broken`` fields that fail.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
    is_specified_scalar_type,
)
from graphql.execution.values import get_argument_values

from tests.testkit.federated_sdl import SubgraphSdl

INSTANCES = 5
INJECTED = "INJECTED"


@dataclass(frozen=True, slots=True)
class Ref:
    """An object: the ``number``-th of its concrete ``type``; ``above`` is what led to it."""

    type: str
    number: int
    above: Ref | None = field(default=None, compare=False, repr=False)


@dataclass
class World:
    """Data for a supergraph's types.

    ``broken``, ``nulls`` and ``touched`` (what was asked) hold (concrete type, field).
    """

    api: GraphQLSchema
    subgraphs: Mapping[str, SubgraphSdl]
    seed: int = 0
    nulls: set[tuple[str, str]] = field(default_factory=set)
    broken: set[tuple[str, str]] = field(default_factory=set)
    touched: set[tuple[str, str]] = field(default_factory=set)

    @property
    def roots(self) -> set[str]:
        """The root types, of which there is one object each."""
        found = (self.api.query_type, self.api.mutation_type, self.api.subscription_type)
        return {type_.name for type_ in found if type_ is not None}

    def value(self, ref: Ref, name: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """Return the value of a field, faults included."""
        self.touched.add((ref.type, name))
        if (ref.type, name) in self.broken:
            raise GraphQLError("broken on purpose", extensions={"code": INJECTED})
        if (ref.type, name) in self.nulls:
            return None
        return self.plain(ref, name, arguments or {})

    def plain(self, ref: Ref, name: str, arguments: Mapping[str, Any]) -> Any:
        """Return the value of a field as if nothing were wrong."""
        definitions = self.definitions(ref.type, name)
        if self.is_key(ref.type, name):
            return self._key_value(definitions[0], ref, name)
        text = json.dumps([self.seed, ref.type, ref.number, name, arguments], sort_keys=True)
        return self._value(definitions, definitions, ref, name, Dice(text))

    def from_contexts(self, ref: Ref, name: str) -> dict[str, Any]:
        """The arguments of a field that come from the nearest objects above which set a context."""
        return {
            argument: self._from_context(subgraph, ref.above, context, selection)
            for subgraph in self.subgraphs.values()
            for argument, (context, selection) in subgraph.from_contexts(ref.type, name).items()
        }

    def _from_context(
        self, subgraph: SubgraphSdl, ref: Ref | None, context: str, selection: SelectionSetNode
    ) -> Any:
        while ref is not None:
            own = self._in_subgraph(ref.type, subgraph)
            for name in subgraph.schema.type_map:
                if subgraph.sets_context(name, context) and (
                    own == name or own in self.concrete(name)
                ):
                    return self._selected(ref, own, selection)
            ref = ref.above
        raise LookupError(f"nothing above sets {context}")

    def _selected(self, ref: Ref, known: str, selection: SelectionSetNode) -> Any:
        """The one value that a selection on ``ref``, whose type is ``known``, comes to."""
        [node] = _field_nodes(selection, known)
        name = node.name.value
        given = self._given(ref.type, node) | self.from_contexts(ref, name)
        value = self.value(ref, name, given)
        if isinstance(value, Ref) and node.selection_set is not None:
            return self._selected(replace(value, above=ref), value.type, node.selection_set)
        return value

    def definitions(self, type_name: str, name: str) -> list[Any]:
        """The types that the subgraphs which have the field (and the API) give it."""
        found = []
        for subgraph in self.subgraphs.values():
            interfaces = subgraph.interface_objects(self.interfaces(type_name))
            for known in (self._in_subgraph(type_name, subgraph), *interfaces):
                type_ = subgraph.schema.type_map.get(known)
                if isinstance(type_, GraphQLObjectType) and name in type_.fields:
                    found.append(type_.fields[name].type)
        return found

    def _in_subgraph(self, type_name: str, subgraph: SubgraphSdl) -> str:
        """A type's name in a subgraph, whose root types may have names of their own."""
        for operation in OperationType:
            root, own = self.api.get_root_type(operation), subgraph.schema.get_root_type(operation)
            if root is not None and own is not None and root.name == type_name:
                return own.name
        return type_name

    def _in_api(self, type_name: str, subgraph: SubgraphSdl) -> str:
        """The API's name of a subgraph's type."""
        for operation in OperationType:
            root, own = self.api.get_root_type(operation), subgraph.schema.get_root_type(operation)
            if root is not None and own is not None and own.name == type_name:
                return root.name
        return type_name

    def interfaces(self, type_name: str) -> set[str]:
        """The interfaces of an object type, by the API and every subgraph."""
        found = set()
        for schema in (self.api, *(s.schema for s in self.subgraphs.values())):
            type_ = schema.type_map.get(type_name)
            if isinstance(type_, GraphQLObjectType):
                found |= {interface.name for interface in type_.interfaces}
        return found

    def is_key(self, type_name: str, name: str) -> bool:
        """Whether some ``@key`` of the type, or of its interfaces, holds the field."""
        names = {type_name, *self.interfaces(type_name)}
        return any(name in s.key_fields(known) for s in self.subgraphs.values() for known in names)

    def is_nullable(self, type_name: str, name: str) -> bool:
        """Whether every definition of the field lets it be null."""
        definitions = self.definitions(type_name, name)
        return bool(definitions) and not any(isinstance(d, GraphQLNonNull) for d in definitions)

    def refs(self, type_name: str) -> Iterator[Ref]:
        """All objects of a concrete type, or of an abstract one."""
        for name in self.concrete(type_name):
            yield from (Ref(name, number) for number in range(INSTANCES))

    def concrete(self, type_name: str) -> list[str]:
        """The concrete types of a type, in the API and all subgraphs."""
        found: set[str] = set()
        for schema in (self.api, *(s.schema for s in self.subgraphs.values())):
            found |= possible(schema, type_name)
        abstract = {n for s in self.subgraphs.values() for n in s.interface_objects({type_name})}
        return sorted(found - abstract) or sorted(found)

    def matches(self, ref: Ref, selection: SelectionSetNode, given: Any) -> bool:
        """Whether ``given`` (of a representation) says of ``ref`` what is true."""
        return all(
            node.name.value in given and self._says(self._told(ref, node), node, given)
            for node in _field_nodes(selection, ref.type)
            if node.name.value != "__typename"
        )

    def _told(self, ref: Ref, node: FieldNode) -> Any:
        """What a subgraph tells of a field: nothing where it is null or broken."""
        if (ref.type, node.name.value) in self.nulls | self.broken:
            return None
        return self.plain(ref, node.name.value, self._given(ref.type, node))

    def _given(self, type_name: str, node: FieldNode) -> dict[str, Any]:
        """The arguments of a field in a field set, with the defaults of those left out."""
        for subgraph in self.subgraphs.values():
            for known in (type_name, *subgraph.interface_objects(self.interfaces(type_name))):
                type_ = subgraph.schema.type_map.get(known)
                if isinstance(type_, GraphQLObjectType) and node.name.value in type_.fields:
                    return get_argument_values(type_.fields[node.name.value], node)
        return {}

    def _says(self, true: Any, node: FieldNode, given: Mapping[str, Any]) -> bool:
        return self._same(true, given[node.name.value], node.selection_set)

    def _same(self, true: Any, given: Any, selection: SelectionSetNode | None) -> bool:
        if isinstance(true, list):
            return (
                isinstance(given, list)
                and len(true) == len(given)
                and all(self._same(a, b, selection) for a, b in zip(true, given, strict=True))
            )
        if isinstance(true, Ref):
            return (
                isinstance(given, dict)
                and selection is not None
                and self.matches(true, selection, given)
            )
        return bool(true == given)

    def _key_value(self, type_: Any, ref: Ref, name: str) -> Any:
        while isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        if isinstance(type_, GraphQLList):
            return [self._key_value(type_.of_type, ref, name)]
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            types = self.concrete(type_.name)
            return Ref(types[ref.number % len(types)], ref.number)
        if type_.name == "Int":
            return 1_000 * (sum(map(ord, ref.type)) % 97) + ref.number
        return f"{name}-{ref.type}-{ref.number}"

    def _value(
        self, definitions: list[Any], all_: list[Any], ref: Ref, name: str, dice: Dice
    ) -> Any:
        required = any(isinstance(d, GraphQLNonNull) for d in definitions)
        types = [d.of_type if isinstance(d, GraphQLNonNull) else d for d in definitions]
        if not required and dice.roll(8) == 0:
            return None
        if isinstance(types[0], GraphQLList):
            items = [type_.of_type for type_ in types]
            return [self._value(items, all_, ref, name, dice) for _ in range(dice.roll(4))]
        return self._leaf_or_ref(types, ref, name, dice, required=required)

    def _leaf_or_ref(
        self, types: list[Any], ref: Ref, name: str, dice: Dice, *, required: bool
    ) -> Any:
        type_: Any = types[0]
        if isinstance(type_, GraphQLEnumType):
            members = sorted(set.intersection(*(set(t.values) for t in types)))
            return members[dice.roll(len(members))] if members else None
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            names = self._common_types(types)
            if not names and not required:
                return None
            name = names[dice.roll(len(names))]
            return Ref(name, 0 if name in self.roots else dice.roll(INSTANCES))
        match type_.name:
            case "Int":
                return dice.roll(1_000)
            case "Float":
                return dice.roll(1_000) / 4
            case "Boolean":
                return dice.roll(2) == 0
        text = f"{ref.type}{ref.number}.{name}:{dice.roll(10_000)}"
        if is_specified_scalar_type(type_):
            return text
        other = [2**70 + dice.roll(1_000), {"text": text, "list": [1.5, None, {}]}]
        return [text, *other][dice.roll(3)]  # a custom scalar is any JSON

    def _common_types(self, types: Sequence[Any]) -> list[str]:
        """Concrete types that every subgraph which resolves the field knows for its type."""
        common: set[str] | None = None
        for type_ in types:
            for subgraph in self.subgraphs.values():
                name = type_.name
                if subgraph.schema.type_map.get(name) is not type_:
                    continue
                if subgraph.interface_objects({name}):
                    known = set(self.concrete(name))
                else:
                    here = possible(subgraph.schema, name)
                    known = {self._in_api(own, subgraph) for own in here}
                common = known if common is None else common & known
        return sorted(common or ())


class Dice:
    """Numbers that follow from a text."""

    def __init__(self, text: str) -> None:
        self._state = text.encode()

    def roll(self, sides: int) -> int:
        """A number below ``sides``."""
        self._state = hashlib.blake2b(self._state, digest_size=8).digest()
        return int.from_bytes(self._state, "big") % sides


def possible(schema: GraphQLSchema, type_name: str) -> set[str]:
    """The object types that a type can be in one schema."""
    type_ = schema.type_map.get(type_name)
    if isinstance(type_, GraphQLObjectType):
        return {type_name}
    if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
        return {t.name for t in schema.get_possible_types(type_)}
    return set()


def _field_nodes(selection: SelectionSetNode, type_name: str) -> Iterator[FieldNode]:
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            if condition is None or condition.name.value == type_name:
                yield from _field_nodes(node.selection_set, type_name)
