"""Who fires the cells of the role tables, and what they fire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.accounts import Account
from tests.e2e.shop import Shop
from tests.testkit.client import Client

Operation = tuple[str, dict[str, Any]]

Recipe = Callable[["Cast"], Awaitable[Operation]]


@dataclass(frozen=True, slots=True)
class Cast:
    """The callers of the tables and the place that they meet at."""

    client: Client
    tokens: dict[str, str | None]
    accounts: dict[str, Account]
    shop: Shop
    deputy_partnership: str
    schedules: list[str] = field(default_factory=list)

    def token(self, actor: str) -> str:
        token = self.tokens[actor]
        assert token is not None
        return token


def query(text: str) -> Recipe:
    """A query that needs nothing."""

    async def made(_cast: Cast) -> Operation:
        return text, {}

    return made
