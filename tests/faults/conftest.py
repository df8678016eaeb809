"""Running systems, and a database of a test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shared.http import health
from tests.faults.cut_connection import Connects, connecting
from tests.testkit.fleet import Fleet, fleet
from tests.testkit.postgres import Databases
from tests.testkit.smtp import MailServer


@pytest.fixture(autouse=True)
def patient_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is well may answer late on a busy machine, and is well all the same."""
    monkeypatch.setattr(health, "CHECK_SECONDS", 60.0)


@pytest.fixture(scope="session")
async def house(
    tmp_path_factory: pytest.TempPathFactory, database_url_factory: Databases
) -> AsyncIterator[Fleet]:
    """One of each, as a developer has it; attempt limits are wide. Tests leave it as it was."""
    folder = tmp_path_factory.mktemp("house")
    wide = {"LIMITS_FACTOR": "1000"}
    async with fleet(folder, database_url_factory, auth=wide) as running:
        yield running


@pytest.fixture(scope="module")
async def unlimited(
    tmp_path_factory: pytest.TempPathFactory, database_url_factory: Databases, mailbox: MailServer
) -> AsyncIterator[Fleet]:
    """One of each for a file that kills them; no limit is in its way."""
    wide = {"OUTBOX_POLL_SECONDS": "0.3", "LIMITS_FACTOR": "1000"}
    async with fleet(
        tmp_path_factory.mktemp("unlimited"),
        database_url_factory,
        auth={**mailbox.environment, **wide},
        catalog={"RESERVATIONS_PER_CUSTOMER": "1000", "CANCELLATIONS_PER_HOUR": "100000"},
    ) as running:
        yield running


@pytest.fixture
async def url(database_url_factory: Databases) -> AsyncIterator[str]:
    """A migrated database of the catalog's, for one test."""
    async with database_url_factory.lent("catalog_service") as url:
        yield url


@pytest.fixture(scope="module")
async def connects(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Connects]:
    """Connections without sockets to every door."""
    async with connecting(tmp_path_factory.mktemp("doors")) as connects:
        yield connects
