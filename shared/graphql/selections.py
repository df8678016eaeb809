"""What the executor makes of an operation's selection sets, once."""

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLObjectType
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path

from shared.graphql.fields import Together
from shared.graphql.plain import Read, Reader


@dataclass(slots=True)
class Entry:
    """One field of a selection set: it has a reader, a walk through it, a load, or none of them.

    ``is_late``: its resolver may fail later and take the object with it.
    """

    key: str
    details: FieldDetailsList
    read: Reader | None = None
    walk: "Walk | None" = None
    load: "Load | None" = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """A field read for many parents at once, whose values are plain. ``convert``: what is made of
    one."""

    together: Together
    convert: Read


@dataclass(slots=True)
class Loading:
    """The objects that wait for one field: their results, themselves and where they stand."""

    entry: Entry
    load: Load
    type_: GraphQLObjectType
    items: list[tuple[dict[str, Any], Any, Path | None]] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """The way through a plain field to objects of which not everything is plain."""

    attribute: str
    is_list: bool
    below: "Selection"
    type_: Any
    item_type: Any


@dataclass(slots=True)
class Selection:
    """A selection set on one type. ``read``: all that is plain; ``rest``: what is not."""

    type_: GraphQLObjectType
    fields: GroupedFieldSet
    entries: list[Entry]
    read: Read
    rest: list[Entry]


@dataclass(slots=True)
class Memory:
    """What is worked out of one operation, kept with its document while nothing is conditional."""

    root: GroupedFieldSet | None = None
    sub_fields: dict[Any, Any] = field(default_factory=dict)
    selections: dict[int, Selection] = field(default_factory=dict)
