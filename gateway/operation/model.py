"""The normalised operation: what the planner, the projection and the limits read.

A client's document reaches this form once (parsed, validated, fragments gone) and is kept. The
normal form of a selection set:

- fragments are resolved to sets of concrete object types of the API schema (``Field.on``);
- for every concrete type and response key there is exactly one ``Field``: fields of one response
  key have disjoint ``on`` sets, so a reader may filter by type and have the answer of the GraphQL
  specification's CollectFields (section 6.3.2), in its order;
- ``@skip`` and ``@include`` with literals are decided; with variables they are a condition
  (``Field.when``), never part of a cache key;
- equal fields are merged, their selection sets too; a child keeps the condition under which its
  own occurrence was selected.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec

from gateway.operation.condition import ALWAYS, Condition, Conjunction


class OperationKind(Enum):
    """The three kinds of operation, by their keyword in a document."""

    QUERY = "query"
    MUTATION = "mutation"
    SUBSCRIPTION = "subscription"


class Argument(msgspec.Struct, frozen=True):
    """One argument as written; ``text`` is its value in one canonical print (no white space).

    ``literals`` are the placeholders in it, which stand like variables for literals (``shape``).
    """

    name: str
    text: str
    variables: frozenset[str] = frozenset()
    literals: frozenset[str] = frozenset()


class Directive(msgspec.Struct, frozen=True):
    """An executable directive as written, with the variables and literals in its arguments."""

    text: str
    variables: frozenset[str] = frozenset()
    literals: frozenset[str] = frozenset()


class Occurrence(msgspec.Struct, frozen=True):
    """One place in the document where a field stands: it counts there while ``facts`` hold."""

    position: int
    facts: Conjunction


class Field(msgspec.Struct, frozen=True):
    """A field of a selection set, for the concrete types ``on``.

    ``key`` is the response key (alias or name). ``directives`` are executable directives other
    than @skip and @include. ``selection`` is None for leaves. ``occurrences``
    are there only where conditions decide the order of the answer: a field comes where it is first
    collected.
    """

    key: str
    name: str
    on: frozenset[str]
    arguments: tuple[Argument, ...] = ()
    when: Condition = ALWAYS
    directives: tuple[Directive, ...] = ()
    selection: SelectionSet | None = None
    occurrences: tuple[Occurrence, ...] = ()


class SelectionSet(msgspec.Struct, frozen=True):
    """What is selected on a composite ``type`` (object, interface or union of the API schema).

    ``possible`` are the concrete types that can occur here: those of ``type``, narrowed by what
    encloses it.
    """

    type: str
    possible: frozenset[str]
    fields: tuple[Field, ...]


class VariableDefinition(msgspec.Struct, frozen=True):
    """``$name: type = default``, with type and default printed."""

    name: str
    type: str
    default: str | None = None


class Operation(msgspec.Struct, frozen=True):
    """One operation, ready to be planned and projected.

    ``directives`` are its own executable directives; ``query_directives`` those of them that may
    stand at a query, which entities are asked by below a mutation, too.
    """

    kind: OperationKind
    name: str | None
    selection: SelectionSet
    variables: Mapping[str, VariableDefinition]
    directives: tuple[Directive, ...] = ()
    query_directives: tuple[Directive, ...] = ()

    def directives_at(self, kind: OperationKind) -> tuple[Directive, ...]:
        """Those that a subgraph's document of this kind has."""
        return self.query_directives if kind is OperationKind.QUERY else self.directives
