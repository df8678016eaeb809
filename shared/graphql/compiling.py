"""From a selection set to what reads it, once per document.

What may be nulled from below decides how a field with objects is answered: an error of a field that
is resolved later takes its parents with it up to the first that may be null. Only where nothing on
the way may be null can all that comes later be awaited in one place.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_nullable_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

from shared.graphql.plain import EXTENSION, Read, Reader, leaf_reader, plain_parts, together_of
from shared.graphql.readers import (
    Load,
    Part,
    object_converter,
    object_reader,
    objects_converter,
)
from shared.graphql.selections import Entry, Memory, Selection, Walk

CollectSubfields: TypeAlias = Callable[[GraphQLObjectType, FieldDetailsList], Any]


class Compiler:
    """Compiles selection sets of one operation into its ``memory``.

    ``collect_subfields``, ``is_awaitable``: the executor's. ``as_json``: see there.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        memory: Memory,
        collect_subfields: CollectSubfields,
        is_awaitable: Read,
        *,
        as_json: bool,
    ) -> None:
        self._plain_fields = schema.extensions[EXTENSION]
        self._memory = memory
        self._collect_subfields = collect_subfields
        self._is_awaitable = is_awaitable
        self._as_json = as_json

    def selection(self, type_: GraphQLObjectType, fields: GroupedFieldSet) -> Selection:
        """What reads these fields of this type."""
        known = self._memory.selections.get(id(fields))
        if known is None:  # the fields are kept with it, so the id stays theirs
            known = self._memory.selections[id(fields)] = self._compile(type_, fields)
        return known

    def _compile(self, type_: GraphQLObjectType, fields: GroupedFieldSet) -> Selection:
        attributes = self._plain_fields.get(type_.name, {})
        entries = [self._entry(type_, attributes, *item) for item in fields.items()]
        read = object_reader([(entry.key, entry.read) for entry in entries])
        rest = [entry for entry in entries if entry.read is None]
        return Selection(type_, fields, entries, read, rest, _collecting(entries) if rest else None)

    def _entry(
        self,
        type_: GraphQLObjectType,
        attributes: Mapping[str, str],
        key: str,
        details: FieldDetailsList,
    ) -> Entry:
        name = details[0].node.name.value
        if name == "__typename":
            return Entry(key, details, Reader(None, constant=type_.name))
        found = type_.fields.get(name)
        if found is None:
            return Entry(key, details)
        attribute = attributes.get(name)
        if attribute is None:
            load = self._load(type_, key, details, found)
            return Entry(key, details, load=load, is_late=is_non_null_type(found.type))
        read = leaf_reader(attribute, found.type, as_json=self._as_json)
        if read is not None:
            return Entry(key, details, read)
        return self._structure(Entry(key, details), attribute, found.type)

    def _load(
        self, parent: GraphQLObjectType, key: str, details: FieldDetailsList, found: GraphQLField
    ) -> Load | None:
        """Of a field with a resolver, read for many objects at once where all below is plain."""
        together = together_of(found)
        type_ = get_nullable_type(found.type)
        if together is None or not is_object_type(type_) or type_.is_type_of is not None:
            return None
        below = self._below(type_, details)
        if below.rest:
            return None
        return Load(
            key, details, parent, together, object_converter(below.read, self._is_awaitable)
        )

    def _structure(self, entry: Entry, attribute: str, field_type: Any) -> Entry:
        """A plain field of objects: read where all below is plain, else walked where it may be."""
        inner, item_type, is_list = plain_parts(field_type)
        type_ = get_nullable_type(item_type)
        if not is_object_type(type_) or type_.is_type_of is not None:
            entry.is_late = is_non_null_type(field_type)
            return entry
        below = self._below(type_, entry.details)

        def reader(read: Read, *, collects: bool) -> Reader:
            convert = object_converter(read, self._is_awaitable)
            if is_list:
                convert = objects_converter(inner.of_type, convert)
            # Lists and objects pass on what is collected, whether there is any or not.
            return Reader(attribute, not is_non_null_type(field_type), convert, collects=collects)

        if not below.rest:
            entry.read = reader(below.read, collects=False)
            return entry
        is_required = is_non_null_type(field_type) and (not is_list or is_non_null_type(item_type))
        late = any(each.is_late for each in below.entries)
        if is_required or not late:
            entry.walk = Walk(attribute, is_list, below, field_type, item_type)
            if below.collect is not None:
                entry.collect = reader(below.collect, collects=True)
        entry.is_late = late and is_required
        return entry

    def _below(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Selection:
        return self.selection(type_, self._collect_subfields(type_, details)[0])


def _collecting(entries: list[Entry]) -> Read | None:
    """One function for all entries, where each is plain, loaded, or leads to such ones only."""
    parts: list[tuple[str, Part]] = []
    for entry in entries:
        part = entry.read or entry.load or entry.collect
        if part is None:
            return None
        parts.append((entry.key, part))
    return object_reader(parts)
