"""Operation → a function from gathered data to response data: closures, one per selection set.

What a closure returns for null is None; whoever holds the value decides whether null may stand
there, notes the error if it may not, and returns None itself: null propagation (GraphQL
specification, 6.4.4) needs no exceptions.

Checked are kind (object, list, leaf), membership of enums, concrete type names and nullability.
Scalars are not coerced again: that was the subgraph's part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    is_composite_type,
)
from msgspec.structs import replace

from gateway.operation.condition import ALWAYS, Condition
from gateway.operation.introspection import place_key
from gateway.operation.model import Field, Occurrence, SelectionSet
from gateway.projection.denials import Denial, Denials
from gateway.projection.run import LinkedPath, Run

Complete = Callable[[Any, LinkedPath, Run], Any]

_CONTAINERS = frozenset({dict, list})
_BUILT_IN_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one selection set on one concrete type, in the order of the answer.

    ``fields`` are (response key, completer, may not be null, printed name); a completer of None
    is a leaf of which only the kind is checked. ``conditions`` is None where all are always on, in
    one order; ``occurrences`` are those of the operation's fields.
    """

    fields: tuple[tuple[str, Complete | None, bool, str], ...]
    conditions: tuple[Condition, ...] | None
    occurrences: tuple[tuple[Occurrence, ...], ...] = ()


class ProjectionCompiler:
    """Compiles selection sets of one operation against ``schema``, the API schema."""

    def __init__(self, schema: GraphQLSchema, typename_key: str, denials: Denials) -> None:
        self._schema = schema
        self._typename_key = typename_key
        self._denials = denials

    def root(self, selection: SelectionSet) -> Complete:
        """Return the completer of the operation's root object."""
        return self._object(selection, selection.type, ())

    def _object(self, selection: SelectionSet, name: str, at: tuple[str, ...]) -> Complete:
        """The completer where the type is statically the object type ``name``."""
        shape = self._shape(selection, name, at)

        def complete(value: Any, path: LinkedPath, run: Run) -> Any:
            if type(value) is dict:
                return _complete_fields(shape, value, path, run)
            return _not_an(value, "object", path, run)

        return complete

    def _abstract(self, selection: SelectionSet, at: tuple[str, ...]) -> Complete:
        """The completer of an interface or union; shapes are made when their type first occurs."""
        shapes: dict[str, Shape] = {}
        typename_key = self._typename_key
        known = self._concrete_names(selection.type)
        untyped, by_type = self._untyped_shape(selection, at)

        def complete(value: Any, path: LinkedPath, run: Run) -> Any:
            if type(value) is not dict:
                return _not_an(value, "object", path, run)
            name = value.get(typename_key)
            shape = shapes.get(name) if type(name) is str else None
            if shape is None:
                untold = typename_key not in value or self._is_interface(name)
                if untold and not any(map(run.is_on, by_type)):
                    return _complete_fields(untyped, value, path, run)
                if type(name) is not str or name not in known:
                    run.add("The type of this object is not known here.", path, "INTERNAL")
                    return None
                shape = shapes[name] = self._shape(selection, name, at)
            return _complete_fields(shape, value, path, run)

        return complete

    def _untyped_shape(
        self, selection: SelectionSet, at: tuple[str, ...]
    ) -> tuple[Shape, tuple[Condition, ...]]:
        """The shape of objects whose concrete type nobody asked for: it makes no difference.

        So it is while all fields that depend on the type are off, whose conditions come second (an
        @interfaceObject could not even tell the type).
        """
        own = getattr(self._schema.type_map[selection.type], "fields", {})
        free = [
            field
            for field in selection.fields
            if field.on == selection.possible
            and field.name in own
            and (*at, field.key) not in self._denials
        ]
        shape = self._shape(replace(selection, fields=tuple(free)), selection.type, at)
        return shape, tuple(field.when for field in selection.fields if field not in free)

    def _is_interface(self, name: Any) -> bool:
        """Whether a subgraph told an interface for the type: to it that is an @interfaceObject."""
        known = self._schema.type_map.get(name) if type(name) is str else None
        return isinstance(known, GraphQLInterfaceType)

    def _concrete_names(self, name: str) -> frozenset[str]:
        type_ = self._schema.type_map[name]
        if isinstance(type_, GraphQLObjectType):
            return frozenset({name})
        return frozenset(t.name for t in self._schema.get_possible_types(type_))  # type: ignore[arg-type]

    def _shape(self, selection: SelectionSet, name: str, at: tuple[str, ...]) -> Shape:
        type_ = self._schema.type_map[name]
        every = name == selection.type
        fields = [field for field in selection.fields if every or name in field.on]
        conditions = tuple(field.when for field in fields)
        is_steady = all(f.when == ALWAYS and len(f.occurrences) < 2 for f in fields)  # noqa: PLR2004
        return Shape(
            fields=tuple(self._field(field, type_, (*at, field.key)) for field in fields),
            conditions=None if is_steady else conditions,
            occurrences=tuple(field.occurrences for field in fields),
        )

    def _field(
        self, field: Field, parent: Any, at: tuple[str, ...]
    ) -> tuple[str, Complete | None, bool, str]:
        """An entry of ``Shape.fields``: the first of type name, introspection, denial, value."""
        printed = f"{parent.name}.{field.name}"
        if field.name == "__typename":
            return field.key, _constant(parent.name), True, printed
        definition = parent.fields.get(field.name)
        if definition is None:  # __schema and __type
            return field.key, _introspected(place_key(at)), False, printed
        type_ = definition.type
        required = isinstance(type_, GraphQLNonNull)
        for denial in self._denials.get(at, ()):
            if parent.name in denial.on:
                return field.key, _denied(denial), required, printed
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        return field.key, self._value(inner, field, at, printed), required, printed

    def _value(
        self, type_: GraphQLOutputType, field: Field, at: tuple[str, ...], printed: str
    ) -> Complete | None:
        """The completer of a nullable type; None for leaves that need no look inside."""
        if isinstance(type_, GraphQLList):
            item = type_.of_type
            required = isinstance(item, GraphQLNonNull)
            inner = item.of_type if isinstance(item, GraphQLNonNull) else item
            return _list(self._value(inner, field, at, printed), required=required, name=printed)
        if isinstance(type_, GraphQLEnumType):
            return _enum(frozenset(type_.values))
        if isinstance(type_, GraphQLScalarType):
            return None if type_.name in _BUILT_IN_SCALARS else _as_it_is
        if is_composite_type(type_) and field.selection is not None:
            # The selection's own type: where ``type_`` is an interface's, it may be narrower.
            own = self._schema.type_map[field.selection.type]
            if isinstance(own, GraphQLObjectType):
                return self._object(field.selection, own.name, at)
            return self._abstract(field.selection, at)
        raise TypeError(f"{printed} has no output type that can be completed")


