"""One running system for all end-to-end tests: real processes, PostgreSQL, SMTP and demo data."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from est.demo.people import ADMIN as DEMO_ADMIN
from est.demo.people import CUSTOMERS, PARTNERS, PASSWORD
from tests.testkit.client import Client
from tests.testkit.smtp import MailServer
from tests.testkit.system import System

ADMIN = DEMO_ADMIN.email
BAKER, GROCER, CHEF, FLORIST = (person.email for person in PARTNERS)
ANA, BEN, CHLOE = (person.email for person in CUSTOMERS)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, mailbox: MailServer) -> Iterator[System]:
    """`est run` with demo data. Attempt limits are wide: other tests look at those.

    A change is told to the catalog before it is answered, on a busy machine, too.
    """
    running = System(
        tmp_path_factory.mktemp("e2e"),
        SMTP_HOST="127.0.0.1",
        SMTP_PORT=str(mailbox.port),
        SMTP_SECURITY="none",
        OUTBOX_POLL_SECONDS="0.5",
        CATALOG_WAIT_SECONDS="60",
        LIMITS_FACTOR="1000",
        RESERVATIONS_PER_CUSTOMER="1000",
        CANCELLATIONS_PER_HOUR="1000",
        INVITATIONS_PER_HOUR="1000",
        INVITATIONS_PER_ADDRESS="1000",
    )
    try:
        running.wait_until_up()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
async def client(system: System) -> AsyncIterator[Client]:
    """A client of the system's gateway."""
    made = Client(f"http://127.0.0.1:{system.ports['gateway']}")
    yield made
    await made.http.aclose()


class Tokens:
    """Access tokens of the demo accounts, each signed in once."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._tokens: dict[str, str] = {}

    async def of(self, email: str) -> str:
        """The token of a demo account."""
        if email not in self._tokens:
            self._tokens[email] = await self.client.sign_in(email, PASSWORD)
        return self._tokens[email]

    async def renewed(self, email: str) -> str:
        """The same after the account signed out everywhere."""
        self._tokens.pop(email, None)
        return await self.of(email)


@pytest.fixture(scope="session")
def tokens(client: Client) -> Tokens:
    """Signs demo accounts in."""
    return Tokens(client)
