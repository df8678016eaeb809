"""A gateway over the shop, fresh for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import RunningGateway, running_gateway


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
async def gateway(shop: Shop) -> AsyncIterator[RunningGateway]:
    async with running_gateway(SUPERGRAPH, shop.subgraphs) as running:
        yield running