def _complete_fields(shape: Shape, value: dict[str, Any], path: LinkedPath, run: Run) -> Any:
    """Complete one object (ExecuteSelectionSet). The hot loop: one turn per field of the answer."""
    fields = shape.fields
    if shape.conditions is not None:
        fields = _active_fields(shape, run)
    answer: dict[str, Any] = {}
    for key, complete, required, name in fields:
        item = value.get(key)
        if complete is not None:
            item = complete(item, (path, key), run)
        elif type(item) in _CONTAINERS:
            item = _not_an(item, "leaf", (path, key), run)
        if item is None and required:
            run.add_null((path, key), name)
            return None
        answer[key] = item
    return answer


def _active_fields(shape: Shape, run: Run) -> tuple[tuple[str, Complete | None, bool, str], ...]:
    """The fields whose conditions hold, decided once per shape and run."""
    active: tuple[tuple[str, Complete | None, bool, str], ...] | None = run.active.get(id(shape))
    if active is None:
        numbers = [n for n, when in enumerate(shape.conditions or ()) if run.is_on(when)]
        if any(shape.occurrences):
            numbers.sort(key=lambda n: run.first_position(shape.occurrences[n]))
        active = tuple(shape.fields[n] for n in numbers)
        run.active[id(shape)] = active
    return active


def _list(complete_item: Complete | None, *, required: bool, name: str) -> Complete:
    """The completer of a list; ``required``: one null item makes the whole list null."""

    def complete(value: Any, path: LinkedPath, run: Run) -> Any:
        """Item by item; leaves need no completer, but must not be objects or lists."""
        if type(value) is not list:
            return _not_an(value, "list", path, run)
        answer = []
        for index, item in enumerate(value):
            done = item
            if complete_item is not None:
                done = complete_item(item, (path, index), run)
            elif type(item) in _CONTAINERS:
                done = _not_an(item, "leaf", (path, index), run)
            if done is None and required:
                run.add_null((path, index), name)
                return None
            answer.append(done)
        return answer

    return complete


def _enum(members: frozenset[str]) -> Complete:
    def complete(value: Any, path: LinkedPath, run: Run) -> Any:
        if value is None or (type(value) is str and value in members):
            return value
        run.add("This value is not known here.", path, "INTERNAL")
        return None

    return complete


def _constant(name: str) -> Complete:
    return lambda _value, _path, _run: name


def _introspected(place: str) -> Complete:
    return lambda _value, _path, run: run.introspected(place)


def _denied(denial: Denial) -> Complete:
    more = {"retryable": True} if denial.is_retryable else {}

    def complete(_value: Any, path: LinkedPath, run: Run) -> None:
        run.add(denial.message, path, denial.code, **more)

    return complete


def _as_it_is(value: Any, _path: LinkedPath, _run: Run) -> Any:
    """A custom scalar: any JSON."""
    return value


def _not_an(value: Any, kind: str, path: LinkedPath, run: Run) -> Any:
    """Null is null; anything else of the wrong kind is an error."""
    if value is not None:
        run.add(f"A service answered something that is not of kind {kind} here.", path, "INTERNAL")
    return None
