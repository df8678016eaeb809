"""How large an operation is once its fragments are expanded, without expanding them.

Each fragment is measured once and remembered, so a chain of fragments that each spread the next
twice costs as much to measure as to read, although it expands to 2^n fields.
"""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
)

ENTITIES = "_entities"
INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Size:
    """``depth``: the deepest nesting of fields. ``fields``: fields after expansion.

    ``width``: those of them at the top, but for ``_entities``. ``items``: the length of the longest
    list written out in an argument. ``is_conditional``: directives choose among the fields.
    ``introspects``: it asks for the schema.
    """

    depth: int
    fields: int
    width: int = 0
    items: int = 0
    is_conditional: bool = False
    introspects: bool = False


class _Measure:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, Size] = {}
        self._under_way: set[str] = set()

    def selection_set(self, node: SelectionSetNode | None) -> Size:
        depth = fields = width = items = 0
        is_conditional = introspects = False
        for selection in node.selections if node is not None else ():
            size = self._selection(selection)
            depth = max(depth, size.depth)
            items = max(items, size.items)
            fields += size.fields
            width += size.width
            is_conditional |= size.is_conditional or bool(selection.directives)
            introspects |= size.introspects
        return Size(depth, fields, width, items, is_conditional, introspects)

    def _selection(self, node: object) -> Size:
        if isinstance(node, FieldNode):
            inner = self.selection_set(node.selection_set)
            items = max(
                (_longest_list(argument.value) for argument in node.arguments or ()), default=0
            )
            return Size(
                inner.depth + 1,
                inner.fields + 1,
                node.name.value != ENTITIES,
                max(items, inner.items),
                inner.is_conditional,
                inner.introspects or node.name.value in INTROSPECTION,
            )
        if isinstance(node, InlineFragmentNode):
            return self.selection_set(node.selection_set)
        assert isinstance(node, FragmentSpreadNode)  # noqa: S101  the grammar has no fourth kind
        return self._fragment(node.name.value)

    def _fragment(self, name: str) -> Size:
        known = self._known.get(name)
        if known is not None:
            return known
        fragment = self._fragments.get(name)
        if fragment is None or name in self._under_way:
            return Size(0, 0)  # unknown or cyclic: validation says so
        self._under_way.add(name)
        size = self.selection_set(fragment.selection_set)
        self._under_way.discard(name)
        self._known[name] = size
        return size


def largest_operation(document: DocumentNode) -> Size:
    """The greatest of each measure among the document's operations."""
    measure = _Measure(document)
    sizes = [
        measure.selection_set(node.selection_set)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    return Size(
        max((size.depth for size in sizes), default=0),
        max((size.fields for size in sizes), default=0),
        max((size.width for size in sizes), default=0),
        max((size.items for size in sizes), default=0),
        any(size.is_conditional for size in sizes),
        any(size.introspects for size in sizes),
    )


def _longest_list(value: ValueNode) -> int:
    if isinstance(value, ListValueNode):
        return max(len(value.values), *(_longest_list(each) for each in value.values), 0)
    if isinstance(value, ObjectValueNode):
        return max((_longest_list(each.value) for each in value.fields), default=0)
    return 0
