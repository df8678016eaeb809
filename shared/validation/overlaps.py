"""Overlapping fields can be merged (specification, 5.3.2), in time that grows with the document.

The textbook rule compares every pair of fields of one response key: 300 times ``a { id }`` in one
selection set take a third of a second. Here the fields of a key are compared with the first of
them only, which is enough: "same shape" and "same field" are equivalences. Two questions are asked
of each key, after Simon Adameit's observation that they can be kept apart:

- all fields, whatever their parents, must have the same shape;
- fields that can apply to one object must be the same field with the same arguments. Those on
  different object types cannot; those on an abstract type can apply to any.

Selection sets that are merged together are looked at once, however often fragments bring them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLOutputType,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

Sets = tuple[tuple[SelectionSetNode, GraphQLNamedType | None], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """A field as selected on ``parent``; ``type`` None where the schema has no such field."""

    node: FieldNode
    parent: GraphQLNamedType | None
    type: GraphQLOutputType | None


class OverlappingFieldsRule(ValidationRule):
    """Replaces graphql-core's rule of nearly the same name."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: Any) -> None:
        """Check one operation with all its fragments."""
        self.checked: set[tuple[frozenset[tuple[int, str | None]], bool]] = set()
        self.reported: set[int] = set()
        root = self.context.schema.get_root_type(node.operation)
        self.check(((node.selection_set, root),), same_object=True)

    def check(self, sets: Sets, *, same_object: bool) -> None:
        """Check selection sets that are merged. ``same_object``: they can stand on one object."""
        identity = frozenset((id(node), type_.name if type_ else None) for node, type_ in sets)
        if (identity, same_object) in self.checked:
            return
        self.checked.add((identity, same_object))
        by_key: dict[str, list[Selected]] = {}
        for field in self.fields(sets):
            by_key.setdefault((field.node.alias or field.node.name).value, []).append(field)
        for key, fields in by_key.items():
            self.check_key(key, fields, same_object=same_object)

    def check_key(self, key: str, fields: list[Selected], *, same_object: bool) -> None:
        """Check all fields of one response key, then what is selected below them."""
        if len(fields) > 1 and not self.have_same_shape(key, fields):
            return
        groups = list(by_possible_object(fields)) if same_object else []
        for group in groups:
            if not self.are_same_field(key, group):
                return
            self.check(below(group), same_object=True)
        if len(groups) != 1:
            self.check(below(fields), same_object=False)

    def have_same_shape(self, key: str, fields: list[Selected]) -> bool:
        """Compare each field's type with the first known one."""
        known = [field for field in fields if field.type is not None]
        for field in known[1:]:
            if shape(field.type) != shape(known[0].type):
                types = f"they return conflicting types '{known[0].type}' and '{field.type}'"
                self.report(key, types, known[0], field)
                return False
        return True

    def are_same_field(self, key: str, fields: list[Selected]) -> bool:
        """Compare each field's name and arguments with the first one's."""
        first = fields[0]
        for other in fields[1:]:
            if other.node is first.node:
                continue
            names = first.node.name.value, other.node.name.value
            if names[0] != names[1]:
                reason = f"'{names[0]}' and '{names[1]}' are different fields"
            elif not same_arguments(first.node, other.node):
                reason = "they have differing arguments"
            else:
                continue
            self.report(key, reason, first, other)
            return False
        return True

    def report(self, key: str, reason: str, first: Selected, other: Selected) -> None:
        """Report a conflict, once for each field."""
        if id(other.node) not in self.reported:
            self.reported.add(id(other.node))
            message = (
                f"Fields '{key}' conflict because {reason}."
                " Use different aliases on the fields to fetch both if this was intentional."
            )
            self.report_error(GraphQLError(message, [first.node, other.node]))

    def fields(self, sets: Sets) -> Iterator[Selected]:
        """Yield the fields of merged selection sets, each fragment walked once."""
        spread: set[str] = set()
        stack = list(reversed(sets))
        while stack:
            node, parent = stack.pop()
            for selection in node.selections:
                if isinstance(selection, FieldNode):
                    yield Selected(selection, parent, self.type_of(selection, parent))
                elif isinstance(selection, InlineFragmentNode):
                    condition = selection.type_condition
                    inner = self.named(condition.name.value) if condition else parent
                    stack.append((selection.selection_set, inner))
                elif isinstance(selection, FragmentSpreadNode):
                    fragment = self.context.get_fragment(selection.name.value)
                    if fragment is not None and fragment.name.value not in spread:
                        spread.add(fragment.name.value)
                        inner = self.named(fragment.type_condition.name.value)
                        stack.append((fragment.selection_set, inner))

    def named(self, name: str) -> GraphQLNamedType | None:
        """Return a composite type of the schema; another rule reports what is none."""
        found = self.context.schema.get_type(name)
        return found if is_composite_type(found) else None

    def type_of(self, node: FieldNode, parent: GraphQLNamedType | None) -> Any:
        """Return the type of a field, None where the schema has no such field."""
        if parent is None or not is_composite_type(parent):
            return None
        definition = self.context.schema.get_field(parent, node.name.value)
        return definition.type if definition else None


def by_possible_object(fields: list[Selected]) -> Iterator[list[Selected]]:
    """Yield the groups that can apply to one object: those of each object type and all abstract."""
    abstract = [field for field in fields if not is_object_type(field.parent)]
    concrete: dict[str, list[Selected]] = {}
    for field in fields:
        if field.parent is not None and is_object_type(field.parent):
            concrete.setdefault(field.parent.name, []).append(field)
    if not concrete:
        yield abstract
    for own in concrete.values():
        yield abstract + own


def below(fields: Iterable[Selected]) -> Sets:
    """Return the selection sets of ``fields``, each once, with the types they stand on."""
    found = {
        id(field.node.selection_set): (
            field.node.selection_set,
            None if field.type is None else get_named_type(field.type),
        )
        for field in fields
        if field.node.selection_set is not None
    }
    return tuple(found.values())


def shape(type_: Any) -> str:
    """Return what two types must share: lists, non-null, and the name of a leaf."""
    if is_non_null_type(type_):
        return shape(type_.of_type) + "!"
    if is_list_type(type_):
        return f"[{shape(type_.of_type)}]"
    return "{}" if is_composite_type(type_) else str(type_)


def same_arguments(first: FieldNode, other: FieldNode) -> bool:
    """Compare arguments regardless of their order."""
    if not first.arguments and not other.arguments:
        return True
    return _written(first.arguments or ()) == _written(other.arguments or ())


def _written(arguments: Iterable[ArgumentNode]) -> list[tuple[str, Any]]:
    return sorted(
        ((argument.name.value, _value(argument.value)) for argument in arguments),
        key=lambda argument: argument[0],
    )


def _value(node: ValueNode) -> Any:
    """A value as data that compares: its kind stands with it, "1" is not 1.

    The order of an input object's fields means nothing (specification, 3.10).
    """
    match node:
        case VariableNode():
            return ("variable", node.name.value)
        case ListValueNode():
            return [_value(item) for item in node.values]
        case ObjectValueNode():
            fields = sorted(node.fields, key=lambda field: field.name.value)
            return [(field.name.value, _value(field.value)) for field in fields]
        case _:
            return (node.kind, getattr(node, "value", None))
