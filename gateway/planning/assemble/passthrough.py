"""Whether the one fetch's ``data`` bytes can be the client's answer as they are.

They can when the fetch asks exactly what the client asks, in the same order and under the same
keys, and when the subgraph's own schema promises everything that the projection would check:
types and enum values that clients may see, nullability no looser than the API's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from graphql import GraphQLEnumType

from gateway.operation.model import Field, Operation, OperationKind, SelectionSet
from gateway.planning.assemble.rendered import Rendered, RenderedField
from gateway.planning.plan import Fetch, RootFetch
from gateway.planning.resolution import ResolutionIndex


def decide_passthrough(
    index: ResolutionIndex, operation: Operation, fetches: list[Fetch], rendered: list[Rendered]
) -> bool:
    """Whether the plan of ``fetches`` answers ``operation`` without a look at the data.

    ``rendered`` are the selections of the root fetches.
    """
    if operation.kind is OperationKind.SUBSCRIPTION or len(fetches) != 1:
        return False
    [fetch] = fetches
    if not isinstance(fetch, RootFetch) or fetch.renames:
        return False
    root = operation.selection
    if any(asked.name.startswith("__") for asked in root.fields):
        return False
    return _Comparison(index, fetch.subgraph).same(root, rendered[0], root.type)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Compares what the client asks with what one subgraph is asked."""

    index: ResolutionIndex
    subgraph: str
    _known: dict[tuple[int, int, str], bool] = field(default_factory=dict)
    # By id: selections are equal by value, and a memo by value would walk them each time.

    def same(self, asked: SelectionSet, sent: Rendered, declared_type: str) -> bool:
        """Whether objects that the subgraph declares as this type come back as the client asks."""
        key = (id(asked), id(sent), declared_type)
        if key not in self._known:
            self._known[key] = self._same(asked, sent, declared_type)
        return self._known[key]

    def _same(self, asked: SelectionSet, sent: Rendered, declared_type: str) -> bool:
        if self.index.is_interface_object(declared_type, self.subgraph):
            types = asked.possible
        else:
            types = self.index.possible(declared_type, self.subgraph)
        if not types or not types <= asked.possible:
            return False
        return all(self._same_on(name, asked, sent, declared_type) for name in types)

    def _same_on(
        self, type_name: str, asked: SelectionSet, sent: Rendered, declared_type: str
    ) -> bool:
        wanted = [each for each in asked.fields if type_name in each.on]
        given = list(_fields_on(type_name, sent))
        if any(field.occurrences for field in wanted):
            return False  # conditions decide the order, which the subgraph does not know of
        return len(wanted) == len(given) and all(
            self._same_field(type_name, one, other, declared_type)
            for one, other in zip(wanted, given, strict=True)
        )

    def _same_field(
        self, type_name: str, asked: Field, sent: RenderedField, declared_type: str
    ) -> bool:
        """Whether a field of one type comes back under the client's key, as the API promises it."""
        is_interface_object = self.index.is_interface_object(declared_type, self.subgraph)
        if (asked.key, asked.name, asked.when) != (sent.key, sent.name, sent.when):
            return False
        if asked.name == "__typename":
            # A subgraph may call its root type otherwise than the API does.
            return not is_interface_object and type_name not in self.index.roots
        if (asked.arguments, asked.directives) != (sent.arguments, sent.directives):
            return False
        own = declared_type if is_interface_object else type_name
        known = self.index.declared(own, asked.name, self.subgraph)
        public = self.index.field(type_name, asked.name).type
        if known is None or not _promises(known.type.text, public.text):
            return False
        if asked.selection is not None:
            return sent.selection is not None and self.same(
                asked.selection, sent.selection, known.type.name
            )
        return self._has_only_public_values(public.name)

    def _has_only_public_values(self, type_name: str) -> bool:
        public = self.index.api_types.get(type_name)
        if not isinstance(public, GraphQLEnumType):
            return True
        in_subgraph = self.index.in_subgraph(type_name, self.subgraph)
        return in_subgraph is not None and in_subgraph.enum_values <= public.values.keys()


def _fields_on(type_name: str, sent: Rendered) -> Iterator[RenderedField]:
    yield from sent.fields
    for fragment in sent.fragments:
        if type_name in fragment.types:
            yield from _fields_on(type_name, fragment.selection)


@lru_cache(maxsize=4_096)
def _promises(own: str, public: str) -> bool:
    """Whether a subgraph's type is null nowhere where the API's is not."""
    stripped = own.replace("!", ""), public.replace("!", "")
    return stripped[0].count("[") == stripped[1].count("[") and _required(public) <= _required(own)


def _required(text: str) -> set[int]:
    """The nesting levels (0: outermost) at which a type is non-null."""
    found: set[int] = set()
    level = 0
    while text:
        if text.endswith("!"):
            found.add(level)
            text = text[:-1]
        if not text.startswith("["):
            break
        text, level = text[1:-1], level + 1
    return found
