"""A subgraph's SDL, read for tests: its executable schema and what its directives say.

Read here once more on purpose: the oracle must not stand on the code that it tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    parse,
)

from tests.testkit.subgraphs import subgraph_schema

_FROM_CONTEXT: Any = re.compile(r"\s*\$(\w+)\s*(.*)", re.DOTALL)


def field_set(text: str) -> SelectionSetNode:
    """Parse ``id org { id }``, in braces or not."""
    definition: Any = parse(text if text.startswith("{") else "{" + text + "}").definitions[0]
    selection: SelectionSetNode = definition.selection_set
    return selection


class SubgraphSdl:
    """One subgraph: ``schema`` is executable, with ``_entities`` where it has entities."""

    def __init__(self, name: str, sdl: str) -> None:
        self.name = name
        self.sdl = sdl
        self._types: dict[str, list[Any]] = {}
        for node in parse(sdl).definitions:
            if hasattr(node, "name") and node.kind.endswith(("type_definition", "type_extension")):
                self._types.setdefault(node.name.value, []).append(node)

    @cached_property
    def schema(self) -> GraphQLSchema:
        """The schema that this subgraph executes."""
        entities = [name for name in self._types if self.keys(name) and self._is_object(name)]
        return subgraph_schema(self.sdl, entities)

    def keys(self, type_name: str) -> list[SelectionSetNode]:
        """The resolvable ``@key``s of a type."""
        return [
            field_set(arguments["fields"])
            for node in self._types.get(type_name, [])
            for arguments in applied(node, "key")
            if arguments.get("resolvable", True)
        ]

    def key_fields(self, type_name: str) -> set[str]:
        """Names of the fields in any ``@key`` of a type, at its top level."""
        return {
            node.name.value
            for type_node in self._types.get(type_name, [])
            for arguments in applied(type_node, "key")
            for node in field_set(arguments["fields"]).selections
            if isinstance(node, FieldNode)
        }

    def interface_objects(self, names: Iterable[str]) -> list[str]:
        """Those of ``names`` that are ``@interfaceObject`` here."""
        return [
            name
            for name in names
            if any(
                True for node in self._types.get(name, []) for _ in applied(node, "interfaceObject")
            )
        ]

    def requires(self, type_name: str, name: str) -> SelectionSetNode | None:
        """The ``@requires`` of a field."""
        for arguments in self._on_field(type_name, name, "requires"):
            return field_set(arguments["fields"])
        return None

    def from_contexts(self, type_name: str, name: str) -> dict[str, tuple[str, SelectionSetNode]]:
        """The arguments of a field that contexts give: context and what is selected of it."""
        found: dict[str, tuple[str, SelectionSetNode]] = {}
        for node in self._types.get(type_name, []):
            for item in getattr(node, "fields", None) or ():
                for argument in (item.arguments or ()) if item.name.value == name else ():
                    for given in applied(argument, "fromContext"):
                        context, selection = _FROM_CONTEXT.fullmatch(given["field"]).groups()
                        found[argument.name.value] = context, field_set(selection)
        return found

    def sets_context(self, type_name: str, context: str) -> bool:
        """Whether a type says so itself."""
        nodes = self._types.get(type_name, [])
        return any(given["name"] == context for node in nodes for given in applied(node, "context"))

    @cached_property
    def nested_key_fields(self) -> set[str]:
        """Names of all fields in any ``@key``, at any level."""
        return {
            name
            for nodes in self._types.values()
            for node in nodes
            for arguments in applied(node, "key")
            for name in _names(field_set(arguments["fields"]))
        }

    @cached_property
    def required_fields(self) -> set[str]:
        """Names of all fields in any ``@requires``."""
        names: set[str] = set()
        for type_name, nodes in self._types.items():
            for node in nodes:
                for item in getattr(node, "fields", None) or ():
                    for arguments in self._on_field(type_name, item.name.value, "requires"):
                        names |= _names(field_set(arguments["fields"]))
        return names

    def is_external(self, type_name: str, name: str) -> bool:
        """Whether a field is only declared here, and neither a key nor ever provided."""
        if name in self.key_fields(type_name) or name in self._provided:
            return False
        return any(True for _ in self._on_field(type_name, name, "external"))

    @cached_property
    def _provided(self) -> set[str]:
        names: set[str] = set()
        for nodes in self._types.values():
            for node in nodes:
                for item in getattr(node, "fields", None) or ():
                    for arguments in applied(item, "provides"):
                        names |= _names(field_set(arguments["fields"]))
        return names

    def _on_field(self, type_name: str, name: str, directive: str) -> Any:
        for node in self._types.get(type_name, []):
            for item in getattr(node, "fields", None) or ():
                if item.name.value == name:
                    yield from applied(item, directive)

    def _is_object(self, name: str) -> bool:
        return any(node.kind.startswith("object") for node in self._types[name])


def applied(node: Any, name: str) -> Any:
    """The arguments of each application of a directive, under its plain or prefixed name."""
    for directive in node.directives or ():
        if directive.name.value in (name, f"federation__{name}"):
            yield {a.name.value: a.value.value for a in directive.arguments or ()}


def _names(selection: SelectionSetNode) -> set[str]:
    names = set()
    for node in selection.selections:
        if isinstance(node, FieldNode):
            names.add(node.name.value)
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
            names |= _names(node.selection_set)
    return names
