"""The federation machinery in a document: takes it out, checks it, puts the true one in.

Libraries print the machinery into the SDL more or less completely (``_Any``, ``_entities``,
directive definitions). Composition reads the schema without it and validates with the
definitions of the specification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    parse,
    print_ast,
)

from gateway.composition.directives import by_name, selecting
from gateway.composition.errors import CompositionError
from gateway.composition.reading.links import Names
from gateway.composition.specification.federation import LINK_SDL

_MACHINERY_TYPES = frozenset({"_Any", "_Entity", "_Service"})
_MACHINERY_FIELDS = frozenset({"_entities", "_service"})
_LINK_TYPES = frozenset({"link__Import", "link__Purpose"})


def without_entry_points(document: DocumentNode) -> DocumentNode:
    """Return the document without ``_entities``, ``_service`` and their types."""
    kept: list[DefinitionNode] = []
    for node in document.definitions:
        if not isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            kept.append(node)
        elif node.name.value not in _MACHINERY_TYPES:
            kept += _without_entry_points(node)
    named = {getattr(getattr(node, "name", None), "value", "") for node in kept}
    gone = {getattr(getattr(n, "name", None), "value", "") for n in document.definitions} - named
    return DocumentNode(definitions=tuple(_without_roots(node, gone) for node in kept))


def _without_entry_points(node: TypeDefinitionNode | TypeExtensionNode) -> Iterator[DefinitionNode]:
    if not isinstance(node, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
        yield node
        return
    fields = [field for field in (node.fields or ()) if field.name.value not in _MACHINERY_FIELDS]
    if len(fields) == len(node.fields or ()):
        yield node
    elif fields or node.directives or node.interfaces:
        yield _changed(node, fields=tuple(fields))


def _without_roots(node: DefinitionNode, gone: set[str]) -> DefinitionNode:
    """A root type that had only entry points is no root any more."""
    if not isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
        return node
    roots = node.operation_types or ()
    return _changed(
        node, operation_types=tuple(root for root in roots if root.type.name.value not in gone)
    )


def _changed(node: DefinitionNode, **parts: object) -> DefinitionNode:
    kept = {key: getattr(node, key) for key in node.keys if key != "loc"}
    return type(node)(**{**kept, **parts})


def is_machinery(name: str, names: Names) -> bool:
    """Tell whether a type of a document belongs to the federation or link specification."""
    return name in _LINK_TYPES or name in names.scalars.values() or name == "_FieldSet"


def complete(document: DocumentNode, names: Names) -> DocumentNode:
    """Return a document with all definitions of the specifications that it does not define."""
    own = {
        (isinstance(node, DirectiveDefinitionNode), node.name.value)
        for node in document.definitions
        if isinstance(node, DirectiveDefinitionNode | TypeDefinitionNode)
    }
    added = [
        node
        for node in _specified(names)
        if isinstance(node, DirectiveDefinitionNode | TypeDefinitionNode)
        and (isinstance(node, DirectiveDefinitionNode), node.name.value) not in own
    ]
    kept = [node for node in document.definitions if not _says_nothing(node, names)]
    missing = [
        node
        for node in _specified(names)
        if isinstance(node, DirectiveDefinitionNode)
        and any(_says_nothing(n, names, node.name.value) for n in document.definitions)
    ]
    return DocumentNode(definitions=(*kept, *added, *missing))


def _says_nothing(node: DefinitionNode, names: Names, name: str | None = None) -> bool:
    """Federation 1 libraries print some definitions without their arguments."""
    return (
        names.version < (2, 0)
        and isinstance(node, DirectiveDefinitionNode)
        and not node.arguments
        and node.name.value in selecting()
        and name in {None, node.name.value}
    )


def _specified(names: Names) -> tuple[DefinitionNode, ...]:
    """Return the specifications' definitions under the document's names for them."""
    lines = [
        _definition(local, by_name()[name].sdl(names.version), names.scalars)
        for name, local in names.written.items()
    ]
    lines += [f"scalar {local}" for local in dict.fromkeys(names.scalars.values())]
    if names.links:
        lines.append(LINK_SDL)
    return _parse_specified("\n".join(lines))


@lru_cache(maxsize=64)
def _parse_specified(sdl: str) -> tuple[DefinitionNode, ...]:
    """Most subgraphs import the same names: their definitions are parsed once."""
    return tuple(parse(sdl, no_location=True).definitions)


def _definition(local: str, sdl: str, scalars: Mapping[str, str]) -> str:
    for name, written in scalars.items():
        sdl = sdl.replace("{" + name + "}", written)
    return f"directive @{local}{sdl}"


def check_definitions(document: DocumentNode, names: Names) -> list[CompositionError]:
    """Compare the machinery that a document defines itself with the specification's."""
    expected = {
        node.name.value: node
        for node in _specified(names)
        if isinstance(node, DirectiveDefinitionNode)
    }
    errors: list[CompositionError] = []
    for node in document.definitions:
        if _says_nothing(node, names):
            continue
        if isinstance(node, DirectiveDefinitionNode) and node.name.value in names.canonical:
            errors += _compare(node, expected[node.name.value], names)
        elif isinstance(node, TypeDefinitionNode):
            errors += _check_type(node, names)
    return errors


