"""The database of a service: pooled connections, and the one place that commits.

Write by ``write()`` or inside ``transaction()``, read inside ``read()``::

    user = await database.write(work)       # work(session) -> user; again after a deadlock

    async with database.transaction() as session:      # committed when the block ends, else undone
        await users.insert(session, user)

    async with database.read() as connection:           # its own pooled connection, autocommit
        rows = await offers.find(connection, page)

    made = await database.write_lean(work)       # without a session: for rushes at one row

Sibling GraphQL fields run concurrently and a session cannot, so every read takes its own
connection for as long as it needs it and no longer. Hold neither across a network call or a
password hash. Repositories take a ``Connection`` (either kind) and never commit.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias, TypeVar

import asyncpg
import structlog
from pydantic import SecretStr
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from shared.database.errors import (
    is_not_let_in,
    is_read_only,
    may_pass,
    renamed_database_errors,
)
from shared.database.reading import Reader, ReadPool
from shared.database.unusable_indexes import name_unusable_indexes
from shared.database.url import DatabaseAddress, read_database_url
from shared.errors import ClientError, Contended, ServiceUnreachable

Connection: TypeAlias = AsyncSession | Reader
MAX_CLOCK_SKEW_SECONDS = 30.0
WRITE_ATTEMPTS = 4
START_ATTEMPTS = 5
LONGEST_PAUSE_SECONDS = 0.05
LOCK_SHARE = 0.8  # of the time a statement has, spent waiting for one lock
LOOK_ELSEWHERE_SECONDS = 2.0
"""At most so often are all connections made anew while what they lead to takes no writes."""
SILENCE_SHARE = 1.2  # of it, after which the server must have told that it is over

Result = TypeVar("Result")
Writer = TypeVar("Writer")

log = structlog.get_logger(__name__)


class DatabaseSettings(Protocol):
    """What a service's settings say of its database."""

    @property
    def database_url(self) -> SecretStr:
        """Where it is, as libpq writes it."""

    @property
    def database_pool_size(self) -> int:
        """Connections of each pool at most."""

    @property
    def database_timeout_seconds(self) -> float:
        """How long connecting, waiting for the pool, and one statement may each take."""


