"""A running system with demo data, and a gateway as in production before the same services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.audits.production import KEYS, SECRET, ProductionGateway
from tests.testkit.system import System


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    running = System(
        tmp_path_factory.mktemp("audits"), JWT_SECRET=SECRET, LIMITS_FACTOR="1000", **KEYS
    )
    try:
        running.wait_until_up()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def production(
    system: System, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProductionGateway]:
    gateway = ProductionGateway(system, tmp_path_factory.mktemp("production"))
    try:
        gateway.wait_until_up()
        yield gateway
    finally:
        gateway.stop()
