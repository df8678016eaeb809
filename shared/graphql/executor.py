"""An executor that reads plain fields directly, and the rest graphql-core's way.

graphql-core resolves every field through a path, an info object and a resolver call, also where
the field is an attribute holding a string. This one makes of each selection set, once, a list of
readers for its plain fields (``shared.graphql.plain``); in

    { offers { edges { cursor node { title price { amount } place { name } } } } }

everything is plain but ``offers`` and ``place``. Objects on the way to ``place`` are walked here:
their plain fields are read, their others resolved as graphql-core does, all together. Whatever
does not turn out plain at run time goes the ordinary way, so answers and errors are the same.
"""

from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    Undefined,
    get_nullable_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import AwaitableOrValue, Path, gather_with_cancel
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from shared.graphql.plain import (
    EXTENSION,
    Reader,
    leaf_reader,
    list_converter,
    object_converter,
    object_reader,
    plain_parts,
    together_of,
)
from shared.graphql.selections import Entry, Load, Loading, Memory, Selection, Walk
from shared.turns import Turns

T = TypeVar("T")
LONG_LIST = 20
LONGEST_PIECE = 200  # objects made of a load without a pause


class Pending:
    """What an object and those below it wait for: awaitables with the place of their value, and
    fields that are loaded together."""

    __slots__ = ("awaitables", "loadings")

    def __init__(self) -> None:
        self.awaitables: list[tuple[dict[str, Any], str, Awaitable[Any]]] = []
        self.loadings: dict[int, Loading] = {}


