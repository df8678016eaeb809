"""Field sets: the selections written as strings in ``@key``, ``@requires``, ``@provides``."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from gateway.supergraph.errors import SupergraphInvalid


@dataclass(frozen=True, slots=True)
class FieldSelection:
    """``name(arguments) { selections }``; ``arguments`` are (name, printed literal) pairs."""

    name: str
    arguments: tuple[tuple[str, str], ...] = ()
    selections: FieldSet = ()


@dataclass(frozen=True, slots=True)
class FragmentSelection:
    """``... on type_condition { selections }``."""

    type_condition: str
    selections: FieldSet = ()


FieldSet = tuple[FieldSelection | FragmentSelection, ...]


def parse_field_set(text: str, where: str) -> FieldSet:
    """Parse a field set, with or without its outer braces; ``where`` names it in errors."""
    body = text.strip()
    try:
        document = parse(body if body.startswith("{") else "{" + body + "}", no_location=True)
    except GraphQLError as error:
        raise SupergraphInvalid(
            "SUPERGRAPH_MALFORMED", f"{where}: the field set {text!r} does not parse: {error}"
        ) from error
    [definition] = document.definitions
    assert isinstance(definition, OperationDefinitionNode)  # noqa: S101 - the text starts with "{"
    return _selections(definition.selection_set)


def _selections(node: SelectionSetNode | None) -> FieldSet:
    if node is None:
        return ()
    result: list[FieldSelection | FragmentSelection] = []
    for selection in node.selections:
        result.extend(_selection(selection))
    return tuple(result)


def _selection(node: SelectionNode) -> FieldSet:
    if isinstance(node, FieldNode):
        arguments = tuple((a.name.value, print_ast(a.value)) for a in node.arguments or ())
        return (FieldSelection(node.name.value, arguments, _selections(node.selection_set)),)
    if isinstance(node, InlineFragmentNode):
        inner = _selections(node.selection_set)
        if node.type_condition is None:
            return inner
        return (FragmentSelection(node.type_condition.name.value, inner),)
    return ()


def print_field_set(selections: FieldSet) -> str:
    """The canonical text of a field set."""
    parts: list[str] = []
    for selection in selections:
        inner = f" {{ {print_field_set(selection.selections)} }}" if selection.selections else ""
        if isinstance(selection, FragmentSelection):
            parts.append(f"... on {selection.type_condition}{inner}")
        else:
            arguments = ", ".join(f"{name}: {value}" for name, value in selection.arguments)
            parts.append(selection.name + (f"({arguments})" if arguments else "") + inner)
    return " ".join(parts)
