"""Functions that read objects: all that is plain of them, and what is to be loaded noted.

They are generated: calling a reader for each field takes twice as long. What they do, in plain
words, is ``interpreted_reader``. Of ``title``, ``price { amount }`` and ``place { name }``, which
is loaded for a whole list together, is made::

    def read(s, w=None):
        v0 = s.title
        if type(v0) is not str: raise NotPlain
        v1 = c1(s.price)
        r = {'title': v0, 'price': v1, 'place': None}
        w[l2].append((r, s, None))
        return r
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from graphql import GraphQLObjectType, is_non_null_type
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path

from shared.graphql.fields import Together
from shared.graphql.plain import INLINE, NotPlain, Read, Reader


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """A field read for many parents at once, whose values are plain.

    ``type_``: the parents'. ``convert``: what is made of a value.
    """

    key: str
    details: FieldDetailsList
    type_: GraphQLObjectType
    together: Together
    convert: Read


Items: TypeAlias = list[tuple[dict[str, Any], Any, Path | None]]
"""What waits for a load: results, the object, and where it stands if that is known."""
Waiting: TypeAlias = defaultdict[Load, Items]

Part: TypeAlias = Reader | Load | None


def object_reader(entries: Sequence[tuple[str, Part]]) -> Read:
    """One function that reads all entries of an object; None stands where there is no reader."""
    names: dict[str, Any] = {"NotPlain": NotPlain, "datetime": datetime, "UTC": UTC}
    lines: list[str] = []
    made: dict[str, str] = {}
    notes: list[str] = []
    for index, (key, part) in enumerate(entries):
        if isinstance(part, Load):
            names[f"l{index}"] = part
            notes.append(f"w[l{index}].append((r, s, None))")
            made[key] = "None"
        else:
            lines += _lines(f"v{index}", part, names)
            made[key] = f"v{index}"
    fields = ", ".join(f"{key!r}: {value}" for key, value in made.items())
    end = [f"r = {{{fields}}}", *notes, "return r"] if notes else [f"return {{{fields}}}"]
    source = "\n    ".join(["def read(s, w=None):", *lines, *end])
    exec(source, names)  # noqa: S102  of names that the schema and the grammar allow
    read: Read = names["read"]
    return read


def interpreted_reader(entries: Sequence[tuple[str, Part]]) -> Read:
    """The same without generating anything; tests hold one against the other."""

    def value(part: Part, source: Any, waiting: Waiting | None) -> Any:
        return part(source, waiting) if isinstance(part, Reader) else None

    def read(source: Any, waiting: Waiting | None = None) -> dict[str, Any]:
        results = {key: value(part, source, waiting) for key, part in entries}
        if waiting is not None:
            for _, part in entries:
                if isinstance(part, Load):
                    waiting[part].append((results, source, None))
        return results

    return read


def _lines(name: str, reader: Reader | None, names: dict[str, Any]) -> list[str]:
    if reader is None or reader.attribute is None:
        return [f"{name} = {None if reader is None else reader.constant!r}"]
    lines = [f"{name} = s.{reader.attribute}"]
    wrong = INLINE.get(reader.convert)
    if wrong is not None:
        check = wrong.format(name)
        if reader.is_nullable:
            check = f"{name} is not None and ({check})"
        return [*lines, f"if {check}: raise NotPlain"]
    convert = f"c{name}"
    names[convert] = reader.convert
    call = f"{name} = {convert}({name}, w)" if reader.collects else f"{name} = {convert}({name})"
    return [*lines, f"if {name} is not None: {call}" if reader.is_nullable else call]


def object_converter(read: Read, is_awaitable: Read) -> Read:
    """Read an object where there is one."""
    fine: set[type] = set()

    def convert(value: Any, waiting: Waiting | None = None) -> Any:
        if type(value) not in fine:
            if value is None or isinstance(value, Exception) or is_awaitable(value):
                raise NotPlain
            fine.add(type(value))
        return read(value, waiting)

    return convert


def objects_converter(item_type: Any, convert: Read) -> Read:
    """Read each object of a list or tuple."""
    is_required = is_non_null_type(item_type)

    def items(value: Any, waiting: Waiting | None = None) -> list[Any]:
        if type(value) is not list and type(value) is not tuple:
            raise NotPlain
        if is_required:
            return [convert(item, waiting) for item in value]
        return [None if item is None else convert(item, waiting) for item in value]

    return items
