"""Whom the system calls over TLS shows a certificate that holds, or is told nothing."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as ConnectionFailed

from auth_service.core.mail import Mail, MailNotSent, SmtpTransport
from auth_service.core.settings import AuthSettings
from gateway.subgraphs import Tls
from gateway.subgraphs.config import SubgraphConfig
from gateway.subgraphs.http1 import Http1Subgraph
from gateway.subgraphs.protocol import SubgraphUnreachable
from shared.connection_faults import fault_of
from shared.database import Database
from shared.database.url import read_database_url
from tests.gateway.subgraphs.conftest import post
from tests.testkit.certificates import Authority, Certificate

Issue = Callable[[Authority], Certificate]
WRONG: dict[str, tuple[Issue, str]] = {
    "expired": (lambda own: own.issue("server", days=-1), "certificate has expired"),
    "another host's": (lambda own: own.issue("server", address="127.0.0.9"), "mismatch"),
    "nobody's we know": (lambda _own: Authority("another").issue("server"), "local issuer"),
}
MAIL = Mail("<1@est.example>", "anna@example.com", "Hello", "Hello\n", "<p>Hello")


class Served:
    """A server that says ``greeting``, then TLS; what it was told behind that is in ``heard``."""

    def __init__(self, context: ssl.SSLContext, greeting: bytes, starts_at_once: bool) -> None:
        self.context, self.greeting, self.starts_at_once = context, greeting, starts_at_once
        self.heard = b""
        self.port = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not self.starts_at_once:
                await reader.read(8)  # PostgreSQL's SSLRequest
                writer.write(self.greeting)
                await writer.start_tls(self.context)
            self.heard += await reader.read(1024)
        except OSError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def served(
    context: ssl.SSLContext, greeting: bytes = b"", *, starts_at_once: bool = True
) -> AsyncIterator[Served]:
    """Serve on a port of its own while the block lasts."""
    server = Served(context, greeting, starts_at_once)
    tls = context if starts_at_once else None
    async with await asyncio.start_server(server, "127.0.0.1", 0, ssl=tls) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The one that this machine trusts; its file is ca.pem."""
    made = Authority()
    (tmp_path / "ca.pem").write_bytes(made.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


@pytest.fixture(params=WRONG)
def wrong(
    request: pytest.FixtureRequest, authority: Authority, tmp_path: Path
) -> tuple[ssl.SSLContext, str]:
    """A server's context whose certificate is not to be believed, and what is wrong with it."""
    issue, reason = WRONG[request.param]
    return authority.server_context(tmp_path, own=issue(authority)), reason


async def test_154_a_subgraph(wrong: tuple[ssl.SSLContext, str], authority: Authority) -> None:
    context, reason = wrong
    async with served(context) as server:
        tls = Tls(ca=authority.pem)
        client = Http1Subgraph(SubgraphConfig(f"https://127.0.0.1:{server.port}/", tls=tls), None)
        with pytest.raises(SubgraphUnreachable, match=f"certificate: .*{reason}"):
            await client.send(post())
        await client.close()
    assert server.heard == b""


async def test_154_a_mail_server(wrong: tuple[ssl.SSLContext, str]) -> None:
    context, reason = wrong
    async with served(context) as server:
        settings = AuthSettings(
            database_url="postgresql://h/d",
            subgraph_access="open",
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_security="tls",
        )
        with pytest.raises(MailNotSent, match=f"certificate: .*{reason}"):
            await SmtpTransport(settings).send(MAIL)
    assert server.heard == b""


async def test_154_redis(wrong: tuple[ssl.SSLContext, str], tmp_path: Path) -> None:
    context, reason = wrong
    async with served(context) as server:
        url = f"rediss://127.0.0.1:{server.port}/0?ssl_ca_certs={tmp_path}/ca.pem"
        async with Redis.from_url(url) as redis:
            with pytest.raises(ConnectionFailed) as caught:
                await redis.get("x")
    assert reason in fault_of(caught.value)
    assert server.heard == b""


NO_DATABASE = "cannot use the database"


async def heard_of(context: ssl.SSLContext, mode: str, authority: Path, refused: str) -> bytes:
    """What a database with this certificate hears before we refuse it, in these words."""
    async with served(context, b"S", starts_at_once=False) as server:
        where = f"postgresql://est@127.0.0.1:{server.port}/est"
        url = read_database_url(f"{where}?sslmode={mode}&sslrootcert={authority}")
        with pytest.raises(Exception, match=refused):
            await Database(url).require()
    return server.heard


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca", "require"])
async def test_154_a_database(wrong: tuple[ssl.SSLContext, str], tmp_path: Path, mode: str) -> None:
    context, reason = wrong
    if reason == "mismatch" and mode != "verify-full":  # these look at no name, as in libpq
        assert b"est" in await heard_of(context, mode, tmp_path / "ca.pem", NO_DATABASE)
        return
    heard = await heard_of(context, mode, tmp_path / "ca.pem", reason)
    assert heard == b""


async def test_154_a_database_whose_authority_is_not_the_one_named(
    authority: Authority, tmp_path: Path
) -> None:
    """With verify-ca no name is looked at: any public authority's certificate would do."""
    (tmp_path / "own.pem").write_bytes(Authority("own").pem)
    context = authority.server_context(tmp_path)
    heard = await heard_of(context, "verify-ca", tmp_path / "own.pem", "local issuer")
    assert heard == b""


async def test_154_what_holds_is_spoken_to(authority: Authority, tmp_path: Path) -> None:
    context = authority.server_context(tmp_path)
    heard = await heard_of(context, "verify-full", tmp_path / "ca.pem", NO_DATABASE)
    assert b"est" in heard
