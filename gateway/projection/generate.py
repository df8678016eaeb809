"""Source of a projection for the usual case: all is there, and of the kind that it should be.

``compile`` is the projection. It can say what is wrong, and where; for that each value costs it a
path and a call. Mostly nothing is wrong, so source is made that only looks, and gives up at the
first value that needs a word said about it (``Irregular``): then ``compile`` does the whole answer.
Whatever the source gives is what ``compile`` would have given, without errors; a property test
compares the two. For ``{ me { id name friends { id } } }``:

    def f1(v):
        ...
            a4 = a3['friends']
            if a4 is not None:
                if type(a4) is not list: raise Irregular
                a5 = []
                for a6 in a4:
                    if a6 is None:                       # a friend, who may be null
                        a5.append(None)
                        continue
                    if type(a6) is not dict: raise Irregular
                    a7 = a6['id']
                    if type(a7) is not str and type(a7) in NO_LEAF_OR_NULL: raise Irregular
                    a5.append({'id': a7})
                a4 = a5
        ...

All that lies below one another is one function of loops, which costs a third less than a function
for each object. Where the type of an object decides, each type has its own, found in a table.
Functions get what they call as defaults (``def f1(v, f2=f2)``), not from the module's names: those
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

_MOST_VALUES = 500
"""Objects and lists of a selection, in all types that they may have."""
_DEEPEST = 12
"""Loops within each other: Python takes 20."""
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
    """Writes the functions of one operation, those that are called before those that call."""

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
        function = _Function(self)
        return self._add(function, function.object(selection, name, "v", " "))

    def list(self, item: GraphQLOutputType, field: Field) -> str:
        """Write the function for a field's lists; return its name."""
        function = _Function(self)
        return self._add(function, function.list(item, field, "v", " "))

    def table(self, functions: dict[str, str]) -> str:
        """Write a table of functions by type names; return its name."""
        own = self.new_name("t")
        members = [f"{name!r}: {function}" for name, function in functions.items()]
        self.lines.append(f"{own} = {{{', '.join(members)}}}")
        return own

    def keep(self, value: Any) -> str:
        """Give ``value`` a name."""
        name = self.new_name("k")
        self.names[name] = value
        return name

    def new_name(self, kind: str) -> str:
        """Return a name that nothing has yet."""
        return f"{kind}{self.number()}"

    def number(self) -> int:
        """Count one object, list or name more. Raises NotGenerated where there are too many."""
        self.count += 1
        if self.count > _MOST_VALUES:
            raise NotGenerated
        return self.count

    def _add(self, function: _Function, result: str) -> str:
        own = self.new_name("f")
        given = ", ".join(["v", *(f"{other}={other}" for other in function.called)])
        self.lines += [f"def {own}({given}):", *function.lines, f" return {result}"]
        return own


class _Function:
    """Writes the body of one function, from its argument down to where types part.

    Each method writes what makes the answer's value of a variable's, and returns its expression.
    """

    def __init__(self, writer: _Writer) -> None:
        self.writer = writer
        self.lines: list[str] = []
        self.called: list[str] = []
        self._locals = 0
        self._loops = 0

    def object(self, selection: SelectionSet, name: str, value: str, indent: str) -> str:
        """An object of one concrete type."""
        self.writer.number()
        type_ = self.writer.schema.type_map[name]
        members: list[str] = []
        self.lines.append(f"{indent}if type({value}) is not dict: raise Irregular")
        for field in selection.fields:
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
            own = self._local()
            self.lines.append(f"{indent}{own} = {value}[{field.key!r}]")
            members.append(f"{field.key!r}: {self._value(definition.type, field, own, indent)}")
        return f"{{{', '.join(members)}}}"

    def list(self, item: GraphQLOutputType, field: Field, value: str, indent: str) -> str:
        """A list that is not null: a new one, or if its items are leaves the same."""
        self.writer.number()
        self.lines.append(f"{indent}if type({value}) is not list: raise Irregular")
        own, made = self._local(), self._local()
        inner = item.of_type if isinstance(item, GraphQLNonNull) else item
        if isinstance(inner, (GraphQLScalarType, GraphQLEnumType)):
            check = self._irregular_leaf(inner, own, is_required=inner is not item)
            if check:
                self.lines.append(f"{indent}for {own} in {value}:")
                self.lines.append(f"{indent} if {check}: raise Irregular")
            return value
        self.lines += [f"{indent}{made} = []", f"{indent}for {own} in {value}:"]
        self._loops += 1
        if inner is item:
            self.lines.append(f"{indent} if {own} is None:")
            self.lines += [f"{indent}  {made}.append(None)", f"{indent}  continue"]
        expression = self._composite(inner, field, own, f"{indent} ")
        self.lines.append(f"{indent} {made}.append({expression})")
        self._loops -= 1
        return made

    def _value(self, type_: GraphQLOutputType, field: Field, value: str, indent: str) -> str:
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(inner, (GraphQLScalarType, GraphQLEnumType)):
            check = self._irregular_leaf(inner, value, is_required=inner is not type_)
            if check:
                self.lines.append(f"{indent}if {check}: raise Irregular")
            return value
        if inner is not type_:
            return self._composite(inner, field, value, indent)
        self.lines.append(f"{indent}if {value} is not None:")
        expression = self._composite(inner, field, value, f"{indent} ")
        self.lines.append(f"{indent} {value} = {expression}")
        return value

    def _irregular_leaf(
        self, type_: GraphQLScalarType | GraphQLEnumType, value: str, *, is_required: bool
    ) -> str:
        """When a leaf is irregular; empty: never."""
        if isinstance(type_, GraphQLEnumType):
            members = self.writer.keep(frozenset(type_.values))
            wrong = f"type({value}) is not str or {value} not in {members}"
            return wrong if is_required else f"{value} is not None and ({wrong})"
        usual = _USUAL_KINDS.get(type_.name)
        if usual is not None:
            kinds = "NO_LEAF_OR_NULL" if is_required else "NO_LEAF"
            return f"type({value}) is not {usual} and type({value}) in {kinds}"
        return f"{value} is None" if is_required else ""

    def _composite(self, type_: GraphQLOutputType, field: Field, value: str, indent: str) -> str:
        """A list, object, interface or union that is not null."""
        if isinstance(type_, GraphQLList):
            if self._loops < _DEEPEST:
                return self.list(type_.of_type, field, value, indent)
            return self._call(self.writer.list(type_.of_type, field), value)
        selection = field.selection
        if selection is None:
            raise NotGenerated
        # The selection's own type: where the field's is an interface's, it may be narrower.
        schema = self.writer.schema
        declared = schema.type_map[selection.type]
        if isinstance(declared, GraphQLObjectType):
            return self.object(selection, declared.name, value, indent)
        possible = schema.get_possible_types(declared)  # type: ignore[arg-type]
        if len(possible) > _MOST_TYPES:
            raise NotGenerated
        table = self.writer.table({t.name: self.writer.object(selection, t.name) for t in possible})
        self.lines.append(f"{indent}if type({value}) is not dict: raise Irregular")
        return self._call(f"{table}[{value}[{self.writer.typename_key!r}]]", value, table)

    def _call(self, function: str, value: str, name: str | None = None) -> str:
        self.called.append(name or function)
        return f"{function}({value})"

    def _local(self) -> str:
        """Return a name of a variable."""
        self._locals += 1
        return f"a{self._locals}"
