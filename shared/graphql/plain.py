"""Reading what is plain: attributes that are there, of types whose text is known.

A field is plain when its resolver is Strawberry's default and it has no arguments: its value is an
attribute. ``shared.graphql.readers`` makes the function that reads and serialises them: leaves,
lists of leaves, objects whose every selected field is plain, lists of such objects. A reader raises
for what does not turn out plain at run time; the field then goes the ordinary way, which tells the
fault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from asyncpg.pgproto.pgproto import UUID as AsyncpgUUID  # noqa: N811
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

SCALAR_TYPES = frozenset({str, int, float, bool, UUID, AsyncpgUUID, datetime, Decimal})
LARGEST_INT = 2**31 - 1
EXTENSION = "shared.plain_fields"
TOGETHER = "shared.together"

Read = Callable[..., Any]


class NotPlain(Exception):
    """This value is not what it would be in the plain case."""


def attach_plain_fields(schema: GraphQLSchema) -> None:
    """Keep with the schema, by type and plain field, the attribute that holds the value."""
    schema.extensions[EXTENSION] = {
        name: {
            field_name: attribute
            for field_name, field in type_.fields.items()
            if (attribute := _attribute(field)) is not None
        }
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__")
    }


def together_of(field: GraphQLField) -> Any:
    """What reads the field for many parents at once, if anything does."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return None if definition is None or field.args else definition.metadata.get(TOGETHER)


def _attribute(field: GraphQLField) -> str | None:
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if definition is None or field.args or not getattr(field.resolve, "_is_default", False):
        return None
    if not definition.is_basic_field or definition.extensions:
        return None
    name: str = definition.python_name
    return name


@dataclass(frozen=True, slots=True)
class Reader:
    """How one plain field is read: its attribute, whether null may stand, and what is made of it.

    Without an attribute the value is ``constant``. ``collects``: ``convert`` also takes what waits
    to be loaded (``shared.graphql.readers``).
    """

    attribute: str | None
    is_nullable: bool = False
    convert: Read = str
    constant: str | None = None
    collects: bool = False

    def __call__(self, source: Any, waiting: Any = None) -> Any:
        """The value of the field. Raises for what is not plain."""
        if self.attribute is None:
            return self.constant
        value = getattr(source, self.attribute)
        if value is None and self.is_nullable:
            return None
        return self.convert(value, waiting) if self.collects else self.convert(value)


def list_converter(item_type: Any, convert: Read) -> Read:
    """Convert each item of a list or tuple."""
    if is_non_null_type(item_type):

        def items(value: Any) -> list[Any]:
            if type(value) is not list and type(value) is not tuple:
                raise NotPlain
            return [convert(item) for item in value]

        return items

    def nullable_items(value: Any) -> list[Any]:
        if type(value) is not list and type(value) is not tuple:
            raise NotPlain
        return [None if item is None else convert(item) for item in value]

    return nullable_items


def leaf_converter(leaf: GraphQLLeafType, *, as_json: bool) -> Read:
    """Serialise a value of this leaf type; others than its plain ones raise.

    ``as_json``: orjson writes it, which knows moments.
    """
    if isinstance(leaf, GraphQLEnumType):
        return _enum_converter(leaf)
    if as_json and leaf.name == "DateTime":
        return _moment
    return _BUILT_IN.get(leaf.name) or _scalar_converter(leaf.coerce_output_value)


def _enum_converter(leaf: GraphQLEnumType) -> Read:
    names: dict[Any, Any] = {}

    def convert(value: Any) -> Any:
        if not isinstance(value, Enum):
            raise NotPlain
        name = names.get(value)
        if name is None:
            name = names[value] = leaf.coerce_output_value(value)
        return name

    return convert


def _scalar_converter(serialize: Read) -> Read:
    def convert(value: Any) -> Any:
        if type(value) not in SCALAR_TYPES:
            raise NotPlain
        return serialize(value)

    return convert


def _text(value: Any) -> Any:
    if type(value) is not str:
        raise NotPlain
    return value


def _int(value: Any) -> Any:
    if type(value) is not int or not -LARGEST_INT - 1 <= value <= LARGEST_INT:
        raise NotPlain
    return value


def _boolean(value: Any) -> Any:
    if value is not True and value is not False:
        raise NotPlain
    return value


def _moment(value: Any) -> Any:
    if type(value) is not datetime or value.tzinfo is not UTC:
        raise NotPlain
    return value


INLINE: Mapping[Read, str] = {
    _text: "type({0}) is not str",
    _int: f"type({{0}}) is not int or not {-LARGEST_INT - 1} <= {{0}} <= {LARGEST_INT}",
    _boolean: "{0} is not True and {0} is not False",
    _moment: "type({0}) is not datetime or {0}.tzinfo is not UTC",
}
"""What makes a value of these leaves not plain, in the generated function's words."""

_BUILT_IN: Mapping[str, Read] = {
    GraphQLString.name: _text,
    GraphQLID.name: _text,
    GraphQLInt.name: _int,
    GraphQLBoolean.name: _boolean,
}


def plain_parts(type_: Any) -> tuple[Any, Any, bool]:
    """The type without its outer non-null, its item type if it is a list, and whether it is."""
    inner = type_.of_type if is_non_null_type(type_) else type_
    return (inner, inner.of_type, True) if is_list_type(inner) else (inner, inner, False)


def leaf_reader(attribute: str, type_: Any, *, as_json: bool) -> Reader | None:
    """Read a field whose type is a leaf or a list of leaves; None for other types."""
    inner, item_type, is_list = plain_parts(type_)
    item = item_type.of_type if is_non_null_type(item_type) else item_type
    if not is_leaf_type(item):
        return None
    convert = leaf_converter(item, as_json=as_json)
    if is_list:
        convert = list_converter(inner.of_type, convert)
    return Reader(attribute, not is_non_null_type(type_), convert)
