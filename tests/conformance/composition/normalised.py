"""A supergraph in a form in which two composers' results can be compared.

Graphs by the subgraph's name, directives and arguments in order, field sets single-spaced, the
fixed definitions of link and join left out; the API schema sorted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    Node,
    SchemaDefinitionNode,
    StringValueNode,
    build_schema,
    lexicographic_sort_schema,
    parse,
    print_ast,
    print_schema,
    value_from_ast_untyped,
)

from gateway.composition.field_sets import parse_field_set, render_field_set

_FIXED = re.compile(r"^(link__|join__(?!Graph))|__(Scope|Policy|ContextFieldValue)$")
_GRAPH = re.compile(r'(\w+)\s+@join__graph\(name: "([^"]*)"')
_FIELD_SETS = frozenset({"key", "requires", "provides"})
_REQUIREMENTS = frozenset({"scopes", "policies"})

Normalised = dict[str, Any]


def normalise(sdl: str) -> Normalised:
    """Return the supergraph's types, by name."""
    graphs = dict(_GRAPH.findall(sdl))
    found: Normalised = {}
    for node in parse(sdl, no_location=True).definitions:
        if isinstance(node, SchemaDefinitionNode):
            found["schema"] = sorted(_applied(node, graphs))
        elif not isinstance(node, DirectiveDefinitionNode):
            name: str = node.name.value  # type: ignore[attr-defined]
            if not _FIXED.search(name) and name != "join__Graph":
                found[name] = _type(node, graphs)
    return found


def normalise_api(sdl: str) -> str:
    """Return an API schema sorted."""
    return print_schema(lexicographic_sort_schema(build_schema(sdl, assume_valid=True)))


def _type(node: Node, graphs: dict[str, str]) -> Normalised:
    found: Normalised = {"kind": node.kind, **_element(node, graphs)}
    for part in ("interfaces", "types"):
        found[part] = sorted(named.name.value for named in getattr(node, part, None) or ())
    for part in ("fields", "values"):
        for child in getattr(node, part, None) or ():
            found[child.name.value] = _element(child, graphs)
    return found


def _element(node: Node, graphs: dict[str, str]) -> Normalised:
    found: Normalised = {"directives": sorted(_applied(node, graphs))}
    description = getattr(node, "description", None)
    if description is not None:
        found["description"] = description.value
    if getattr(node, "type", None) is not None:
        found["type"] = print_ast(node.type)  # type: ignore[attr-defined]
    if getattr(node, "default_value", None) is not None:
        found["default"] = print_ast(node.default_value)  # type: ignore[attr-defined]
    for argument in getattr(node, "arguments", None) or ():
        found[f"({argument.name.value}:)"] = _element(argument, graphs)
    return found


def _applied(node: Node, graphs: dict[str, str]) -> Iterator[str]:
    directives: tuple[ConstDirectiveNode, ...] = getattr(node, "directives", None) or ()
    for directive in directives:
        given = []
        for argument in directive.arguments or ():
            name, value = argument.name.value, argument.value
            text = re.sub(r"\s+", " ", print_ast(value))
            if name == "graph":
                text = graphs.get(text, text)
            elif name in _FIELD_SETS and isinstance(value, StringValueNode):
                text = render_field_set(parse_field_set(value.value))
            elif name in _REQUIREMENTS:
                text = str(sorted(sorted(one) for one in value_from_ast_untyped(value)))
            if (name, text) != ("resolvable", "true"):
                given.append(f"{name}: {text}")
        yield f"@{directive.name.value}({', '.join(sorted(given))})"


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Yield where two normalised supergraphs differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}):
            yield from differences(ours.get(key), theirs.get(key), f"{path}/{key}")
    elif ours != theirs:
        yield f"{path}: ours {ours}, theirs {theirs}"
