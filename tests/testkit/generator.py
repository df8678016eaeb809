"""Valid operations for any schema, from a seed: fragments, abstract types, aliases, variables,
conditions, arguments, and names chosen to collide with what a planner might add.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    VariablesInAllowedPositionRule,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    parse,
    validate,
)
from graphql.utilities import do_types_overlap

from shared.validation.overlaps import OverlappingFieldsRule

_ALIASES = (
    "a",
    "b",
    "id",
    "name",
    "_id",
    "_0",
    "representations",
    "typename",
    "e0",
    "k0",
    "_entities",
)
# What the generator does not ensure by the way it builds documents. graphql-core's own rule lets
# __typename pass beside a field of another type.
_RULES = (OverlappingFieldsRule, VariablesInAllowedPositionRule)
_VARIABLES = ("representations", "r0", "x", "id", "_0", "first", "in")
_PLANNED = (
    *("_typename", "__typename", "_id", "_id_2", "sku", "_sku", "code", "_code", "ref", "boss"),
    *("codes", "number", "_e0", "_E0_id"),
)
"""Keys that a planner adds, or moves to where a client has taken them."""
_INTROSPECTION = (
    "__schema { queryType { name } directives { name } }",
    '__type(name: "E0") { kind name fields { name type { kind name ofType { name } } } }',
    '__type(name: "I0") { ... on __Type { possibleTypes { name } } interfaces { __typename } }',
)


@dataclass(frozen=True, slots=True)
class Generated:
    """An operation with values for its variables."""

    text: str
    variables: dict[str, Any]

    @property
    def document(self) -> DocumentNode:
        """The parsed text."""
        return parse(self.text)


_MOST_PARTS = 50
"""For each field: fragments in fragments that come upon no field would never end."""


@dataclass
class _Draft:
    """An operation while it is drawn. ``types`` are the positions that variables were made for."""

    definitions: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    fragments: list[tuple[str, str, str]] = field(default_factory=list)
    fields: int = 0
    parts: int = 0


class OperationGenerator:
    """Makes operations for ``schema``. ``size`` bounds the number of fields, ``depth`` nesting.

    ``samples`` are values for leaves of arguments, by coordinate (``Query.user.id``), by name
    (``first``) or by type (``UUID``): the most exact wins. ``introspects``: among other fields.
    ``conditions``: some fields are skipped or included. ``takes_names``: most fields have an alias,
    many of them one that a planner might want.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        seed: int,
        *,
        size: int = 18,
        depth: int = 5,
        samples: Mapping[str, Sequence[Any]] | None = None,
        introspects: bool = True,
        conditions: bool = True,
        takes_names: bool = False,
    ) -> None:
        self._schema = schema
        self._samples = samples or {}
        self._random = random.Random(seed)
        self._size = size
        self._depth = depth
        self._introspects = introspects
        self._conditions = conditions
        self._takes_names = takes_names

    def query(self) -> Generated:
        """The next query; collisions that make a document invalid are drawn again."""
        return self._valid("query", self._schema.query_type)

    def mutation(self) -> Generated:
        """The next mutation."""
        return self._valid("mutation", self._schema.mutation_type)

    def _valid(self, keyword: str, root: GraphQLObjectType | None) -> Generated:
        if root is None:
            raise LookupError(f"the schema has no {keyword}")
        while True:
            draft = _Draft()
            body = self._selection(root, self._depth, draft, allow_typename=True)
            body = self._directive(draft) + body
            generated = Generated(_print(keyword, draft, body), draft.values)
            if not validate(self._schema, generated.document, _RULES, max_errors=1):
                return generated

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _selection(self, type_: Any, depth: int, draft: _Draft, *, allow_typename: bool) -> str:
        parts = [
            part
            for _ in range(self._random.randint(1, 4))
            if (part := self._part(type_, depth, draft))
        ]
        if allow_typename and (not parts or self._chance(0.15)):
            parts.insert(self._random.randint(0, len(parts)), self._alias("__typename", 0.3))
        return "{ " + " ".join(parts) + " }"

    def _part(self, type_: Any, depth: int, draft: _Draft) -> str:
        draft.parts += 1
        if draft.fields >= self._size or draft.parts > _MOST_PARTS * self._size:
            return ""
        fragment = 0.55 if is_abstract_type(type_) else 0.15
        if not hasattr(type_, "fields") or self._chance(fragment):
            return self._fragment(type_, depth, draft)
        if type_ is self._schema.query_type and self._chance(0.03) and self._introspects:
            return self._random.choice(_INTROSPECTION)
        return self._field(type_, depth, draft)

    def _fragment(self, type_: Any, depth: int, draft: _Draft) -> str:
        overlapping = [
            other
            for other in self._schema.type_map.values()
            if is_composite_type(other)
            and not other.name.startswith("__")
            and do_types_overlap(self._schema, other, type_)
        ]
        known = [f for f in draft.fragments if self._schema.type_map[f[1]] in overlapping]
        if known and self._chance(0.3):
            return f"...{self._random.choice(known)[0]}{self._condition(draft)}"
        target = self._random.choice(overlapping)
        body = self._selection(target, depth, draft, allow_typename=True)
        if self._chance(0.25):
            name = f"F{len(draft.fragments)}"
            draft.fragments.append((name, target.name, body))
            return f"...{name}{self._condition(draft)}"
        on = "" if target is type_ and self._chance(0.3) else f" on {target.name}"
        return f"...{on}{self._condition(draft)} {body}"

    def _field(self, type_: Any, depth: int, draft: _Draft) -> str:
        choices = list(type_.fields)
        if depth <= 0:
            choices = [
                n for n in choices if not is_composite_type(get_named_type(type_.fields[n].type))
            ]
        if not choices:
            return "__typename"
        name = self._random.choice(choices)
        definition = type_.fields[name]
        draft.fields += 1
        arguments = self._arguments(f"{type_.name}.{name}", definition.args, draft)
        text = self._alias(name, 0.25) + arguments + self._directive(draft) + self._condition(draft)
        inner = get_named_type(definition.type)
        if is_composite_type(inner):
            text += " " + self._selection(inner, depth - 1, draft, allow_typename=True)
        return text

    def _alias(self, name: str, probability: float) -> str:
        if not self._chance(probability + 0.3 * self._takes_names):
            return name
        if self._takes_names and self._chance(0.5):
            return f"{self._random.choice([n for n in _PLANNED if n != name])}: {name}"
        pool = [*_ALIASES, *(n for n in ("upc", "email", "price", "title", "key") if n != name)]
        if name == "__typename" or self._chance(0.1):
            pool.append("__typename" if name != "__typename" else "t")
        return f"{self._random.choice(pool)}: {name}"

    def _condition(self, draft: _Draft) -> str:
        if not (self._chance(0.15) and self._conditions):
            return ""
        directive = self._random.choice(("skip", "include"))
        if self._chance(0.15):
            other = "include" if directive == "skip" else "skip"
            return f" @{directive}(if: {self._truth(draft)}) @{other}(if: {self._truth(draft)})"
        return f" @{directive}(if: {self._truth(draft)})"

    def _directive(self, draft: _Draft) -> str:
        """``@trace``, which some schemas have, with arguments as any field's."""
        known = self._schema.get_directive("trace")
        if known is None or not self._chance(0.3):
            return ""
        return f" @trace{self._arguments('@trace', known.args, draft)}"

    def _truth(self, draft: _Draft) -> str:
        if self._chance(0.2):
            return self._random.choice(("true", "false"))
        name = self._random.choice(("c0", "c1", "c2"))
        if name not in draft.definitions:
            default = self._random.choice(("", "", " = true", " = false"))
            draft.definitions[name] = f"Boolean{default or '!'}"
            if not default or self._chance(0.5):
                draft.values[name] = self._chance(0.5)
        return f"${name}"

    def _arguments(self, of: str, arguments: dict[str, Any], draft: _Draft) -> str:
        parts = []
        for name, argument in arguments.items():
            required = isinstance(argument.type, GraphQLNonNull)
            if required or self._chance(0.6):
                parts.append(f"{name}: {self._argument(f'{of}.{name}', argument.type, draft)}")
        return f"({', '.join(parts)})" if parts else ""

    def _argument(self, at: str, type_: Any, draft: _Draft) -> str:
        if self._chance(0.5):
            return self._variable(at, type_, draft)
        inner = _nullable(type_)
        if isinstance(inner, GraphQLInputObjectType) and self._chance(0.5):
            return "{" + self._arguments(inner.name, inner.fields, draft).strip("()") + "}"
        return _literal(self._value(at, type_, 2), type_)

    def _variable(self, at: str, type_: Any, draft: _Draft) -> str:
        name = self._random.choice(_VARIABLES)
        while name in draft.types and draft.types[name] != str(type_):
            name += "_"
        if name not in draft.types:
            draft.types[name] = draft.definitions[name] = str(type_)
            if self._chance(0.25):  # a default makes a nullable variable do where null may not be
                default = _literal(self._some_value(at, _nullable(type_), 2), type_)
                draft.definitions[name] = f"{_nullable(type_)} = {default}"
                if self._chance(0.5):
                    return f"${name}"
            elif not isinstance(type_, GraphQLNonNull) and self._chance(0.15):
                return f"${name}"
            draft.values[name] = self._value(at, type_, 2)
        return f"${name}"

    def _value(self, at: str, type_: Any, depth: int) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self._some_value(at, type_.of_type, depth)
        return None if self._chance(0.1) else self._some_value(at, type_, depth)

    def _some_value(self, at: str, type_: Any, depth: int) -> Any:
        if isinstance(type_, GraphQLList):
            count = self._random.randint(0, 2)
            return [self._value(at, type_.of_type, depth) for _ in range(count)]
        if isinstance(type_, GraphQLInputObjectType):
            return {
                name: self._value(f"{type_.name}.{name}", item.type, depth - 1)
                for name, item in type_.fields.items()
                if isinstance(item.type, GraphQLNonNull) or (depth > 0 and self._chance(0.5))
            }
        return self._leaf(at, type_)

    def _leaf(self, at: str, type_: Any) -> Any:
        for known in (at, at.rpartition(".")[2], type_.name):
            if known in self._samples:
                return self._random.choice(self._samples[known])
        if isinstance(type_, GraphQLEnumType):
            return self._random.choice(sorted(type_.values))
        match type_.name:
            case "Int":
                return self._random.randint(-3, 99)
            case "Float":
                return self._random.randint(0, 99) / 4
            case "Boolean":
                return self._chance(0.5)
        return self._random.choice(("", "x", 'q"uo\\te', "ü", "id-User-1"))


def _nullable(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _literal(value: Any, type_: Any) -> str:
    type_ = _nullable(type_)
    if value is None:
        return "null"
    if isinstance(type_, GraphQLList):
        return "[" + ", ".join(_literal(item, type_.of_type) for item in value) + "]"
    if isinstance(type_, GraphQLInputObjectType):
        items = (f"{k}: {_literal(v, type_.fields[k].type)}" for k, v in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(type_, GraphQLEnumType):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)


def _print(keyword: str, draft: _Draft, body: str) -> str:
    variables = ", ".join(f"${name}: {type_}" for name, type_ in draft.definitions.items())
    head = f"{keyword} Generated({variables}) " if variables else f"{keyword} "
    fragments = [f"fragment {name} on {on} {text}" for name, on, text in draft.fragments]
    return "\n".join([head + body.lstrip(), *fragments])
