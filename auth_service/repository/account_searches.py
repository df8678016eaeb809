"""Finding accounts: along their order, or through the index of what they are found by.

The planner takes a word for equally frequent everywhere. Where it is not (a domain that only the
newest accounts have) it passes over a million to show twenty. So what is seen chooses the way::

    the next 1,000 in the order           a full page: done, as most searches are
    none among them                       perhaps 42,000 to go
    gathering all costs less than that    all that is found, through the index, sorted
    it does not                           the next 4,000 in the order, and so on
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    func,
    select,
    tuple_,
)

from auth_service.domain.account_search import AccountSearch, AccountState
from auth_service.domain.user import User
from auth_service.models.tables import users
from auth_service.repository.users import to_user
from shared.database.reading import ROW_COST, Reader

Key: TypeAlias = tuple[datetime, UUID]

FIRST_WINDOW: Final = 1_000

_ORDER = (users.c.created_at, users.c.id)


async def list_users(
    reader: Reader, *, search: AccountSearch, after: Key | None, limit: int
) -> list[User]:
    """At most ``limit`` accounts (1 or more), oldest first, from behind the order key ``after``."""
    asked = _Asked(reader, search)
    if not asked.words:
        return [to_user(row) for row in await asked.next(after, limit)]
    return [to_user(row) for row in await _searched(asked, after, limit)]


async def _searched(asked: "_Asked", after: Key | None, limit: int) -> Sequence[Any]:
    """Window by window, until gathering is cheaper."""
    found: list[Any] = []
    window, walked, here = FIRST_WINDOW, 0, after
    cost: float | None = None
    while True:
        found += await asked.among_next(here, window, limit - len(found))
        if len(found) == limit:
            return found
        end = await asked.end(here, window)
        if end is None:
            return found
        walked += window
        here = end
        expected = (limit - len(found)) * walked / (len(found) + 0.5)
        if cost is None:
            cost = await asked.cost_of_all(here)
        if cost <= ROW_COST * expected:
            return [*found, *await asked.all(here, limit - len(found))]
        window *= 4


class _Asked:
    """The statements of one search; their texts are kept by its form."""

    def __init__(self, reader: Reader, search: AccountSearch) -> None:
        self._reader = reader
        self._search = search
        self.words = (search.text or "").split()

    async def next(self, after: Key | None, limit: int) -> Sequence[Any]:
        """The next accounts in the order, whatever they are called."""

        def statement() -> Select[Any]:
            return self._next(select(users), after, "most")

        return await self._read("next", statement, after, most=limit)

    async def among_next(self, after: Key | None, window: int, limit: int) -> Sequence[Any]:
        """What is found among so many; the limit within leaves the planner no other way."""

        def statement() -> Select[Any]:
            there = self._next(select(users), after, "window").subquery("users")
            found = select(there).where(*self._have_words(there.c.search_text))
            return found.order_by(there.c.created_at, there.c.id).limit(_number("most"))

        return await self._read("among next", statement, after, window=window, most=limit)

    async def end(self, after: Key | None, window: int) -> Key | None:
        """The key of the last of so many; None where there are fewer."""

        def statement() -> Select[Any]:
            passed = self._next(select(*_ORDER), after, "window").subquery("passed")
            return select(passed).offset(_number("window") - 1)

        rows = await self._read("end", statement, after, window=window)
        return (rows[0]["created_at"], rows[0]["id"]) if rows else None

    async def all(self, after: Key | None, limit: int) -> Sequence[Any]:
        """The first of all that is found."""

        def statement() -> Select[Any]:
            every = self._all(after).cte("found").prefix_with("MATERIALIZED")
            ordered = select(every).order_by(every.c.created_at, every.c.id)
            first = ordered.limit(_number("most")).subquery("first")
            return select(users).join(first, first.c.id == users.c.id).order_by(*_ORDER)

        return await self._read("all", statement, after, most=limit)

    async def cost_of_all(self, after: Key | None) -> float:
        """What the planner believes that gathering costs."""
        form, values = self._form("cost", after), self._values(after)
        return await self._reader.cost(form, lambda: self._all(after), values)

    def _next(self, columns: Select[Any], after: Key | None, most: str) -> Select[Any]:
        stand = columns.where(*self._stand(after))
        return stand.order_by(*_ORDER).limit(_number(most))

    def _all(self, after: Key | None) -> Select[Any]:
        found = select(*_ORDER).where(*self._have_words(users.c.search_text))
        return found.where(*self._stand(after))

    def _stand(self, after: Key | None) -> list[ColumnElement[bool]]:
        """What is asked of an account besides its words, and that it comes after the key."""
        asked: list[ColumnElement[bool]] = []
        if self._search.role is not None:
            asked.append(users.c.role == bindparam("role", type_=Text()))
        match self._search.state:
            case AccountState.SUSPENDED:
                asked.append(users.c.suspended_at.is_not(None))
            case AccountState.PENDING:
                asked.append(~users.c.is_approved)
            case AccountState.ACTIVE:
                asked += [users.c.suspended_at.is_(None), users.c.is_approved]
        if after is not None:
            key = bindparam("after_key", type_=DateTime(timezone=True))
            row_id = bindparam("after_id", type_=Uuid())
            asked.append(tuple_(*_ORDER) > tuple_(key, row_id))
        return asked

    def _have_words(self, column: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """Whether each word is found; one of one or two letters as a beginning."""
        return [
            column.like(func.auth_search_pattern(bindparam(f"word_{index}", type_=Text())))
            for index in range(len(self.words))
        ]

    def _form(self, way: str, after: Key | None) -> tuple[object, ...]:
        is_of_role = self._search.role is not None
        return "accounts", way, len(self.words), is_of_role, self._search.state, after is None

    def _values(self, after: Key | None) -> dict[str, Any]:
        key, row_id = after or (None, None)
        words = {f"word_{index}": word for index, word in enumerate(self.words)}
        role = self._search.role
        return {
            **words,
            "role": None if role is None else role.value,
            "after_key": key,
            "after_id": row_id,
        }

    async def _read(
        self, way: str, statement: Callable[[], Select[Any]], after: Key | None, **more: int
    ) -> Sequence[Any]:
        values = {**self._values(after), **more}
        return await self._reader.kept(self._form(way, after), statement, values)


def _number(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=Integer())