def _compare(
    found: DirectiveDefinitionNode, expected: DirectiveDefinitionNode, names: Names
) -> Iterator[CompositionError]:
    """A subgraph may define less than the specification (fewer locations), never anything else."""

    def wrong(problem: str) -> CompositionError:
        message = f'Invalid definition for directive "@{found.name.value}": {problem}'
        correct = f"Remove the definition, or write: {print_ast(expected)}"
        return CompositionError("DIRECTIVE_DEFINITION_INVALID", message, hint=correct)

    known = {argument.name.value: argument for argument in expected.arguments or ()}
    present = {argument.name.value for argument in found.arguments or ()}
    for argument in found.arguments or ():
        if argument.name.value not in known:
            yield wrong(f'unknown/unsupported argument "{argument.name.value}"')
            continue
        right = known[argument.name.value]
        if not _same_type(print_ast(argument.type), print_ast(right.type), names):
            yield wrong(
                f'argument "{argument.name.value}" should have type "{print_ast(right.type)}" '
                f'but found type "{print_ast(argument.type)}"'
            )
        elif not _same_default(argument, right):
            given = print_ast(argument.default_value) if argument.default_value else "null"
            wanted = print_ast(right.default_value) if right.default_value else "null"
            yield wrong(
                f'argument "{argument.name.value}" should have default value {wanted} '
                f"but found default value {given}"
            )
    for name, argument in known.items():
        if name not in present and print_ast(argument.type).endswith("!"):
            yield wrong(f'missing required argument "{name}"')
    if found.repeatable and not expected.repeatable:
        yield wrong(f'"@{found.name.value}" should not be repeatable')
    allowed = [location.value for location in expected.locations]
    if any(location.value not in allowed for location in found.locations):
        given = ", ".join(location.value for location in found.locations)
        yield wrong(f"should have locations {', '.join(allowed)}, but found (non-subset) {given}")


def _same_type(given: str, expected: str, names: Names) -> bool:
    """A definition may be stricter. Field sets are also written as strings, or lists of them."""
    if given in {expected, f"{expected}!"}:
        return True
    scalars = {*names.scalars.values(), "_FieldSet", "FieldSet", "String"}
    if expected.strip("[]!") not in scalars or given.strip("[]!") not in scalars:
        return False
    shape = _shape(given)
    return shape in {_shape(expected), _shape(expected) + "!"} or (
        expected.endswith("FieldSet!") and shape in {"[!]!", "[]!"}
    )


def _same_default(found: InputValueDefinitionNode, expected: InputValueDefinitionNode) -> bool:
    if found.default_value is None:
        return expected.default_value is None or print_ast(found.type).endswith("!")
    return expected.default_value is not None and print_ast(found.default_value) == print_ast(
        expected.default_value
    )


def _shape(written: str) -> str:
    return "".join(character for character in written if character in "[]!")


def _check_type(node: TypeDefinitionNode, names: Names) -> Iterator[CompositionError]:
    name = node.name.value
    if name in names.scalars.values() and not isinstance(node, ScalarTypeDefinitionNode):
        problem = f"Invalid definition for type {name}: it should be a scalar."
        yield CompositionError("TYPE_DEFINITION_INVALID", problem, (name,))
    if name == "link__Purpose" and isinstance(node, EnumTypeDefinitionNode):
        values = sorted(value.name.value for value in node.values or ())
        if values != ["EXECUTION", "SECURITY"]:
            problem = (
                f'Invalid definition for type "{name}": expected values '
                f"[EXECUTION, SECURITY] but found [{', '.join(values)}]."
            )
            yield CompositionError("TYPE_DEFINITION_INVALID", problem, (name,))
    if name in _MACHINERY_TYPES and isinstance(node, InterfaceTypeDefinitionNode):
        problem = f"Invalid definition for type {name}: it belongs to federation itself."
        yield CompositionError("TYPE_DEFINITION_INVALID", problem, (name,))
