"""A fresh catalog for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.catalog_service.kit import Catalog, Person, running_catalog
from tests.testkit.postgres import Databases


@pytest.fixture
async def database_url(database_url_factory: Databases) -> AsyncIterator[str]:
    """A migrated database of its own."""
    url = await database_url_factory("catalog_service")
    yield url
    await database_url_factory.drop(url)


@pytest.fixture
async def catalog(database_url: str) -> AsyncIterator[Catalog]:
    """The service on that database."""
    async with running_catalog(database_url) as running:
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
