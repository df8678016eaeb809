"""How large an operation is once its fragments are expanded, without expanding them.

Each fragment is measured once and remembered, so a chain of fragments that each spread the next
twice costs as much to measure as to read, although it expands to 2^n fields.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

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
    list written out in an argument; ``keys``: of the largest object. ``is_conditional``: directives
    choose among the fields. ``introspects``: it asks for the schema.
    """

    depth: int
    fields: int
    width: int = 0
    items: int = 0
    keys: int = 0
    is_conditional: bool = False
    introspects: bool = False

    def __add__(self, other: "Size") -> "Size":
        """Two selections side by side."""
        return Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.width + other.width,
            max(self.items, other.items),
            max(self.keys, other.keys),
            self.is_conditional or other.is_conditional,
            self.introspects or other.introspects,
        )


NOTHING = Size(0, 0)


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
        total = NOTHING
        for selection in node.selections if node is not None else ():
            total += self._selection(selection)
            if selection.directives and not total.is_conditional:
                total = replace(total, is_conditional=True)
        return total

    def _selection(self, node: object) -> Size:
        if isinstance(node, FieldNode):
            inner = self.selection_set(node.selection_set)
            items, keys = _longest(argument.value for argument in node.arguments or ())
            return Size(
                inner.depth + 1,
                inner.fields + 1,
                node.name.value != ENTITIES,
                max(items, inner.items),
                max(keys, inner.keys),
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
            return NOTHING  # unknown or cyclic: validation says so
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
        max((size.keys for size in sizes), default=0),
        any(size.is_conditional for size in sizes),
        any(size.introspects for size in sizes),
    )


def _longest(values: Iterable[ValueNode]) -> tuple[int, int]:
    """The length of the longest list written out in ``values``, and of the largest object."""
    items = keys = 0
    for value in values:
        inner: list[ValueNode] = []
        if isinstance(value, ListValueNode):
            inner = list(value.values)
            items = max(items, len(inner))
        elif isinstance(value, ObjectValueNode):
            inner = [field.value for field in value.fields]
            keys = max(keys, len(inner))
        if inner:
            below = _longest(inner)
            items, keys = max(items, below[0]), max(keys, below[1])
    return items, keys
