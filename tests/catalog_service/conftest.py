"""A catalog for each test: a database that is emptied, or one of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from catalog_service.core import accounts
from shared.database import Database
from shared.http import health
from tests.catalog_service.desk import Began, Desk, to_the_minute
from tests.catalog_service.kit import Catalog, Person, running_catalog, settings_for
from tests.testkit.counting_clock import Hands
from tests.testkit.postgres import Databases, empty

TABLES = (
    *("places", "partnerships", "offers", "offer_stats_daily", "reservations", "user_history"),
    *("images", "invitations", "schedules", "schedule_days", "counter_sales", "account_standings"),
    *("erased_users", "processed_events", "outbox", "reminders", "reports", "search_words"),
    *("used_uploads", "removals", "creations"),
)


@pytest.fixture(autouse=True)
def patient(counting_clock: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is bounded in time on a busy machine; tests of such a bound set their own."""
    monkeypatch.setattr(health, "CHECK_SECONDS", 60.0)
    monkeypatch.setattr(accounts, "TIMEOUT_SECONDS", 60.0)


@pytest.fixture(autouse=True)
def begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test takes for now is its own: many tests may take more than an hour."""
    monkeypatch.setattr(Began, "at", to_the_minute())


@pytest.fixture(scope="session")
async def catalog_database(database_url_factory: Databases) -> str:
    """A migrated database for all tests that leave its tables as they are."""
    return await database_url_factory("catalog_service")


@pytest.fixture
async def database_url(catalog_database: str) -> str:
    """That database, empty."""
    await empty(catalog_database, TABLES)
    return catalog_database


@pytest.fixture
async def own_database(database_url_factory: Databases) -> AsyncIterator[str]:
    """A database for a test that alters it."""
    async with database_url_factory.lent("catalog_service") as url:
        yield url


@pytest.fixture
async def catalog(database_url: str) -> AsyncIterator[Catalog]:
    """The service."""
    async with running_catalog(database_url) as running:
        yield running


@pytest.fixture
async def own_catalog(own_database: str) -> AsyncIterator[Catalog]:
    """The service on a database that the test may alter."""
    async with running_catalog(own_database) as running:
        yield running


@pytest.fixture
def owner() -> Person:
    """A partner who opens places."""
    return Person("partner")


@pytest.fixture
def stranger() -> Person:
    """A partner of other places."""
    return Person("partner")


@pytest.fixture
def customer() -> Person:
    """A customer with a verified address."""
    return Person("user")


@pytest.fixture
def admin() -> Person:
    """An admin."""
    return Person("admin")


@pytest.fixture
async def desk(catalog: Catalog, owner: Person, database_url: str) -> AsyncIterator[Desk]:
    """A place whose offers publish themselves when a test says so."""
    database = Database.from_settings(settings_for(database_url))
    yield Desk(catalog, owner, await catalog.open_place(owner), database)
    await database.dispose()