class Database:
    """Three ways in, each with a pool of its own: writers never take the readers' connections.

    One per process, made in the app's lifespan. ``pool_size``: connections of each pool at most.
    ``timeout``: seconds that connecting, waiting for the pool, and one statement may each take.
    """

    def __init__(self, address: DatabaseAddress, *, pool_size: int = 10, timeout: float = 5.0):
        self.address = address
        self.timeout = timeout
        arguments = _arguments(address, timeout)
        self.engine = _engine(address, pool_size, timeout, arguments)
        self._is_silent = False
        self._looked_elsewhere = 0.0  # in the loop's time
        event.listen(self.engine.sync_engine, "checkout", self._looked_at)
        self._reads = ReadPool(address, pool_size, arguments)
        self._lean_writes = ReadPool(address, pool_size, arguments, settings={})

    @classmethod
    def from_settings(cls, settings: DatabaseSettings) -> "Database":
        """The database named by DATABASE_URL. Does not connect yet."""
        return cls(
            read_database_url(settings.database_url.get_secret_value()),
            pool_size=settings.database_pool_size,
            timeout=settings.database_timeout_seconds,
        )

    async def write(self, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
        """What ``work`` makes in a transaction; again from the start after a deadlock.

        PostgreSQL ends one of two transactions that wait for each other; tried again it succeeds,
        and nobody hears of it. ``work`` may run four times, so it changes nothing but the database.
        """
        return await _persistently(self.transaction, work)

    async def write_lean(self, work: Callable[[Reader], Awaitable[Result]]) -> Result:
        """As ``write``, by asyncpg alone: a third of the CPU, and of the time that a row is held.

        For what many want at once. There are no ORM entities, and what SQLAlchemy's types would
        turn into something else must be asyncpg's own already.
        """
        return await _persistently(self._lean_transaction, work)

    @asynccontextmanager
    async def _lean_transaction(self) -> AsyncIterator[Reader]:
        with renamed_database_errors():
            async with (
                self._elsewhere_if_read_only(),
                self._lean_writes.transaction() as connection,
            ):
                yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One session, one transaction: committed when the block ends, rolled back if it raises.

        Errors of the database arrive renamed (see ``shared.database.errors``).
        """
        with renamed_database_errors():
            async with (
                self._elsewhere_if_read_only(),
                AsyncSession(self.engine, expire_on_commit=False) as session,
                self._given_up_when_silent(session),
                session.begin(),
                self._given_up_when_silent(session),
            ):
                yield session

    @asynccontextmanager
    async def _elsewhere_if_read_only(self) -> AsyncIterator[None]:
        """After a failover what we are connected to may be the standby now, or nobody's any more.

        A busy pool would keep to it for good, and read from it what is old.
        """
        try:
            yield
        except (DBAPIError, asyncpg.ReadOnlySQLTransactionError) as error:
            if is_read_only(error):
                await self._look_elsewhere()
            raise

    async def _look_elsewhere(self) -> None:
        """Have all connections made anew: the name may lead to another server by now."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_elsewhere >= LOOK_ELSEWHERE_SECONDS:
            self._looked_elsewhere = now
            self._is_silent = True
            await self._reads.expire()
            await self._lean_writes.expire()

    @asynccontextmanager
    async def _given_up_when_silent(self, session: AsyncSession) -> AsyncIterator[None]:
        """As in ``shared.database.reading``, for SQLAlchemy's connections."""
        try:
            yield
        except TimeoutError:
            self._is_silent = True
            await session.invalidate()
            raise

    def _looked_at(self, *_connection: object) -> None:
        """Have the pool make all connections anew after a silence. Called at each checkout."""
        if self._is_silent:
            self._is_silent = False
            raise InvalidatePoolError

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """A pooled connection in autocommit: no BEGIN, no ROLLBACK, one round trip a statement."""
        with renamed_database_errors():
            async with self._reads.reader() as reader:
                yield reader

    async def clock_skew(self) -> float:
        """Seconds that this machine's clock is ahead of the database's.

        Asked as a writer: probes must not wait behind a rush of readers.
        """
        async with self.transaction() as session:
            before = datetime.now(UTC)
            now: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
            half_way = before + (datetime.now(UTC) - before) / 2
        return (half_way - now).total_seconds()

    async def writable(self) -> str | None:
        """None, or that nothing can be written at present: to a standby, or while it is kept so."""
        try:
            async with self.transaction() as session:
                asked = await session.execute(text("SHOW transaction_read_only"))
                takes_none = asked.scalar_one() == "on"
        except (ClientError, DBAPIError):
            return None  # that it does not answer is for ``check`` to tell
        if not takes_none:
            return None
        await self._look_elsewhere()
        return "database is read-only"

    async def check(self) -> str | None:
        """Readiness: None, or what is wrong in one line."""
        try:
            skew = await self.clock_skew()
        except (ClientError, DBAPIError):
            return f"database {self.address} does not answer"
        if abs(skew) > MAX_CLOCK_SKEW_SECONDS:
            return f"clock differs from the database's by {skew:.0f} s"
        return None

    async def require(self, attempts: int = 1) -> None:
        """Raise ``ServiceUnreachable`` naming DATABASE_URL unless the database answers."""
        for attempt in range(1, attempts + 1):
            try:
                await self.clock_skew()
            except Exception as error:
                if attempt == attempts or is_not_let_in(error) or may_pass(error):
                    raise ServiceUnreachable(
                        f"cannot use the database at {self.address}: {reason_of(error)} "
                        "(set by DATABASE_URL)"
                    ) from error
                await asyncio.sleep(min(2.0, 0.2 * 2 ** (attempt - 1)))
            else:
                return

    async def require_at_start(self) -> None:
        """``require`` for a service: it does not die of a server that is full, starting or silent.

        Started again and again it would only knock more often; so it starts, says that it is not
        ready, and serves as soon as it is let in.
        """
        try:
            await self.require(START_ATTEMPTS)
        except ServiceUnreachable as error:
            if not may_pass(error):
                raise
            log.warning("started without its database", reason=str(error))
        else:
            # A hint, for which a server that is nearly full may have no connection left.
            with suppress(ClientError):
                async with self.read() as connection:
                    await name_unusable_indexes(connection)

    async def dispose(self) -> None:
        """Close all connections."""
        await self._reads.close()
        await self._lean_writes.close()
        await self.engine.dispose()


async def _persistently(
    begin: Callable[[], AbstractAsyncContextManager[Writer]],
    work: Callable[[Writer], Awaitable[Result]],
) -> Result:
    for attempt in range(1, WRITE_ATTEMPTS):
        try:
            async with begin() as connection:
                return await work(connection)
        except Contended:
            log.info("transaction tried again", attempt=attempt)
        # at random, or the two would meet again
        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS * attempt))  # noqa: S311
    async with begin() as connection:
        return await work(connection)


def reason_of(error: BaseException) -> str:
    """The innermost cause in one line, without SQL and parameters."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _arguments(address: DatabaseAddress, timeout: float) -> dict[str, Any]:
    """What asyncpg gets beside the address, for both pools."""
    given = {
        "timeout": timeout,
        # for a frozen server, which never answers a statement_timeout
        "command_timeout": timeout * SILENCE_SHARE,
        **address.connect_args,
    }
    server_settings = {
        "application_name": "est",
        "timezone": "UTC",
        "statement_timeout": str(int(timeout * 1000)),
        "lock_timeout": str(int(timeout * 1000 * LOCK_SHARE)),
        "idle_in_transaction_session_timeout": str(int(timeout * 4000)),
        **given.get("server_settings", {}),
    }
    return {**given, "server_settings": server_settings}


def _engine(
    address: DatabaseAddress, pool_size: int, timeout: float, arguments: dict[str, Any]
) -> AsyncEngine:
    return create_async_engine(
        address.url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=timeout,
        pool_pre_ping=False,  # costs a round trip each time; a lost connection is UNAVAILABLE, once
        pool_recycle=1800,
        hide_parameters=True,  # else passwords and codes stand in tracebacks
        connect_args=arguments,
    )
