"""The issuer of keys away for a while, on real sockets; and PostgreSQL's notifications cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import pytest
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from shared.database import notifications
from shared.database.notifications import listen
from shared.database.url import read_database_url
from shared.http.server import bind
from shared.tokens import RemoteKeys
from shared.tokens import jwks as jwks_module
from tests.shared.forge import SUBJECT, signed
from tests.shared.subgraph_door import KEYS, client_of, make_app, post
from tests.testkit.ports import free_port
from tests.testkit.server import listening

KEY = ECKey.generate_key("P-256")
BEARER = {"authorization": f"Bearer {signed(KEY)}"}


@asynccontextmanager
async def issuer(port: int) -> AsyncIterator[None]:
    """Publishes the key on a port, until the block ends."""

    async def publish(_request: Request) -> JSONResponse:
        key = {**KEY.as_dict(private=False), "kid": KEY.thumbprint()}
        return JSONResponse({"keys": [key]})

    app = Starlette(routes=[Route("/jwks", publish)])
    async with listening(app, port):
        yield


async def test_away_at_start_and_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks_module, "FIRST_RETRY_SECONDS", 0.0)
    monkeypatch.setattr(jwks_module, "PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr(jwks_module, "TIMEOUT_SECONDS", 60.0)
    port = free_port()
    keys = RemoteKeys(f"http://127.0.0.1:{port}/jwks")
    async with client_of(make_app(keys=keys), **KEYS) as http:
        away = (await post(http, "{ who mine }", **BEARER)).json()
        assert away["data"]["mine"] is None
        assert away["data"]["who"].startswith("None ")
        assert away["errors"][0]["extensions"] == {"code": "UNAVAILABLE", "retryable": True}
        anonymous = (await post(http, "{ who mine }")).json()
        assert anonymous["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        async with issuer(port):
            assert str(SUBJECT) in (await post(http, "{ who }", **BEARER)).text
        gone = await post(http, "{ who }", authorization=f"Bearer {signed(KEY)}")
        assert str(SUBJECT) in gone.text
    await keys.close()


async def test_hanging_for_ever_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks_module, "TIMEOUT_SECONDS", 0.2)
    with bind("127.0.0.1", 0) as silent:
        silent.listen()
        keys = RemoteKeys(f"http://127.0.0.1:{silent.getsockname()[1]}/jwks")
        async with client_of(make_app(keys=keys), **KEYS) as http, asyncio.timeout(60):
            answers = await asyncio.gather(*(post(http, "{ mine }", **BEARER) for _ in range(20)))
        codes = {answer.json()["errors"][0]["extensions"]["code"] for answer in answers}
        assert codes == {"UNAVAILABLE"}
        await keys.close()


async def test_a_cut_connection_listens_again(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "RECONNECT_SECONDS", 0.05)
    woken = asyncio.Semaphore(0)
    task = asyncio.create_task(listen(read_database_url(empty_database), "news", woken.release))
    admin: Any = await asyncpg.connect(empty_database)
    async with asyncio.timeout(60):
        await woken.acquire()  # connected
        await admin.execute("NOTIFY news")
        await woken.acquire()
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await woken.acquire()  # connected again: something may have been missed
        await admin.execute("NOTIFY news")
        await woken.acquire()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await admin.close()


async def test_a_redirecting_issuer_is_not_followed() -> None:
    async def redirect(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(302, headers={"location": "http://evil.test/jwks"})

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(redirect), follow_redirects=False)
    keys = RemoteKeys("http://auth.test/jwks", client=client)
    async with client_of(make_app(keys=keys), **KEYS) as http:
        answer = (await post(http, "{ mine }", **BEARER)).json()
    assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    await keys.close()
