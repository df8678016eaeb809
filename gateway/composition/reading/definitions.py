"""The federation machinery in a document: takes it out, checks it, puts the true one in.

Libraries print the machinery into the SDL more or less completely (``_Any``, ``_entities``,
directive definitions). Composition reads the schema without it and validates with the
definitions of the specification.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    parse,
    print_ast,
)

from gateway.composition.errors import CompositionError
from gateway.composition.reading.links import Names
from gateway.composition.reading.specifications import LINK_SDL, SCALARS, available

_MACHINERY_TYPES = frozenset({"_Any", "_Entity", "_Service"})
_MACHINERY_FIELDS = frozenset({"_entities", "_service"})
_LINK_TYPES = frozenset({"link__Import", "link__Purpose"})


def without_machinery(document: DocumentNode, names: Names) -> DocumentNode:
    """Return the document without any definition of the federation and link specifications."""
    scalars = _machinery_scalars(names)
    kept: list[DefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, DirectiveDefinitionNode):
            if node.name.value not in names.canonical and node.name.value != "link":
                kept.append(node)
        elif isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            if node.name.value not in _MACHINERY_TYPES | _LINK_TYPES | scalars:
                kept += _without_entry_points(node)
        else:
            kept.append(node)
    return DocumentNode(definitions=tuple(kept))


def _machinery_scalars(names: Names) -> set[str]:
    local = set(names.scalars.values())
    return local | {"_FieldSet", "FieldSet"} if names.version < (2, 0) else local


def _without_entry_points(node: TypeDefinitionNode | TypeExtensionNode) -> Iterator[DefinitionNode]:
    if not isinstance(node, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
        yield node
        return
    fields = [field for field in (node.fields or ()) if field.name.value not in _MACHINERY_FIELDS]
    if len(fields) == len(node.fields or ()):
        yield node
    elif fields or node.directives or node.interfaces:
        changed = {key: getattr(node, key) for key in node.keys if key != "loc"}
        yield type(node)(**{**changed, "fields": tuple(fields)})


def complete(document: DocumentNode, names: Names) -> DocumentNode:
    """Return a document with the specifications' definitions under their local names."""
    lines = []
    scalars = dict(names.scalars)
    scalars.setdefault("_FieldSet", "_FieldSet")
    for name, specified in available(_definitions_version(names)).items():
        if name in names.written:
            lines.append(_definition(names.written[name], specified.sdl, scalars))
    for name in ("authenticated", "requiresScopes", "policy", "cost", "listSize"):
        if name in names.written and name not in available(_definitions_version(names)):
            sdl = available((2, 9))[name].sdl
            lines.append(_definition(names.written[name], sdl, scalars))
    lines += [f"scalar {local}" for local in dict.fromkeys(scalars.values())]
    if names.links:
        lines.append(LINK_SDL)
    own = {n.name.value for n in document.definitions if isinstance(n, DirectiveDefinitionNode)}
    added = [
        node
        for node in parse("\n".join(lines), no_location=True).definitions
        if not (isinstance(node, DirectiveDefinitionNode) and node.name.value in own)
    ]
    return DocumentNode(definitions=(*document.definitions, *added))


def _definitions_version(names: Names) -> tuple[int, int]:
    return names.version


def _definition(local: str, sdl: str, scalars: dict[str, str]) -> str:
    for name in (*SCALARS, "_FieldSet"):
        sdl = sdl.replace("{" + name + "}", scalars.get(name, name))
    return f"directive @{local}{sdl}"


def check_definitions(document: DocumentNode, names: Names) -> list[CompositionError]:
    """Compare the machinery that a document defines itself with the specification's."""
    expected = {
        node.name.value: node
        for node in complete(DocumentNode(definitions=()), names).definitions
        if isinstance(node, DirectiveDefinitionNode)
    }
    errors: list[CompositionError] = []
    for node in document.definitions:
        if isinstance(node, DirectiveDefinitionNode) and node.name.value in names.canonical:
            errors += _compare(node, expected[node.name.value], names)
        elif isinstance(node, TypeDefinitionNode):
            errors += _check_type(node, names)
    return errors


def _compare(
    found: DirectiveDefinitionNode, expected: DirectiveDefinitionNode, names: Names
) -> Iterator[CompositionError]:
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
        right = print_ast(known[argument.name.value].type)
        given = print_ast(argument.type)
        if not _same_type(given, right, names):
            yield wrong(
                f'argument "{argument.name.value}" should have type "{right}" '
                f'but found type "{given}"'
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
    """Field sets are also written as plain strings by older libraries."""
    if given == expected:
        return True
    scalars = {*names.scalars.values(), "_FieldSet", "FieldSet", "String"}
    if expected.strip("[]!") not in scalars or given.strip("[]!") not in scalars:
        return False
    return _shape(given) in {_shape(expected), _shape(expected).removesuffix("!")} and (
        names.version < (2, 0) or _shape(given) == _shape(expected)
    )


def _shape(written: str) -> str:
    return "".join(character for character in written if character in "[]!")


def _check_type(node: TypeDefinitionNode, names: Names) -> Iterator[CompositionError]:
    name = node.name.value
    if name in _machinery_scalars(names) and not isinstance(node, ScalarTypeDefinitionNode):
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
