"""Source of a projection for the usual case: all is there, and of the kind that it should be.

``compile`` is the projection. It can say what is wrong, and where; for that each value costs it a
path and a call. Mostly nothing is wrong, so source is made that only looks, and gives up at the
first value that needs a word said about it (``Irregular``): then ``compile`` does the whole answer.
Whatever the source gives is what ``compile`` would have given, without errors; a property test
compares the two. For ``{ me { id name tags friends { id } } }``:

    def f2(v):                                # a friend, who may be null
        if type(v) is not dict: raise Irregular
        a0 = v['id']
        if type(a0) is not str and type(a0) in NO_LEAF_OR_NULL: raise Irregular
        return {'id': a0}

Functions get those they call as defaults (``def f1(v, f2=f2)``), not from the module's names: those
would hold the functions that hold them, and a dropped projection would wait for the collector.

It is made when an operation was asked for a few times: new documents do not pay for it. Operations
with conditions, denials or introspection have none, nor have very large ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
)

from gateway.operation.condition import ALWAYS
from gateway.operation.model import Field, SelectionSet

Generated = Callable[[dict[str, Any]], dict[str, Any]]

_MOST_FUNCTIONS = 500
_MOST_TYPES = 16
_USUAL_KINDS = {"Int": "int", "Float": "float", "String": "str", "Boolean": "bool", "ID": "str"}
"""Of built-in scalars: what is looked for first, since a comparison is cheaper than a set."""


class Irregular(Exception):
    """A value that the source does not handle."""


class NotGenerated(Exception):
    """An operation for which no source is made."""


def generate(selection: SelectionSet, schema: GraphQLSchema, typename_key: str) -> Generated | None:
    """Return the function for an operation's root selection, None where none is made.

    It raises Irregular, KeyError or TypeError where ``compile`` has to do the answer.
    """
    writer = _Writer(schema, typename_key)
    try:
        root = writer.object(selection, selection.type)
    except NotGenerated:
        return None
    made: dict[str, Any] = {}
    exec("\n".join(writer.lines), writer.names, made)  # noqa: S102  our own text: names and numbers
    function: Generated = made[root]
    return function


class _Writer:
    """Writes one function for each object and each list of a selection."""

    def __init__(self, schema: GraphQLSchema, typename_key: str) -> None:
        self.schema = schema
        self.typename_key = typename_key
        self.lines: list[str] = []
        self.names: dict[str, Any] = {
            "Irregular": Irregular,
            "NO_LEAF": frozenset({dict, list}),
            "NO_LEAF_OR_NULL": frozenset({dict, list, type(None)}),
        }
        self.count = 0

    def object(self, selection: SelectionSet, name: str) -> str:
        """Write the function for objects of one concrete type; return its name."""
        type_ = self.schema.type_map[name]
        own = self._new_name()
        members: list[str] = []
        called: list[str] = []
        lines = [" if type(v) is not dict: raise Irregular"]
        for number, field in enumerate(selection.fields):
            if name != selection.type and name not in field.on:
                continue
            if field.when != ALWAYS or len(field.occurrences) > 1:
                raise NotGenerated
            if field.name == "__typename":
                members.append(f"{field.key!r}: {name!r}")
                continue
            definition = getattr(type_, "fields", {}).get(field.name)
            if definition is None:  # __schema and __type
                raise NotGenerated
            value = f"a{number}"
            lines.append(f" {value} = v[{field.key!r}]")
            check, expression = self._value(definition.type, field, value, called)
            if check:
                lines.append(f" if {check}: raise Irregular")
            members.append(f"{field.key!r}: {expression}")
        self.lines += [_head(own, called), *lines, f" return {{{', '.join(members)}}}"]
        return own

    def _value(
        self, type_: GraphQLOutputType, field: Field, value: str, called: list[str]
    ) -> tuple[str, str]:
        """Return when ``value`` is irregular (empty: never), and the expression of its answer.

        What the expression calls is added to ``called``.
        """
        required = isinstance(type_, GraphQLNonNull)
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(inner, GraphQLScalarType):
            usual = _USUAL_KINDS.get(inner.name)
            if usual is not None:
                kinds = "NO_LEAF_OR_NULL" if required else "NO_LEAF"
                return f"type({value}) is not {usual} and type({value}) in {kinds}", value
            return (f"{value} is None" if required else ""), value
        if isinstance(inner, GraphQLEnumType):
            members = self._keep(frozenset(inner.values))
            wrong = f"type({value}) is not str or {value} not in {members}"
            return (wrong if required else f"{value} is not None and ({wrong})"), value
        if isinstance(inner, GraphQLList):
            name = self._list(inner.of_type, field)
        else:
            name = self._composite(field)
        called.append(name)
        made = f"{name}({value})"
        return "", made if required else f"None if {value} is None else {made}"

    def _list(self, item: GraphQLOutputType, field: Field) -> str:
        called: list[str] = []
        check, expression = self._value(item, field, "x", called)
        own = self._new_name()
        self.lines += [_head(own, called), " if type(v) is not list: raise Irregular"]
        if check:
            self.lines += [" for x in v:", f"  if {check}: raise Irregular"]
        self.lines.append(
            " return v" if expression == "x" else f" return [{expression} for x in v]"
        )
        return own

    def _composite(self, field: Field) -> str:
        """Write what an object, interface or union gives; return the function's name."""
        selection = field.selection
        if selection is None:
            raise NotGenerated
        # The selection's own type: where the field's is an interface's, it may be narrower.
        type_ = self.schema.type_map[selection.type]
        if isinstance(type_, GraphQLObjectType):
            return self.object(selection, type_.name)
        possible = self.schema.get_possible_types(type_)  # type: ignore[arg-type]
        if len(possible) > _MOST_TYPES:
            raise NotGenerated
        functions = [f"{t.name!r}: {self.object(selection, t.name)}" for t in possible]
        table, own = self._new_name(), self._new_name()
        self.lines += [
            f"{table} = {{{', '.join(functions)}}}",
            _head(own, [table]),
            " if type(v) is not dict: raise Irregular",
            f" return {table}[v[{self.typename_key!r}]](v)",
        ]
        return own

    def _keep(self, value: Any) -> str:
        name = self._new_name()
        self.names[name] = value
        return name

    def _new_name(self) -> str:
        self.count += 1
        if self.count > _MOST_FUNCTIONS:
            raise NotGenerated
        return f"f{self.count}"


def _head(name: str, called: list[str]) -> str:
    return f"def {name}({', '.join(['v', *(f'{other}={other}' for other in called)])}):"
