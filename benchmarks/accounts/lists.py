"""The lists that admins read: each filter, pairs of them, and the hundredth page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations
from typing import Any

from auth_service.domain.account_search import AccountSearch, AccountState
from auth_service.domain.audit import AuditEntry, AuditSearch
from auth_service.domain.user import Role, User
from auth_service.repository.account_searches import list_users
from auth_service.repository.audit import find_entries
from benchmarks.accounts.data import ACTIONS, NEW_DOMAIN, RARE_ACTION, RARE_NAME, account_id
from benchmarks.catalog.growth import Question
from shared.database.reading import Reader

FETCH = 21
PAGES = 100
TEXTS = (
    "mail.example", "firma.example", NEW_DOMAIN, "muller", "Anna", "anna muller", RARE_NAME,
    "zzyzx", "an", "zz", "a", "4711", "ida.koch", "@", "ß",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class List:
    """One list: what is asked, and how a page of it is read."""

    search: AccountSearch | AuditSearch

    async def page(
        self, connection: Reader, after: tuple[Any, ...] | None
    ) -> list[User] | list[AuditEntry]:
        """Up to ``FETCH`` rows behind the order key."""
        if isinstance(self.search, AccountSearch):
            return await list_users(connection, search=self.search, after=after, limit=FETCH)
        return await find_entries(connection, self.search, after, FETCH)


async def first_page(connection: Reader, asked: List) -> object:
    """What a list begins with."""
    return await asked.page(connection, None)


def lists() -> Mapping[str, List]:
    """Every filter of both lists alone, and in pairs."""
    accounts: dict[str, dict[str, Any]] = {
        **{f"text {text!r}": {"text": text} for text in TEXTS},
        **{f"role {role}": {"role": role} for role in Role},
        **{f"state {state}": {"state": state} for state in AccountState},
    }
    now = datetime.now(UTC)
    entries: dict[str, dict[str, Any]] = {
        "by a busy admin": {"actor_id": account_id(0)},
        "by another": {"actor_id": account_id(1)},
        "by a rare one": {"actor_id": account_id(3)},
        "by nobody": {"actor_id": account_id(4_711)},
        "about one": {"target_id": account_id(5)},
        **{f"action {action}": {"action": action} for action in (*ACTIONS[:3], RARE_ACTION)},
        "action unknown": {"action": "NONE"},
        "last month": {"first": now - timedelta(days=30)},
        "long ago": {"last": now - timedelta(days=900)},
        "a day": {"first": now - timedelta(days=501), "last": now - timedelta(days=500)},
    }
    found = {"accounts": List(AccountSearch()), "entries": List(AuditSearch())}
    for what, kind, given in (
        ("accounts", AccountSearch, accounts),
        ("entries", AuditSearch, entries),
    ):
        found |= {f"{what}, {name}": List(kind(**one)) for name, one in given.items()}
        for (a, one), (b, other) in combinations(given.items(), 2):
            if not set(one) & set(other):
                found[f"{what}, {a} + {b}"] = List(kind(**one, **other))
    return found


def questions() -> Mapping[str, Question]:
    """The first page of each."""
    return {name: partial(first_page, asked=asked) for name, asked in lists().items()}