class PlainFieldExecutor(StrawberryGraphQLCoreExecutionContext):
    """See the module.

    ``memory`` is shared by executions of one operation; ``turns``: see there; ``as_json``: orjson
    will write the data, so that moments in UTC stay as they are.
    """

    def __init__(
        self,
        *args: Any,
        memory: Memory | None = None,
        turns: Turns | None = None,
        as_json: bool = False,
        **named: Any,
    ) -> None:
        super().__init__(*args, **named)
        self._memory = memory or Memory()
        self._relevant_sub_fields = self._memory.sub_fields
        self._turns = turns
        self._as_json = as_json

    def execute_collected_root_fields(
        self,
        root_type: GraphQLObjectType,
        root_value: Any,
        grouped_field_set: GroupedFieldSet,
        serially: bool,
        new_defer_usages: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        """Begin at the fields collected first: what is kept below hangs on their identity."""
        if self._memory.root is None:
            self._memory.root = grouped_field_set
        return super().execute_collected_root_fields(
            root_type, root_value, self._memory.root, serially, new_defer_usages
        )

    async def with_abort_signal(self, awaitable: Awaitable[T]) -> T:
        """What a resolver gives; a long list is a piece of work that waits for its turn."""
        value = await super().with_abort_signal(awaitable)
        if self._turns is not None and _size(value) >= LONG_LIST:
            await self._turns.next()
        return value

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        """Read and walk here; hand the other fields to the base class, keeping the order."""
        if EXTENSION not in self.schema.extensions:
            return super().execute_fields(
                parent_type, source_value, path, grouped_field_set, position_context
            )
        selection = self._selection(parent_type, grouped_field_set)
        later = Pending()
        try:
            results = self._object(selection, source_value, path, position_context, later)
        except Exception:
            if later.awaitables:  # what was begun is settled, as it may fail too
                self.settle_in_background([awaitable for _, _, awaitable in later.awaitables])
            raise
        for loading in later.loadings.values():
            later.awaitables.append(({}, "", self._load(loading, position_context)))
        return self._when_all_are_there(results, later) if later.awaitables else results

    async def _when_all_are_there(self, results: dict[str, Any], later: Pending) -> dict[str, Any]:
        await self._await(later.awaitables)
        return results

    async def _await(self, awaitables: list[tuple[dict[str, Any], str, Awaitable[Any]]]) -> None:
        if len(awaitables) == 1:
            ((target, key, awaitable),) = awaitables
            target[key] = await awaitable
            return
        values = await gather_with_cancel(*(awaitable for _, _, awaitable in awaitables))
        for (target, key, _), value in zip(awaitables, values, strict=True):
            target[key] = value

    async def _load(self, loading: Loading, context: Any) -> None:
        """Put a field's values where they belong; what is not plain is resolved by itself."""
        entry, items = loading.entry, loading.items
        try:
            sources = [source for _, source, _ in items]
            values = await loading.load.together(self.context_value, sources)
        except Exception:  # noqa: BLE001  told by each resolver, with its path
            values = [None] * len(items)
        rest: list[tuple[dict[str, Any], str, Awaitable[Any]]] = []
        for index, ((results, source, path), value) in enumerate(zip(items, values, strict=True)):
            if index % LONGEST_PIECE == LONGEST_PIECE - 1 and self._turns is not None:
                await self._turns.next()
            try:
                results[entry.key] = loading.load.convert(value)
            except Exception:  # noqa: BLE001  likewise
                below = Path(path, entry.key, loading.type_.name)
                made = self.execute_field(loading.type_, source, entry.details, below, context)
                results[entry.key] = made
                if self.is_awaitable(made):
                    rest.append((results, entry.key, made))
        if rest:
            await self._await(rest)

    def _object(
        self, selection: Selection, source: Any, path: Path | None, context: Any, later: Pending
    ) -> dict[str, Any]:
        """An object's fields; what comes later is put where it belongs when it is there."""
        rest = selection.rest
        try:
            results: dict[str, Any] = selection.read(source)
        except Exception:  # noqa: BLE001  told by the ordinary way, with its path
            results = {}
            rest = selection.entries
        for entry in rest:
            if entry.load is not None:
                results[entry.key] = None  # keeps its place
                self._later(later, entry, entry.load, selection).append((results, source, path))
                continue
            value = self._field(selection, entry, source, path, context, later)
            if value is Undefined:
                results.pop(entry.key, None)  # no such field
                continue
            results[entry.key] = value
            if self.is_awaitable(value):
                later.awaitables.append((results, entry.key, value))
        return results

    def _later(
        self, later: Pending, entry: Entry, load: Load, selection: Selection
    ) -> list[tuple[dict[str, Any], Any, Path | None]]:
        loading = later.loadings.get(id(entry))
        if loading is None:
            loading = later.loadings[id(entry)] = Loading(entry, load, selection.type_)
        return loading.items

    def _field(
        self,
        selection: Selection,
        entry: Entry,
        source: Any,
        path: Path | None,
        context: Any,
        later: Pending,
    ) -> Any:
        if entry.read is not None:
            try:
                return entry.read(source)
            except Exception:  # noqa: BLE001, S110  likewise
                pass
        below = Path(path, entry.key, selection.type_.name)
        if entry.walk is not None:
            value = self._walk(entry, entry.walk, source, below, context, later)
            if value is not Undefined:
                return value
        return self.execute_field(selection.type_, source, entry.details, below, context)

    def _walk(
        self, entry: Entry, walk: Walk, source: Any, path: Path, context: Any, later: Pending
    ) -> Any:
        """What a plain field leads to; Undefined where that is not what it should be."""
        value: Any = getattr(source, walk.attribute, None)
        if walk.is_list:
            if type(value) is not list and type(value) is not tuple:
                return Undefined
            if not all(self._is_plain_object(item) for item in value):
                return Undefined
        elif not self._is_plain_object(value):
            return Undefined
        try:
            if not walk.is_list:
                return self._object(walk.below, value, path, context, later)
            return [
                self._item(entry, walk, item, Path(path, index, None), context, later)
                for index, item in enumerate(value)
            ]
        except Exception as error:  # noqa: BLE001  as it comes from any field
            self.handle_field_error(error, walk.type_, entry.details, path)
            return None

    def _item(
        self, entry: Entry, walk: Walk, item: Any, path: Path, context: Any, later: Pending
    ) -> Any:
        try:
            return self._object(walk.below, item, path, context, later)
        except Exception as error:  # noqa: BLE001
            self.handle_field_error(error, walk.item_type, entry.details, path)
            return None

    def _is_plain_object(self, value: Any) -> bool:
        return not (value is None or isinstance(value, Exception) or self.is_awaitable(value))

    def _selection(self, type_: GraphQLObjectType, fields: GroupedFieldSet) -> Selection:
        known = self._memory.selections.get(id(fields))
        if known is None:  # the fields are kept with it, so the id stays theirs
            known = self._memory.selections[id(fields)] = self._compile(type_, fields)
        return known

    def _compile(self, type_: GraphQLObjectType, fields: GroupedFieldSet) -> Selection:
        attributes = self.schema.extensions[EXTENSION].get(type_.name, {})
        entries = [self._entry(type_, attributes, *item) for item in fields.items()]
        read = object_reader([(entry.key, entry.read) for entry in entries])
        rest = [entry for entry in entries if entry.read is None]
        return Selection(type_, fields, entries, read, rest)

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
        attribute = attributes.get(name)
        if found is None or attribute is None:
            entry = Entry(key, details, is_late=found is not None and is_non_null_type(found.type))
            return entry if found is None else self._loaded(entry, found)
        read = leaf_reader(attribute, found.type, as_json=self._as_json)
        if read is not None:
            return Entry(key, details, read)
        return self._structure(Entry(key, details), attribute, found.type)

    def _loaded(self, entry: Entry, found: GraphQLField) -> Entry:
        """A field with a resolver: read for many objects at once where all below is plain."""
        together = together_of(found)
        type_ = get_nullable_type(found.type)
        if together is None or not is_object_type(type_) or type_.is_type_of is not None:
            return entry
        below = self._selection(type_, self.collect_subfields(type_, entry.details)[0])
        if not below.rest:
            entry.load = Load(together, object_converter(below.read, self.is_awaitable))
        return entry

    def _structure(self, entry: Entry, attribute: str, field_type: Any) -> Entry:
        """A plain field of objects: read where all below is plain, else walked where it may be."""
        inner, item_type, is_list = plain_parts(field_type)
        type_ = get_nullable_type(item_type)
        if not is_object_type(type_) or type_.is_type_of is not None:
            entry.is_late = is_non_null_type(field_type)
            return entry
        below = self._selection(type_, self.collect_subfields(type_, entry.details)[0])
        if not below.rest:
            convert = object_converter(below.read, self.is_awaitable)
            if is_list:
                convert = list_converter(inner.of_type, convert)
            entry.read = Reader(attribute, not is_non_null_type(field_type), convert)
            return entry
        is_required = is_non_null_type(field_type) and (not is_list or is_non_null_type(item_type))
        late = any(each.is_late for each in below.entries)
        # What fails later takes its parent with it: only where nothing on the way may be null can
        # all that comes later be awaited in one place.
        if is_required or not late:
            entry.walk = Walk(attribute, is_list, below, field_type, item_type)
        entry.is_late = late and is_required
        return entry


def _size(value: object) -> int:
    """How many objects a list or a page of one holds."""
    return len(value) if isinstance(value, list) else getattr(value, "size", 0)
