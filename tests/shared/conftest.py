"""A client of a subgraph's door."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.shared.subgraph_door import KEYS, client_of, make_app


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(make_app(), **KEYS) as client:
        yield client
