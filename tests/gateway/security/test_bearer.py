"""The bearer at the gateway: a bad one fails the request, whoever may explore is asked of it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from shared.tokens import BearerAuthenticator, Caller
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.gateway.security.tokens import SETTINGS, bearer
from tests.testkit.gateway import codes, running_gateway

OTHER_SECRET = "another-Secret-with-32-bytes-or-more"
BODY = json.dumps({"query": "{ hello }"})


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (bearer(exp=int(time.time()) - 120), "expired"),
        (bearer(secret=OTHER_SECRET), "signature"),
        (bearer(aud="someone-else"), "audience"),
        (bearer(iss="https://evil.test"), "issuer"),
        ({"authorization": "Bearer x.y.z"}, "malformed"),
        ({"authorization": "Bearer "}, "malformed"),
        ({"authorization": "Basic eDp5"}, "malformed"),
    ],
)
async def test_a_bad_bearer_is_401(headers: dict[str, str], reason: str) -> None:
    shop = Shop()
    async with running_gateway(SUPERGRAPH, shop.subgraphs, **SETTINGS) as gateway:
        response = await gateway.post(BODY, **headers)
        batch = await gateway.post(f"[{BODY},{BODY}]", **headers)
    assert (response.status_code, batch.status_code) == (401, 401)
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.json()["errors"][0]["extensions"] == {
        "code": "UNAUTHENTICATED",
        "reason": reason,
    }
    assert [codes(item) for item in batch.json()] == [["UNAUTHENTICATED"]] * 2
    assert shop.subgraphs.requests() == 0


async def test_a_token_is_decided_on_once_for_a_whole_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may expire while the batch runs: what was begun is answered, in order (fault 8)."""
    decisions: list[str | None] = []
    decide = BearerAuthenticator.caller

    async def noting(authenticator: BearerAuthenticator, authorization: str | None) -> Caller:
        decisions.append(authorization)
        return await decide(authenticator, authorization)

    monkeypatch.setattr(BearerAuthenticator, "caller", noting)
    headers = bearer()
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **SETTINGS) as gateway:
        response = await gateway.post(f"[{BODY},{BODY},{BODY}]", **headers)
    assert [codes(item) for item in response.json()] == [[], [], []]
    assert decisions == [headers["authorization"]]


@pytest.mark.parametrize(
    ("mode", "headers", "code"),
    [
        ("public", {}, None),
        ("partners", {}, "UNAUTHENTICATED"),
        ("partners", bearer(roles=["customer"]), "FORBIDDEN"),
        ("partners", bearer(), "FORBIDDEN"),
        ("partners", bearer(roles=["editor"]), None),
        ("partners", bearer(roles="editor other"), None),
        ("off", bearer(roles=["editor"]), "FORBIDDEN"),
    ],
)
async def test_who_may_explore(mode: str, headers: dict[str, str], code: str | None) -> None:
    shop = Shop()
    settings: dict[str, Any] = {**SETTINGS, "explorer": mode, "explorer_roles": ["editor"]}
    async with running_gateway(SUPERGRAPH, shop.subgraphs, **settings) as gateway:
        answer = await gateway.ask("{ hello __schema { queryType { name } } }", headers=headers)
        plain = await gateway.ask("{ hello }", headers=headers)
    assert codes(answer) == ([] if code is None else [code])
    assert ("data" in answer) == (code is None)
    assert plain == {"data": {"hello": "hello None"}}
