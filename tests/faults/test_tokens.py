"""Faults 1 to 7 at every door, with tokens that are wrong in one thing only.

The test holds the key that the auth service signs with, so that nothing but that one thing differs
from a token that is good.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.faults.doors import DOORS, door
from tests.testkit.fleet import AUDIENCE, Fleet
from tests.testkit.raw_server import raw_server, whole

USER = "8d3f1f3e-58c0-4c11-9a5e-6d5a0f6f0b11"
BODY = b'{"query": "{ __typename }"}'
Change = Callable[[dict[str, Any], dict[str, Any]], None]


def key_of(house: Fleet) -> ECKey:
    folder = Path(str(house.auths[0].environment["EST_HOME"]))
    return ECKey.import_key((folder / "keys" / "auth-es256.pem").read_text())


def parts(house: Fleet) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token that is good."""
    now = int(time.time())
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key_of(house).thumbprint()}
    claims = {
        "iss": AUDIENCE, "aud": "est-api", "sub": USER, "client_id": "est", "iat": now, "nbf": now,
        "exp": now + 600, "jti": "j1", "roles": ["user"], "email_verified": True, "version": 0,
    }  # fmt: skip
    return header, claims


def signed(house: Fleet, change: Change) -> str:
    header, claims = parts(house)
    change(header, claims)
    return str(jwt.encode(header, claims, key_of(house), algorithms=["ES256"]))


def by_hand(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    def encoded(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{encoded(header)}.{encoded(claims)}.{signature}"


def set_header(**values: Any) -> Change:
    return lambda header, _claims: header.update(values)


def set_claims(**values: Any) -> Change:
    return lambda _header, claims: claims.update(values)


def without(name: str) -> Change:
    def change(header: dict[str, Any], claims: dict[str, Any]) -> None:
        header.pop(name, None)
        claims.pop(name, None)

    return change


def forged(house: Fleet) -> dict[str, str]:
    """Tokens by what is wrong with them."""
    now = int(time.time())
    header, claims = parts(house)
    public = key_of(house).as_pem(private=False).decode()
    unsigned = by_hand({**header, "alg": "HS256"}, claims).rstrip(".")
    digest = hmac.digest(public.encode(), unsigned.encode(), "sha256")
    by_public_key = f"{unsigned}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    good = signed(house, lambda _h, _c: None)
    changes: dict[str, Change] = {
        "expired": set_claims(exp=now - 120, iat=now - 900, nbf=now - 900),
        "a minute and a half late": set_claims(exp=now - 90),
        "not yet valid": set_claims(nbf=now + 300),
        "made in the future": set_claims(iat=now + 3_600, nbf=now + 3_600, exp=now + 7_200),
        "without exp": without("exp"),
        "exp as text": set_claims(exp=str(now + 600)),
        "exp as a list": set_claims(exp=[now + 600]),
        "exp as null": set_claims(exp=None),
        "another issuer": set_claims(iss="http://evil.example"),
        "the issuer with a slash": set_claims(iss=AUDIENCE + "/"),
        "without issuer": without("iss"),
        "another audience": set_claims(aud="other-api"),
        "the issuer as audience": set_claims(aud=AUDIENCE),
        "without audience": without("aud"),
        "without subject": without("sub"),
        "without type": without("typ"),
        "a refresh token's type": set_header(typ="rt+jwt"),
        "the type of any token": set_header(typ="JWT"),
        "an unknown kid": set_header(kid="nobody"),
    }
    made = {name: signed(house, change) for name, change in changes.items()}
    for spelling in ("none", "None", "NONE", "nOnE", ""):
        for signature in ("", good.rpartition(".")[2]):
            name = f"alg {spelling!r} {'with' if signature else 'without'} a signature"
            made[name] = by_hand({**header, "alg": spelling}, claims, signature)
    made["HS256 by the public key"] = by_public_key
    signature = good.rpartition(".")[2]
    made["an unknown crit"] = by_hand({**header, "crit": ["exp2"], "exp2": 1}, claims, signature)
    made["without alg"] = by_hand({"typ": "at+jwt"}, claims, good.rpartition(".")[2])
    made["another signature"] = good[:-6] + ("AAAAAA" if good[-6:] != "AAAAAA" else "BBBBBB")
    made["no signature"] = good.rpartition(".")[0] + "."
    made["two parts"] = good.rpartition(".")[0]
    made["four parts"] = good + ".x"
    made["no token"] = "x"
    return made


@pytest.mark.parametrize("where", DOORS)
async def test_1_to_6_forged_tokens_are_401_at_every_door(house: Fleet, where: str) -> None:
    entered = door(house, where)
    good = signed(house, lambda _h, _c: None)
    answer = await entered.post(BODY, authorization=f"Bearer {good}")
    assert (answer.status_code, answer.json().get("errors")) == (200, None)
    taken: list[str] = []
    for name, token in forged(house).items():
        answer = await entered.post(BODY, authorization=f"Bearer {token}")
        [error] = answer.json()["errors"]
        refused = answer.status_code == 401 and error["extensions"]["code"] == "UNAUTHENTICATED"
        if not refused or "www-authenticate" not in answer.headers or "data" in answer.json():
            taken.append(f"{name}: {answer.status_code} {answer.text[:100]}")
    assert not taken
    assert "Traceback" not in entered.server.told()


async def test_4_a_clock_half_a_minute_off_is_forgiven(house: Fleet) -> None:
    for name, seconds in (("exp", -10), ("nbf", 10)):
        for where in DOORS:
            token = signed(house, set_claims(**{name: int(time.time()) + seconds}))
            answer = await door(house, where).post(BODY, authorization=f"Bearer {token}")
            assert answer.status_code == 200, where


@pytest.mark.parametrize("where", DOORS)
async def test_3_what_a_token_points_to_is_never_fetched(house: Fleet, where: str) -> None:
    """The attacker serves a key of their own, and signs with it, and names it in every way."""
    own = ECKey.generate_key("P-256", {"use": "sig"})
    jwks = json.dumps({"keys": [{**own.as_dict(private=False), "kid": "evil"}]}).encode()
    async with raw_server(whole(jwks)) as evil:
        header, claims = parts(house)
        for extra in (
            {"jku": evil.url},
            {"x5u": evil.url},
            {"jwk": own.as_dict(private=False)},
            {"jku": evil.url, "jwk": own.as_dict(private=False), "x5u": evil.url, "kid": "evil"},
        ):
            forged_token = jwt.encode({**header, **extra}, claims, own, algorithms=["ES256"])
            answer = await door(house, where).post(BODY, authorization=f"Bearer {forged_token}")
            assert answer.status_code == 401
        await asyncio.sleep(0.2)
        assert evil.connections == 0
