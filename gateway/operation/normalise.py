"""Document → Operation: CollectFields (specification, 6.3.2) for every concrete type at once.

A selection set is flattened to its fields (``flatten``). Those of one response key are partitioned
by the types they cover; each part is one ``Field``, whose selection set is made the same way from
the selection sets of all its fields. Parts that turn out equal are joined (``join_types``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphql import (
    DirectiveLocation,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
)

from gateway.operation.condition import TRUE, Condition
from gateway.operation.errors import OperationNotFound
from gateway.operation.flatten import CollectedField, Flattening, Source
from gateway.operation.join_types import join_types
from gateway.operation.literals import Places, arguments_of, directive_of, type_text, value_text
from gateway.operation.model import (
    Directive,
    Field,
    Occurrence,
    Operation,
    OperationKind,
    SelectionSet,
    VariableDefinition,
)
from gateway.operation.schema_types import DIFFERENT, SchemaTypes, schema_types
from gateway.operation.skip_include import SKIP_AND_INCLUDE


def normalise(
    document: DocumentNode,
    operation_name: str | None,
    api_schema: GraphQLSchema,
    places: Places | None = None,
) -> Operation:
    """Return the operation that ``operation_name`` selects in a valid document.

    ``places``: where literals begin that are left open, and the placeholders that stand for them.
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
    directives = {d: directive_of(d, places or {}) for d in node.directives or ()}
    return Operation(
        kind=kind,
        name=node.name.value if node.name else None,
        selection=Normaliser(schema_types(api_schema), fragments, places or {}).selection(
            root.name, (Source(node.selection_set),)
        ),
        variables={v.name: v for v in map(_variable, node.variable_definitions or ())},
        directives=tuple(directives.values()),
        query_directives=tuple(
            printed
            for written, printed in directives.items()
            if (known := api_schema.get_directive(written.name.value))
            and DirectiveLocation.QUERY in known.locations
        ),
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
    return VariableDefinition(node.variable.name.value, type_text(node.type), default)


class Normaliser:
    """Normalises the selection sets of one document."""

    def __init__(
        self, types: SchemaTypes, fragments: dict[str, FragmentDefinitionNode], places: Places
    ) -> None:
        self.types = types
        self.fragments = fragments
        self.places = places

    def selection(self, type_name: str, sources: Sequence[Source]) -> SelectionSet:
        """Normalise ``sources``, merged, on a composite type."""
        if len(sources) == 1 and self._is_plain(type_name, sources[0]):
            return self._plain_selection(type_name, sources[0])
        possible = self.types.possible[type_name]
        flat = Flattening(self.types, self.fragments)
        for source in sources:
            flat.add(source, source.node, possible)
        by_key: dict[str, list[int]] = {}
        for index, collected in enumerate(flat.collected):
            node = collected.node
            by_key.setdefault((node.alias or node.name).value, []).append(index)
        parts = [
            (key, on, part)
            for key, indices in by_key.items()
            for on, part in self._partition(flat.collected, indices, possible)
        ]
        occurrences = [_occurrences(flat.collected, part) for _, _, part in parts]
        if all(len(own) == 1 for own in occurrences):  # the order of the answer is always the same
            occurrences = [()] * len(parts)
        fields = [
            (part[0], self._field(key, on, [flat.collected[i] for i in part], own))
            for (key, on, part), own in zip(parts, occurrences, strict=True)
        ]
        return SelectionSet(type_name, possible, join_types(fields))

    def _is_plain(self, type_name: str, source: Source) -> bool:
        """Whether nothing is merged: fields of their own keys, always there, alike on all types."""
        if source.held:
            return False
        keys: set[str] = set()
        for node in source.node.selections:
            if not isinstance(node, FieldNode) or node.directives:
                return False
            keys.add((node.alias or node.name).value)
            if self.types.common(type_name, node.name.value) == DIFFERENT:
                return False
        return len(keys) == len(source.node.selections)

    def _plain_selection(self, type_name: str, source: Source) -> SelectionSet:
        """What ``selection`` makes of a plain one."""
        possible = self.types.possible[type_name]
        fields: list[Field] = []
        for node in source.node.selections:
            assert isinstance(node, FieldNode)  # noqa: S101 - it is plain
            inner = None
            if node.selection_set is not None:
                returned = self.types.common(type_name, node.name.value)
                inner = self.selection(
                    str(returned), (Source(node.selection_set, TRUE, source.known),)
                )
            arguments = arguments_of(node.arguments, self.places) if node.arguments else ()
            key = (node.alias or node.name).value
            fields.append(Field(key, node.name.value, possible, arguments, selection=inner))
        return SelectionSet(type_name, possible, tuple(fields))

    def _partition(
        self, collected: Sequence[CollectedField], indices: list[int], possible: frozenset[str]
    ) -> Iterable[tuple[frozenset[str], list[int]]]:
        """Split the types of one key by the fields that cover them and by what they return.

        ``{ name ... on Book { name } }`` is one part for Book, of both, and one for all others.
        """
        if len(possible) == 1:
            return [(possible, indices)]
        parts: dict[tuple[tuple[int, ...], str | None], set[str]] = {}
        covering: dict[str, list[int]] = {}
        for index in indices:
            for type_name in sorted(collected[index].on):
                covering.setdefault(type_name, []).append(index)
        for type_name, cover in covering.items():
            returned = self.types.composite(type_name, collected[cover[0]].node.name.value)
            parts.setdefault((tuple(cover), returned), set()).add(type_name)
        return [(frozenset(on), list(cover)) for (cover, _), on in parts.items()]

    def _field(
        self,
        key: str,
        on: frozenset[str],
        collected: Sequence[CollectedField],
        occurrences: tuple[Occurrence, ...],
    ) -> Field:
        """Merge what was collected of one key on the same types."""
        first = collected[0].node
        when = Condition.any_of(c.condition for c in collected)
        returned = self.types.composite(min(on), first.name.value)
        sources = [
            # A condition that the field itself has is known below it, and not repeated there.
            Source(c.node.selection_set, TRUE, c.known | c.condition)
            if when.alternatives == (c.condition,)
            else Source(c.node.selection_set, c.condition, c.known)
            for c in collected
            if c.node.selection_set
        ]
        return Field(
            key=key,
            name=first.name.value,
            on=on,
            arguments=arguments_of(first.arguments or (), self.places),
            when=when,
            directives=self._directives(collected),
            selection=None if returned is None else self.selection(returned, sources),
            occurrences=occurrences,
        )

    def _directives(self, collected: Sequence[CollectedField]) -> tuple[Directive, ...]:
        """Return each by the first field that has it: most may stand at a field once only."""
        found: dict[str, tuple[Directive, ...]] = {}
        for each in collected:
            own: dict[str, list[Directive]] = {}
            for node in each.node.directives or ():
                if node.name.value not in SKIP_AND_INCLUDE:
                    own.setdefault(node.name.value, []).append(directive_of(node, self.places))
            for name, given in own.items():
                found.setdefault(name, tuple(given))
        return tuple(directive for given in found.values() for directive in given)


def _occurrences(
    collected: Sequence[CollectedField], indices: Sequence[int]
) -> tuple[Occurrence, ...]:
    """Return where a field may come in the answer: those places that none before implies."""
    found: list[Occurrence] = []
    for index in indices:
        condition = collected[index].condition
        if not any(earlier.facts <= condition for earlier in found):
            found.append(Occurrence(index, condition))
    return tuple(found)
