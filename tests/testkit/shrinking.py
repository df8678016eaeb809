"""Makes a failing operation small: drops parts of it for as long as it still fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    print_ast,
    validate,
    visit,
)

from tests.testkit.generator import Generated

Fails = Callable[[Generated], Awaitable[bool]]


async def shrink(
    generated: Generated, schema: GraphQLSchema, fails: Fails, *, attempts: int = 400
) -> Generated:
    """Return a smaller operation that still ``fails``, after at most ``attempts`` tries."""
    current = _tidy(_inline_fragments(generated.document), generated.variables)
    if not await fails(current):
        current = generated
    while True:
        for candidate in _smaller(current):
            if not _is_valid(candidate, schema):
                continue
            attempts -= 1
            if attempts < 0:
                return current
            if await fails(candidate):
                current = candidate
                break
        else:
            return current


def _is_valid(candidate: Generated, schema: GraphQLSchema) -> bool:
    try:
        return "{}" not in candidate.text and not validate(schema, candidate.document, max_errors=1)
    except GraphQLError:
        return False


def _smaller(generated: Generated) -> Iterator[Generated]:
    """All documents that are one step smaller, the biggest steps first."""
    document = generated.document
    for number in range(_count(document)):
        yield _tidy(_edited(document, number, _without), generated.variables)
    for edit in (_unwrapped, _plain, _unconditional, _without_arguments):
        for number in range(_count(document)):
            edited = _edited(document, number, edit)
            if print_ast(edited) != print_ast(document):
                yield _tidy(edited, generated.variables)


class _Selections(Visitor):
    """Applies ``edit`` to the ``number``-th selection: it gives the selections in its place."""

    def __init__(self, number: int, edit: Callable[[Any], tuple[Any, ...]] | None) -> None:
        super().__init__()
        self.seen = 0
        self._number = number
        self._edit = edit

    def enter_selection_set(self, node: SelectionSetNode, *_args: Any) -> SelectionSetNode | None:
        """Edit one selection of this set, if its turn has come."""
        first, self.seen = self.seen, self.seen + len(node.selections)
        index = self._number - first
        if self._edit is None or not 0 <= index < len(node.selections):
            return None
        parts = list(node.selections)
        parts[index : index + 1] = self._edit(parts[index])
        return SelectionSetNode(selections=tuple(parts))


def _count(document: DocumentNode) -> int:
    visitor = _Selections(-1, None)
    visit(document, visitor)
    return visitor.seen


def _edited(
    document: DocumentNode, number: int, edit: Callable[[Any], tuple[Any, ...]]
) -> DocumentNode:
    edited: DocumentNode = visit(document, _Selections(number, edit))
    return edited


def _without(_node: Any) -> tuple[Any, ...]:
    return ()


def _unwrapped(node: Any) -> tuple[Any, ...]:
    if isinstance(node, InlineFragmentNode):
        return tuple(node.selection_set.selections)
    return (node,)


def _plain(node: Any) -> tuple[Any, ...]:
    return (_changed(node, alias=None),) if getattr(node, "alias", None) else (node,)


def _unconditional(node: Any) -> tuple[Any, ...]:
    return (_changed(node, directives=()),) if node.directives else (node,)


def _without_arguments(node: Any) -> tuple[Any, ...]:
    return (_changed(node, arguments=()),) if getattr(node, "arguments", None) else (node,)


def _changed(node: Any, **changes: Any) -> Any:
    values = {key: getattr(node, key) for key in node.keys if key != "loc"}
    return type(node)(**{**values, **changes})


def _inline_fragments(document: DocumentNode) -> DocumentNode:
    """Write named fragments where they are spread."""
    bodies = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }

    class Inline(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_args: Any) -> Any:
            body = bodies[node.name.value]
            return InlineFragmentNode(
                type_condition=body.type_condition,
                directives=node.directives,
                selection_set=visit(body.selection_set, Inline()),
            )

    kept = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return DocumentNode(definitions=tuple(visit(d, Inline()) for d in kept))


def _tidy(document: DocumentNode, values: dict[str, Any]) -> Generated:
    """Drop variables that nothing uses any more."""
    used: set[str] = set()

    class Used(Visitor):
        def enter_variable(self, node: Any, _key: Any, parent: Any, *_args: Any) -> None:
            if getattr(parent, "kind", "") != "variable_definition":
                used.add(node.name.value)

    visit(document, Used())
    definitions = []
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            kept = tuple(
                v for v in node.variable_definitions or () if v.variable.name.value in used
            )
            name = NameNode(value="Shrunk") if node.name else None
            definitions.append(_changed(node, variable_definitions=kept, name=name))
        else:
            definitions.append(node)
    text = print_ast(DocumentNode(definitions=tuple(definitions)))
    return Generated(text, {name: value for name, value in values.items() if name in used})
