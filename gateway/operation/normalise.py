"""Document → Operation: CollectFields (specification, 6.3.2) for every concrete type at once.

A selection set is first flattened to occurrences: a field node, the concrete types it applies to
and the conjunction of conditions on its way. Occurrences of one response key are then partitioned
by the types they cover; each part is one ``Field``, whose selection set is made the same way from
the selection sets of all its occurrences. Conditions make one simplification: a key stands where
it stands when all conditions hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    get_named_type,
    introspection_types,
    is_abstract_type,
    is_composite_type,
    print_ast,
)

from gateway.operation.conditions import TRUE, Conjunction, any_of, conjoin, directive_facts
from gateway.operation.errors import OperationNotFound
from gateway.operation.literals import arguments_of, directive_text, value_text
from gateway.operation.model import (
    Field,
    Operation,
    OperationKind,
    SelectionSet,
    VariableDefinition,
)

META_FIELDS = {"__typename": None, "__schema": "__Schema", "__type": "__Type"}


def normalise(
    document: DocumentNode, operation_name: str | None, api_schema: GraphQLSchema
) -> Operation:
    """Return the operation that ``operation_name`` selects in a valid document.

    Raises OperationNotFound. A composite field whose whole selection set is skipped by literals
    keeps an empty one (its answer is ``{}``).
    """
    node = select_operation(document, operation_name)
    kind = OperationKind(node.operation.value)
    root = api_schema.get_root_type(node.operation)
    if root is None:
        raise OperationNotFound(f"This schema has no {kind.value} operations.")
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    return Operation(
        kind=kind,
        name=node.name.value if node.name else None,
        selection=Normaliser(schema_types(api_schema), fragments).selection(
            root.name, (Source(node.selection_set),)
        ),
        variables={v.name: v for v in map(_variable, node.variable_definitions or ())},
    )


def select_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """GetOperation of the specification (6.1). Raises OperationNotFound."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is None:
        if len(operations) == 1:
            return operations[0]
        reason = "Must provide operation name if query contains multiple operations."
        raise OperationNotFound(reason if operations else "Must provide an operation.")
    for operation in operations:
        if operation.name and operation.name.value == name:
            return operation
    raise OperationNotFound(f"Unknown operation named '{name[:100]}'.")


def _variable(node: VariableDefinitionNode) -> VariableDefinition:
    default = None if node.default_value is None else value_text(node.default_value)
    return VariableDefinition(node.variable.name.value, print_ast(node.type), default)


class SchemaTypes:
    """What normalising asks of a schema: possible types and what a field returns, by name."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.possible: dict[str, frozenset[str]] = {}
        self.returns: dict[str, dict[str, str | None]] = {}
        for name, type_ in {**introspection_types, **schema.type_map}.items():
            if not is_composite_type(type_):
                continue
            self.possible[name] = _possible(schema, type_)
            self.returns[name] = {
                field: named.name if is_composite_type(named := get_named_type(d.type)) else None
                for field, d in getattr(type_, "fields", {}).items()
            }

    def composite(self, parent: str, field: str) -> str | None:
        """Return the name of the composite type that a field returns, None for a leaf."""
        meta = META_FIELDS.get(field, "")
        return self.returns[parent][field] if meta == "" else meta


def _possible(schema: GraphQLSchema, type_: GraphQLCompositeType) -> frozenset[str]:
    """Concrete types of a type; an interface that nobody implements stands for itself.

    Its objects can still be asked for the interface's own fields, by a subgraph that has it as an
    @interfaceObject.
    """
    if is_abstract_type(type_):
        concrete = frozenset(t.name for t in schema.get_possible_types(type_))
        return concrete or frozenset({type_.name})
    return frozenset({type_.name})


_KNOWN: WeakKeyDictionary[GraphQLSchema, SchemaTypes] = WeakKeyDictionary()


def schema_types(schema: GraphQLSchema) -> SchemaTypes:
    """Return the (remembered) index of a schema's types."""
    if (types := _KNOWN.get(schema)) is None:
        types = _KNOWN[schema] = SchemaTypes(schema)
    return types


