"""The auth service in process, on a real database, with a real mail server where mail matters."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from auth_service.core import passwords
from auth_service.core.settings import AuthSettings
from shared.http import health
from tests.auth_service.catalog import Catalog, running_catalog
from tests.auth_service.subgraph import Subgraph, running
from tests.testkit.counting_clock import Hands
from tests.testkit.postgres import Databases, empty
from tests.testkit.smtp import MailServer

TABLES = ("users", "invitations", "verification_tokens", "outbox")

MakeSubgraph = Callable[..., Any]


@pytest.fixture(scope="session")
async def one_database_url(database_url_factory: Databases) -> str:
    """The est_auth of this session: emptying it costs a tenth of making another."""
    return await database_url_factory("auth_service")


@pytest.fixture
async def database_url(one_database_url: str) -> AsyncIterator[str]:
    """An empty, migrated est_auth; tests that change its schema make their own."""
    yield one_database_url
    await empty(one_database_url, TABLES)


@pytest.fixture(autouse=True)
def patient(counting_clock: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is bounded in time on a busy machine; tests of such a bound set their own."""
    monkeypatch.setattr(health, "CHECK_SECONDS", 60.0)
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 60.0)


@pytest.fixture
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AuthSettings:
    """Settings as in development: mail into a folder, cheap hashes."""
    return AuthSettings(
        database_url=database_url,
        gateway_key="gateway-key-of-tests",
        bcrypt_cost=4,
        database_pool_size=5,
        database_timeout_seconds=60.0,  # tests share the machine
        max_wait_seconds=60.0,
        est_home=tmp_path_factory.mktemp("est"),
        outbox_poll_seconds=0.2,
        catalog_service_url="http://127.0.0.1:1",
        catalog_wait_seconds=60.0,
    )


@pytest.fixture
async def subgraph(settings: AuthSettings) -> AsyncIterator[Subgraph]:
    """The service with its lifespan, entered through its ASGI app."""
    async with running(settings) as subgraph:
        yield subgraph


@pytest.fixture
async def start(settings: AuthSettings) -> AsyncIterator[MakeSubgraph]:
    """Start a service with changed settings; several on one database are fine."""
    async with AsyncExitStack() as stack:

        async def start(**changes: Any) -> Subgraph:
            changed = settings.model_copy(update=changes)
            return await stack.enter_async_context(running(changed))

        yield start


@pytest.fixture
async def catalog() -> AsyncIterator[Catalog]:
    """Where events go."""
    async with running_catalog() as catalog:
        yield catalog


@pytest.fixture
async def mailing(start: MakeSubgraph, mail_server: MailServer) -> Subgraph:
    """The service with a real mail server."""
    subgraph: Subgraph = await start(
        smtp_host="127.0.0.1", smtp_port=mail_server.port, smtp_security="none"
    )
    return subgraph
