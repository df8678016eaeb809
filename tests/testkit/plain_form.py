"""An operation rewritten so plainly that little can go wrong: by the specification, the same.

Conditions are decided, fragments expanded per concrete type, fields of one response key merged
(specification, 6.3.2), aliases and variables renamed out of the way of names that a gateway might
use itself. A gateway that answers both forms differently contradicts itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    print_ast,
    value_from_ast_untyped,
    visit,
)

from tests.testkit.generator import Generated

_KEY = "k_"
_NOTHING = "nothing"
_VARIABLE = "v_"
_INTROSPECTION = {"__schema": "__Schema", "__type": "__Type"}


def plain_form(generated: Generated, schema: GraphQLSchema) -> Generated:
    """The plain form of an operation; ``original_keys`` undoes its aliases in the answer."""
    document = generated.document
    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    defaults = {
        node.variable.name.value: value_from_ast_untyped(node.default_value)
        for node in operation.variable_definitions or ()
        if node.default_value is not None
    }
    plain = _Plain(schema, fragments, {**defaults, **generated.variables})
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise LookupError(f"no {operation.operation} in the schema")
    body = plain.selection(root, [operation.selection_set])
    declared = ", ".join(
        f"${_VARIABLE}{print_ast(node).removeprefix('$')}"
        for node in operation.variable_definitions or ()
        if node.variable.name.value in plain.used
    )
    head = f"{operation.operation.value} Plain" + (f"({declared})" if declared else "")
    values = {f"{_VARIABLE}{n}": v for n, v in generated.variables.items() if n in plain.used}
    return Generated(f"{head} {body}", values)


def original_keys(value: Any) -> Any:
    """Data of the plain form as data of the operation it was made of."""
    if isinstance(value, list):
        return [original_keys(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {original_key(key): original_keys(v) for key, v in value.items() if key != _NOTHING}


def original_key(key: Any) -> Any:
    """A step of a path in the plain form as a step in the original."""
    return key.removeprefix(_KEY) if isinstance(key, str) else key


@dataclass
class _Plain:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    values: Mapping[str, Any]
    used: set[str] = field(default_factory=set)

    def selection(self, type_: Any, sets: Sequence[SelectionSetNode]) -> str:
        """The merged selection on ``type_``, per concrete type where it is abstract."""
        if not is_abstract_type(type_):
            return self._on_object(type_, sets)
        parts = [
            f"... on {concrete.name} {self._on_object(concrete, sets)}"
            for concrete in self.schema.get_possible_types(type_)
        ]
        return "{ " + " ".join(parts) + " }"

    def _on_object(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> str:
        collected: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            self._collect(type_, selection_set, collected)
        parts = [self._field(type_, key, nodes) for key, nodes in collected.items()]
        return "{ " + (" ".join(parts) or f"{_NOTHING}: __typename") + " }"

    def _collect(
        self, type_: GraphQLObjectType, sets: SelectionSetNode, into: dict[str, list[FieldNode]]
    ) -> None:
        for node in sets.selections:
            if not self._is_on(node):
                continue
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                into.setdefault(key, []).append(node)
                continue
            body: Any = node
            if not isinstance(node, InlineFragmentNode):
                body = self.fragments[body.name.value]
            if self._applies(type_, body.type_condition):
                self._collect(type_, body.selection_set, into)

    def _is_on(self, node: Any) -> bool:
        for directive in node.directives or ():
            given: Any = directive.arguments[0].value
            value = self.values[given.name.value] if given.kind == "variable" else given.value
            if value is (directive.name.value == "skip"):
                return False
        return True

    def _applies(self, type_: GraphQLObjectType, condition: Any) -> bool:
        if condition is None or condition.name.value == type_.name:
            return True
        other: Any = self.schema.type_map[condition.name.value]
        return is_abstract_type(other) and self.schema.is_sub_type(other, type_)

    def _field(self, type_: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> str:
        first = nodes[0]
        text = f"{_KEY}{key}: {first.name.value}"
        if first.arguments:
            text += "(" + ", ".join(self._renamed(argument) for argument in first.arguments) + ")"
        if first.name.value == "__typename":
            return text
        inner = self._returned(type_, first.name.value)
        if not is_composite_type(inner):
            return text
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
        return f"{text} {self.selection(inner, sets)}"

    def _returned(self, type_: GraphQLObjectType, name: str) -> Any:
        if name in _INTROSPECTION:
            return self.schema.type_map[_INTROSPECTION[name]]
        return get_named_type(type_.fields[name].type)

    def _renamed(self, argument: Any) -> str:
        used = self.used

        class Rename(Visitor):
            def enter_name(self, node: Any, _key: Any, parent: Any, *_rest: Any) -> Any:
                if getattr(parent, "kind", "") != "variable":
                    return None
                used.add(node.value)
                return type(node)(value=f"{_VARIABLE}{node.value}")

        renamed: Any = visit(argument, Rename())
        return print_ast(renamed)


__all__ = ["original_key", "original_keys", "plain_form"]
