"""An executor that reads plain fields directly, and the rest graphql-core's way.

graphql-core resolves every field through a path, an info object and a resolver call, also where
the field is an attribute holding a string. This one makes of each selection set, once, a function
that reads its plain fields (``shared.graphql.compiling``); in

    { offers { edges { cursor node { title price { amount } place { name } takedown { at } } } } }

everything is plain but ``offers``, ``place`` and ``takedown``. Objects on the way to ``takedown``
are walked here: their plain fields are read, their others resolved as graphql-core does, all
together. Without it there is nothing to walk: the same function notes whose ``place`` is to be
loaded, and where it belongs. Whatever does not turn out plain at run time goes the ordinary way,
so answers and errors are the same.
"""

from collections import defaultdict
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterable, Sequence
from typing import Any, TypeVar
from weakref import ref

from graphql import GraphQLList, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo, Undefined
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import AwaitableOrValue, Path, gather_with_cancel
from graphql.type.definition import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from shared.graphql.compiling import Compiler
from shared.graphql.plain import EXTENSION
from shared.graphql.readers import Items, Load, Waiting
from shared.graphql.selections import Entry, Memory, Selection, Walk
from shared.loop.turns import Turns

T = TypeVar("T")
LONG_LIST = 20
LONGEST_PIECE = 200  # objects made of a load without a pause
SHORT_PIECE = 20  # items of a longer list
INTROSPECTED = frozenset({"__Schema", "__Type"})


class Pending:
    """What an object and those below it wait for: awaitables with the place of their value, and
    fields that are loaded together."""

    __slots__ = ("awaitables", "loads")

    def __init__(self) -> None:
        self.awaitables: list[tuple[dict[str, Any], str, Awaitable[Any]]] = []
        self.loads: Waiting = defaultdict(list)


def _helpers_of(executor: "ref[PlainFieldExecutor]") -> GraphQLResolveInfoHelpers:
    """As graphql-core's, but that they do not hold the executor that holds them.

    Such a cycle keeps all that a request found until garbage is collected: of a second of lists
    under load that takes half a second.
    """

    def track(values: Sequence[Any]) -> None:
        tracking = executor()
        if tracking is not None:
            tracking.track_async_work(values)

    def gather(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
        return gather_with_cancel(*values)

    return GraphQLResolveInfoHelpers(gather=gather, track=track)


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
        self.async_helpers = _helpers_of(ref(self))

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

    def complete_list_value(
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: AsyncIterable[Any] | Iterable[Any],
        position_context: Any,
    ) -> AwaitableOrValue[list[Any]]:
        """A very long list (a gateway asks for a thousand entities) is made in turns.

        So is what introspection lists: it has no pages, and under each type stands much.
        """
        if self._turns is not None and isinstance(result, Iterable):
            if info.parent_type.name in INTROSPECTED:
                result = _in_turns(list(result), self._turns, 1)
            elif isinstance(result, list) and len(result) > LONGEST_PIECE:
                result = _in_turns(result, self._turns, SHORT_PIECE)
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

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
        places = Places(results, path)
        for load, items in later.loads.items():
            later.awaitables.append(({}, "", self._load(load, items, places, position_context)))
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

    async def _load(self, load: Load, items: Items, places: "Places", context: Any) -> None:
        """Put a field's values where they belong; what is not plain is resolved by itself."""
        try:
            values = await load.together(self.context_value, [source for _, source, _ in items])
        except Exception:  # noqa: BLE001  told by each resolver, with its path
            values = [None] * len(items)
        rest: list[tuple[dict[str, Any], str, Awaitable[Any]]] = []
        for index, ((results, source, path), value) in enumerate(zip(items, values, strict=True)):
            if index % LONGEST_PIECE == LONGEST_PIECE - 1 and self._turns is not None:
                await self._turns.next()
            try:
                results[load.key] = load.convert(value)
            except Exception:  # noqa: BLE001  likewise
                below = Path(path or places.of(results), load.key, load.type_.name)
                made = self.execute_field(load.type_, source, load.details, below, context)
                results[load.key] = made
                if self.is_awaitable(made):
                    rest.append((results, load.key, made))
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
                later.loads[entry.load].append((results, source, path))
                continue
            value = self._field(selection, entry, source, path, context, later)
            if value is Undefined:
                results.pop(entry.key, None)  # no such field
                continue
            results[entry.key] = value
            if self.is_awaitable(value):
                later.awaitables.append((results, entry.key, value))
        return results

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
        if entry.collect is not None:
            waiting: Waiting = defaultdict(list)
            try:
                value = entry.collect(source, waiting)
            except Exception:  # noqa: BLE001, S110  likewise
                pass
            else:
                for load, items in waiting.items():
                    later.loads[load] += items
                return value
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
        if known is not None:
            return known
        return Compiler(
            self.schema,
            self._memory,
            self.collect_subfields,
            self.is_awaitable,
            as_json=self._as_json,
        ).selection(type_, fields)


class Places:
    """Where the objects of an answer stand, worked out when the first is asked for."""

    def __init__(self, whole: dict[str, Any], path: Path | None) -> None:
        self._whole = whole
        self._path = path
        self._found: dict[int, Path | None] = {}

    def of(self, results: dict[str, Any]) -> Path | None:
        """The path of an object within the whole."""
        if not self._found:
            self._look(self._whole, self._path)
        return self._found[id(results)]

    def _look(self, value: dict[str, Any] | list[Any], path: Path | None) -> None:
        items: Iterable[tuple[str | int, Any]]
        if isinstance(value, dict):
            self._found[id(value)] = path
            items = value.items()
        else:
            items = enumerate(value)
        for key, below in items:
            if isinstance(below, dict | list):
                self._look(below, Path(path, key, None))


async def _in_turns(items: list[Any], turns: Turns, piece: int) -> AsyncIterator[Any]:
    for index, item in enumerate(items):
        if index % piece == 0:
            await turns.next()
        yield item


def _size(value: object) -> int:
    """How many objects a list or a page of one holds."""
    return len(value) if isinstance(value, list) else getattr(value, "size", 0)
