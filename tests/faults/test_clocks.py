"""Clocks that jump: an hour or a day, forwards and backwards, while a server runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth_service.services import attempts
from tests.auth_service.subgraph import Answer, Subgraph
from tests.e2e.accounts import register, register_verified
from tests.e2e.shop import RESERVE, Shop, new_key
from tests.faults.test_limits_away import auth_with
from tests.gateway.http.shop import SUPERGRAPH
from tests.gateway.http.shop import Shop as SmallShop
from tests.testkit.fleet import Server, fleet
from tests.testkit.gateway import running_gateway
from tests.testkit.postgres import Databases
from tests.testkit.server import listening
from tests.testkit.smtp import MailServer

ANNA = "anna@example.com"
WRONG = "Wrong-Passw0rd"
HOUR, DAY = 3_600.0, 86_400.0
JUMPS = [HOUR, -HOUR, DAY, -DAY]
OFFERS = "{ offers { edges { cursor } } }"
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))

SetClock = Callable[[float], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Set this process's time of day so many seconds forward (or back)."""
    real = time.time

    def set_clock(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + seconds)

    return set_clock


@pytest.fixture
async def auth(database_url_factory: Databases, tmp_path: Path) -> AsyncIterator[Subgraph]:
    async with auth_with("memory://", database_url_factory, tmp_path) as subgraph:
        yield subgraph


@pytest.mark.parametrize("jump", JUMPS)
async def test_112_limits_hold_as_long_as_they_said(
    auth: Subgraph, set_clock: SetClock, jump: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set forward, nobody guesses on at once; set back, nobody is kept out for longer."""
    an_hour = replace(attempts.LOGIN_TO_ACCOUNT, seconds=attempts.HOUR)  # of a busy machine's time
    monkeypatch.setattr(attempts, "LOGIN_TO_ACCOUNT", an_hour)
    await auth.register(ANNA)
    codes = [(await auth.login(ANNA, WRONG)).code for _ in range(15)]
    assert codes[-1] == "RATE_LIMITED"
    before = wait(await auth.login(ANNA, WRONG))
    set_clock(jump)
    assert 0 < wait(await auth.login(ANNA, WRONG)) <= before


def wait(refused: Answer) -> int:
    """Seconds, as a refusal says."""
    assert refused.code == "RATE_LIMITED"
    seconds: int = refused.errors[0]["extensions"]["retryAfter"]
    return seconds


class Hands:
    """The clock of one process, moved by libfaketime."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.move(0)

    @property
    def environment(self) -> dict[str, str]:
        """For the process that is to go by it."""
        return {
            "LD_PRELOAD": str(FAKETIME[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def move(self, seconds: float) -> None:
        draft = self._file.with_suffix(".draft")
        draft.write_text(f"{seconds:+.0f}s\n")
        draft.replace(self._file)


async def status(server: Server) -> int:
    assert (await server.http.get("/health/live")).status_code == 200
    return (await server.http.get("/health/ready")).status_code


@pytest.mark.skipif(not FAKETIME, reason="moves the clocks of processes: needs libfaketime")
async def test_113_each_process_outlives_a_jump_of_its_clock(
    tmp_path: Path, database_url_factory: Databases, mailbox: MailServer
) -> None:
    """A service that is off by more than tokens may be is not ready; set right, it serves on."""
    hands = {name: Hands(tmp_path / f"{name}.clock") for name in ("gateway", "auth", "catalog")}
    often = {"OUTBOX_POLL_SECONDS": "0.3", "EXPIRE_EVERY_SECONDS": "0.3", "LIMITS_FACTOR": "100"}
    async with fleet(
        tmp_path,
        database_url_factory,
        gateway=hands["gateway"].environment,
        auth={**hands["auth"].environment, **mailbox.environment, **often},
        catalog={**hands["catalog"].environment, **often},
    ) as running:
        [client] = running.gateways
        owner = await register_verified(client, mailbox, "PARTNER")
        shop = await Shop.open(client, owner.token)
        offer = await shop.publish(quantity=20)
        for server in running.servers:
            customer = await register_verified(client, mailbox)
            for jump in JUMPS:
                hands[server.name[:-1]].move(jump)
                if server.name != "gateway0":
                    async with asyncio.timeout(60):
                        while await status(server) != 503:
                            await asyncio.sleep(0.05)
                wish = {"offer": offer, "quantity": 1, "key": new_key()}
                answer = await client.run(RESERVE, wish, customer.token)
                assert {*answer.codes} <= {"UNAUTHENTICATED", "UNAVAILABLE"}, (server.name, jump)
                assert (await client.run(OFFERS)).codes == []
                hands[server.name[:-1]].move(0)
                async with asyncio.timeout(60):
                    while await status(server) != 200:
                        await asyncio.sleep(0.05)
                again = await client.run(RESERVE, wish, customer.token)
                assert again.field("reserveOffer", "status") == "RESERVED"
        assert "Traceback" not in running.told()


@pytest.mark.skipif(not FAKETIME, reason="moves the clocks of processes: needs libfaketime")
async def test_113_no_mail_is_given_up_because_a_clock_was_wrong(
    tmp_path: Path, database_url_factory: Databases, mailbox: MailServer
) -> None:
    hands = Hands(tmp_path / "auth.clock")
    environment = {**hands.environment, **mailbox.environment, "OUTBOX_POLL_SECONDS": "0.3"}
    async with fleet(tmp_path, database_url_factory, auth=environment) as running:
        [client] = running.gateways
        await register_verified(client, mailbox)
        hands.move(2 * DAY)
        mailbox.answers = ["451 later"]
        late = await register(client)
        async with asyncio.timeout(60):
            while mailbox.answers:
                await asyncio.sleep(0.05)
        hands.move(0)
        await mailbox.wait_for(late.email)


@pytest.mark.parametrize(
    ("behind", "age", "status"), [(HOUR, 0, "degraded"), (-HOUR, 0, "degraded"), (200, 200, "ok")]
)
async def test_146_a_gateway_whose_clock_is_not_the_issuers_says_so(
    behind: float, age: int, status: str
) -> None:
    """All who sign in are told to sign in again: nothing else would say why."""
    key = ECKey.generate_key("P-256")
    entry = {**key.as_dict(private=False), "kid": key.thumbprint()}

    async def jwks(_: Request) -> JSONResponse:
        told = {"date": formatdate(time.time() - behind, usegmt=True), "age": str(age)}
        return JSONResponse({"keys": [entry]}, headers=told)

    issuer = Starlette(routes=[Route("/.well-known/jwks.json", jwks)])
    token = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.thumbprint()}, {"exp": 1}, key)
    async with (
        listening(issuer, date_header=False) as port,
        running_gateway(
            SUPERGRAPH, SmallShop().subgraphs, auth_service_url=f"http://127.0.0.1:{port}"
        ) as gateway,
    ):
        await gateway.ask(OFFERS, headers={"authorization": f"Bearer {token}"})
        ready = await gateway.client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, status)
    assert status == "ok" or "token issuer's" in ready.json()["checks"]["clock"]
