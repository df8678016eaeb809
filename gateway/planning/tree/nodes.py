"""The nodes of the selection tree: objects, and fields of them."""

from __future__ import annotations

import msgspec

from gateway.operation.model import Argument, Directive, SelectionSet

Arguments = tuple[tuple[str, str], ...]


class FieldNode(msgspec.Struct, eq=False):
    """A field that objects of ``types`` are asked for; ``child`` are the objects below it.

    ``representative`` stands for all ``types``: they are equivalent for this field, unless it
    ``is_mixed``: then candidates that answer for it alone are of no use. ``key`` is the response
    key; internal fields, which only the planner asks, have none ("") until they are named.
    """

    parent: ObjectNode
    types: frozenset[str]
    representative: str
    name: str
    arguments: tuple[Argument, ...]
    directives: tuple[Directive, ...]
    key: str
    order: int
    type_name: str
    lists: int
    is_internal: bool
    child: ObjectNode | None = None
    is_mixed: bool = False

    def asks(self, name: str, arguments: Arguments) -> bool:
        """Whether it is this field with these arguments."""
        return (
            self.name == name
            and not self.directives
            and tuple((a.name, a.text) for a in self.arguments) == arguments
        )


class ObjectNode(msgspec.Struct, eq=False):
    """A place of objects of ``type_name``, concretely of ``possible``.

    ``parent`` is the field they stand under (None: the root). ``returning_subgraphs`` may return
    the objects; ``declaring_subgraphs`` are those and all that declare what leads here, if only to
    provide it. ``selection`` is what the client asks here (None: only the planner asks). ``inputs``
    are the fields that keys and requirements name: the client's own where it asks the same.
    """

    parent: FieldNode | None
    type_name: str
    possible: frozenset[str]
    returning_subgraphs: frozenset[str]
    declaring_subgraphs: frozenset[str]
    selection: SelectionSet | None
    is_abstract: bool
    fields: list[FieldNode] = msgspec.field(default_factory=list)
    inputs: dict[tuple[frozenset[str], str, Arguments], FieldNode] = msgspec.field(
        default_factory=dict
    )