@dataclass(frozen=True, slots=True)
class Source:
    """A selection set to flatten.

    ``held`` goes into the condition of every occurrence; ``known`` are facts that are true
    wherever it is read, because a field above carries them.
    """

    node: SelectionSetNode
    held: Conjunction = TRUE
    known: Conjunction = TRUE


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A field node as it applies to the concrete types ``on``, under ``condition``."""

    node: FieldNode
    on: frozenset[str]
    condition: Conjunction
    known: Conjunction


Turns = tuple[tuple[int, Conjunction], ...]


class Normaliser:
    """Normalises the selection sets of one document."""

    def __init__(self, types: SchemaTypes, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.types = types
        self.fragments = fragments

    def selection(self, type_name: str, sources: Iterable[Source]) -> SelectionSet:
        """Normalise ``sources``, merged, on a composite type."""
        possible = self.types.possible[type_name]
        flat = Flattening(self)
        for source in sources:
            flat.add(source, source.node, possible)
        by_key: dict[str, list[int]] = {}
        for index, occurrence in enumerate(flat.occurrences):
            node = occurrence.node
            by_key.setdefault((node.alias or node.name).value, []).append(index)
        covers = [
            (key, on, part)
            for key, indices in by_key.items()
            for on, part in self.partition(flat.occurrences, indices)
        ]
        turns = [turns_of(flat.occurrences, part) for _, _, part in covers]
        moves = any(len(own) > 1 for own in turns)
        parts = [
            (
                part[0],
                self.field(key, on, [flat.occurrences[i] for i in part], own if moves else ()),
            )
            for (key, on, part), own in zip(covers, turns, strict=True)
        ]
        return SelectionSet(type_name, possible, merge_equal(parts))

    def partition(
        self, occurrences: Sequence[Occurrence], indices: list[int]
    ) -> Iterable[tuple[frozenset[str], list[int]]]:
        """Split the types of one key by the occurrences that cover them and by what they return."""
        parts: dict[tuple[tuple[int, ...], str | None], set[str]] = {}
        covering: dict[str, list[int]] = {}
        for index in indices:
            for type_name in sorted(occurrences[index].on):
                covering.setdefault(type_name, []).append(index)
        for type_name, cover in covering.items():
            returned = self.types.composite(type_name, occurrences[cover[0]].node.name.value)
            parts.setdefault((tuple(cover), returned), set()).add(type_name)
        return [(frozenset(on), list(cover)) for (cover, _), on in parts.items()]

    def field(
        self, key: str, on: frozenset[str], occurrences: Sequence[Occurrence], turns: Turns
    ) -> Field:
        """Merge occurrences of one key on the same types."""
        first = occurrences[0].node
        when = any_of(o.condition for o in occurrences)
        returned = self.types.composite(min(on), first.name.value)
        return Field(
            key=key,
            name=first.name.value,
            on=on,
            arguments=arguments_of(first.arguments or ()),
            when=when,
            directives=_directives(occurrences),
            selection=None
            if returned is None
            else self.selection(
                returned,
                [
                    Source(o.node.selection_set, TRUE, o.known | o.condition)
                    if when == (o.condition,)
                    else Source(o.node.selection_set, o.condition, o.known)
                    for o in occurrences
                    if o.node.selection_set
                ],
            ),
            turns=turns,
        )


class Flattening:
    """The occurrences of one normalised selection set, in order."""

    def __init__(self, normaliser: Normaliser) -> None:
        self.normaliser = normaliser
        self.occurrences: list[Occurrence] = []
        self.visited: dict[str, list[tuple[frozenset[str], Conjunction]]] = {}

    def add(
        self,
        source: Source,
        node: SelectionSetNode,
        on: frozenset[str],
        held: Conjunction | None = None,
    ) -> None:
        """Append the fields of ``node`` for the types ``on``, fragments resolved."""
        held = source.held if held is None else held
        for selection in node.selections:
            facts = directive_facts(selection.directives or ())
            condition = None if facts is None else conjoin(held, facts, source.known)
            if condition is None:
                continue
            if isinstance(selection, FieldNode):
                self.occurrences.append(Occurrence(selection, on, condition, source.known))
            elif isinstance(selection, InlineFragmentNode):
                narrowed = self.narrow(on, selection)
                if narrowed:
                    self.add(source, selection.selection_set, narrowed, condition)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.normaliser.fragments[selection.name.value]
                narrowed = self.narrow(on, fragment)
                if narrowed and self.is_news(selection.name.value, narrowed, condition):
                    self.add(source, fragment.selection_set, narrowed, condition)

    def narrow(
        self, on: frozenset[str], fragment: InlineFragmentNode | FragmentDefinitionNode
    ) -> frozenset[str]:
        """Return those of the types ``on`` that a fragment applies to."""
        condition = fragment.type_condition
        return on & self.normaliser.types.possible[condition.name.value] if condition else on

    def is_news(self, name: str, on: frozenset[str], condition: Conjunction) -> bool:
        """Tell whether a fragment was not yet spread here for these types under a weaker condition.

        Without this a chain of fragments that each spread the next twice doubles at every level.
        """
        seen = self.visited.setdefault(name, [])
        if any(on <= other and weaker <= condition for other, weaker in seen):
            return False
        seen.append((on, condition))
        return True


def turns_of(occurrences: Sequence[Occurrence], indices: Sequence[int]) -> Turns:
    """Return where a field may come in the answer: occurrences that none before them implies."""
    turns: list[tuple[int, Conjunction]] = []
    for index in indices:
        condition = occurrences[index].condition
        if not any(weaker <= condition for _, weaker in turns):
            turns.append((index, condition))
    return tuple(turns)


def _directives(occurrences: Sequence[Occurrence]) -> tuple[str, ...]:
    texts = (
        directive_text(directive)
        for occurrence in occurrences
        for directive in occurrence.node.directives or ()
        if directive.name.value not in {"skip", "include"}
    )
    return tuple(dict.fromkeys(texts))


def merge_equal(parts: list[tuple[int, Field]]) -> tuple[Field, ...]:
    """Order the fields; join those that differ only in ``on``, if every type's order survives."""
    parts.sort(key=lambda part: part[0])
    fields = [field for _, field in parts]
    merged: list[Field] = []
    places: dict[str, list[int]] = {}
    for field in fields:
        for place in places.setdefault(field.key, []):
            if replace(merged[place], on=field.on) == field:
                merged[place] = replace(field, on=merged[place].on | field.on)
                break
        else:
            places[field.key].append(len(merged))
            merged.append(field)
    if len(merged) == len(fields) or not _same_order(fields, merged):
        return tuple(fields)
    return tuple(merged)


def _same_order(fields: list[Field], merged: list[Field]) -> bool:
    types = frozenset[str]().union(*(field.on for field in fields))
    return all(
        [f.key for f in fields if name in f.on] == [f.key for f in merged if name in f.on]
        for name in types
    )
