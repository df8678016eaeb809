"""Reading without a session: SQLAlchemy writes the statement once, asyncpg runs it prepared.

A connection of SQLAlchemy's costs a read more than the statement itself does (greenlets, cursors,
result processors), and one whose statement is cancelled is thrown away. asyncpg cancels the
statement on the server and keeps the connection.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import orjson
from sqlalchemy import ClauseElement, Executable, TextClause
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.util import LRUCache

from shared.database.errors import is_rejected_value
from shared.database.url import DatabaseAddress

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
_STATEMENTS = 500
_CLOSE_SECONDS = 5.0
# In the planner's unit, which measured is about half a microsecond: a row walked takes 1.8 of them.
ROW_COST = 3.4
SEQUENTIAL = 8  # times dearer than it says: the pages are in memory, its rows are many
_LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # published without types
    """Closed in time: the pool waits for nobody who closes what has expired."""

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109  asyncpg's
        """Say goodbye; where nobody hears it the connection ends all the same."""
        with suppress(TimeoutError):
            await super().close(timeout=timeout or _CLOSE_SECONDS)


class Row(asyncpg.Record):  # type: ignore[misc]  # published without types
    """A row whose columns are attributes too, like SQLAlchemy's."""

    def __getattr__(self, name: str) -> Any:
        """The value of a column."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Found:
    """The rows of a statement, with the methods of SQLAlchemy's result that repositories use."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        """Row by row."""
        return iter(self._rows)

    def all(self) -> Sequence[Any]:
        """All rows."""
        return self._rows

    def scalars(self) -> Iterator[Any]:
        """The first column of each row."""
        return (row[0] for row in self._rows)

    def first(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """The only row, or None. Raises ``ValueError`` for more."""
        if len(self._rows) > 1:
            raise ValueError("more than one row")
        return self.first()

    def one(self) -> Any:
        """The only row. Raises ``ValueError`` for none or more."""
        (row,) = self._rows
        return row

    def scalar_one_or_none(self) -> Any:
        """The first column of the only row, or None."""
        row = self.one_or_none()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        """The first column of the only row."""
        return self.one()[0]


class Reader:
    """A connection without a session, in autocommit, or within a transaction of ``ReadPool``.

    Looks like SQLAlchemy's where repositories look.
    """

    def __init__(self, connection: "asyncpg.pool.PoolConnectionProxy[Row]") -> None:
        self._connection = connection

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Found:
        """Run a statement of SQLAlchemy's; its text is made once for each form of it."""
        if isinstance(statement, TextClause):
            return Found(await self.kept(statement, lambda: statement, parameters or {}))
        sql, values = written(statement, parameters)
        return Found(await self._connection.fetch(sql, *values))

    async def kept(
        self, form: Hashable, make: Callable[[], ClauseElement], values: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Run a statement whose text is made once for each ``form``.

        ``values``: of its bound names; what else it holds is the same in all of one form.
        """
        sql, given = _kept_text(form, make, values)
        return await self.fetch(sql, *given)

    async def cost(
        self, form: Hashable, make: Callable[[], ClauseElement], values: Mapping[str, Any]
    ) -> float:
        """What the planner believes that such a statement costs, in its unit; it is not run."""
        sql, given = _kept_text(form, make, values)
        explained = await self._connection.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *given)
        plan = orjson.loads(explained)[0]["Plan"]
        cost: float = plan["Total Cost"]
        return cost * SEQUENTIAL if "Seq Scan" in plan["Node Type"] else cost

    async def fetch(self, sql: str, *values: object) -> Sequence[Any]:
        """Run a statement whose text is there already."""
        rows: Sequence[Any] = await self._connection.fetch(sql, *values)
        return rows


_kept: "LRUCache[Any, Any]" = LRUCache(_STATEMENTS)


def _kept_text(
    form: Hashable, make: Callable[[], ClauseElement], values: Mapping[str, Any]
) -> tuple[str, list[Any]]:
    text = _kept.get(form)
    if text is None:
        compiled: Any = make().compile(dialect=_DIALECT)
        text = (compiled.string, [(n, compiled.params[n]) for n in compiled.positiontup or ()])
        _kept[form] = text
    sql, names = text
    return sql, [values.get(name, value) for name, value in names]


_texts: "LRUCache[Any, Any]" = LRUCache(_STATEMENTS)


def written(
    statement: Executable, parameters: Mapping[str, Any] | None = None
) -> tuple[str, list[Any]]:
    """The text of a statement for asyncpg and its values in order.

    SQLAlchemy keeps its compiled texts by form, but offers that only to its own connections: hence
    the private method. ``IN`` with a list has no text of its own: write ``= ANY(array)``.
    """
    given = dict(parameters or {})
    making: Any = statement
    compiled, extracted, collected, _ = making._compile_w_cache(  # noqa: SLF001
        _DIALECT, compiled_cache=_texts, column_keys=sorted(given)
    )
    values = compiled.construct_params(
        given, extracted_parameters=extracted, _collected_params=collected
    )
    return compiled.string, [values[name] for name in compiled.positiontup or ()]


# A plan for any values is a cliff for some: a rare tag and a frequent one want different indexes.
# Planning anew costs a search 0.2 ms and a look-up by id 0.05. Compiling (jit) would cost 100.
PLAN_FOR_VALUES = {"plan_cache_mode": "force_custom_plan", "jit": "off"}


class ReadPool:
    """asyncpg's pool for one database. Made when first asked: it belongs to the running loop."""

    def __init__(
        self,
        address: DatabaseAddress,
        size: int,
        arguments: Mapping[str, Any],
        settings: Mapping[str, str] = PLAN_FOR_VALUES,
    ) -> None:
        self._address = address
        self._size = size
        server_settings = {**arguments["server_settings"], **settings}
        self._arguments = {**arguments, "server_settings": server_settings}
        self._timeout = float(arguments["timeout"])
        self._opening = asyncio.Lock()
        self._pool: asyncpg.Pool[Row] | None = None

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Reader]:
        """A connection for the block. Raises ``TimeoutError`` when none is free in time."""
        pool = self._pool or await self._opened()
        async with (
            pool.acquire(timeout=self._timeout) as connection,
            _given_up_when_lost(pool, connection),
        ):
            yield Reader(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Reader]:
        """A connection in a transaction: committed when the block ends, undone if it raises."""
        pool = self._pool or await self._opened()
        async with (
            pool.acquire(timeout=self._timeout) as connection,
            _given_up_when_lost(pool, connection),
            connection.transaction(),
            _given_up_when_lost(pool, connection),  # else a ROLLBACK would wait as long again
        ):
            yield Reader(connection)

    async def _opened(self) -> "asyncpg.Pool[Row]":
        async with self._opening:
            if self._pool is None:
                self._pool = await self._make()
        return self._pool

    def _make(self) -> "asyncpg.Pool[Row]":
        url = self._address.url
        return asyncpg.create_pool(
            min_size=0,
            max_size=self._size,
            host=url.host or url.query.get("host"),
            port=url.port,
            user=url.username,
            password=url.password,
            database=url.database,
            record_class=Row,
            connection_class=_Connection,
            init=_decode_json,
            reset=_keep,
            **{name: value for name, value in url.query.items() if name != "host"},
            **self._arguments,
        )

    async def expire(self) -> None:
        """Have each connection made anew before it is used again."""
        if self._pool is not None:
            await self._pool.expire_connections()

    async def close(self) -> None:
        """Let go of all connections; those still at work are cut after a while."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await pool.close()
        except TimeoutError:
            pool.terminate()


@asynccontextmanager
async def _given_up_when_lost(
    pool: "asyncpg.Pool[Row]", connection: "asyncpg.pool.PoolConnectionProxy[Row]"
) -> AsyncIterator[None]:
    """Part with a connection on which nothing came, or which was cut, and with all of its time.

    The server hangs, ends, or the network swallows what is sent: then the others are as dead, or
    about to be, and each would cost a request its whole time or its answer to find out.
    """
    try:
        yield
    except TimeoutError:
        connection.terminate()
        await pool.expire_connections()
        raise
    except _LOST as error:
        if not is_rejected_value(error):
            await pool.expire_connections()
        raise


async def _decode_json(connection: "asyncpg.Connection[Row]") -> None:
    """Read jsonb as SQLAlchemy's connections do: values, not their text."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_json_text, decoder=orjson.loads, format="text"
    )


def _json_text(value: object) -> str:
    return orjson.dumps(value).decode()


async def _keep(_connection: object) -> None:
    """Nothing to undo: a reader sets nothing. asyncpg's own reset is a round trip each time."""
