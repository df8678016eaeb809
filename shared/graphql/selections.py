"""What the executor makes of an operation's selection sets, once."""

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLObjectType
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

from shared.graphql.plain import Read, Reader
from shared.graphql.readers import Load


@dataclass(slots=True)
class Entry:
    """One field of a selection set: it has a reader, a load, a walk through it, or none of them.

    ``collect``: reads what a walk leads to, where all of that is plain or loaded together.
    ``is_late``: its resolver may fail later and take the object with it.
    """

    key: str
    details: FieldDetailsList
    read: Reader | None = None
    walk: "Walk | None" = None
    collect: Reader | None = None
    load: Load | None = None
    is_late: bool = False


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
    """A selection set on one type.

    ``read``: all that is plain; ``rest``: what is not; ``collect``: everything, where what is not
    plain is loaded together.
    """

    type_: GraphQLObjectType
    fields: GroupedFieldSet
    entries: list[Entry]
    read: Read
    rest: list[Entry]
    collect: Read | None


@dataclass(slots=True)
class Memory:
    """What is worked out of one operation, kept with its document while nothing is conditional."""

    root: GroupedFieldSet | None = None
    sub_fields: dict[Any, Any] = field(default_factory=dict)
    selections: dict[int, Selection] = field(default_factory=dict)
