"""A running gateway before both services, shared by the tests that leave it as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.testkit.fleet import Fleet, fleet
from tests.testkit.postgres import Databases


@pytest.fixture(scope="session")
async def house(
    tmp_path_factory: pytest.TempPathFactory, database_url_factory: Databases
) -> AsyncIterator[Fleet]:
    """One of each, as a developer has it; attempt limits are wide."""
    folder = tmp_path_factory.mktemp("house")
    wide = {"LIMITS_FACTOR": "1000"}
    async with fleet(folder, database_url_factory, auth=wide) as running:
        yield running
