"""Attacks on access tokens, and what is right."""

import json
from typing import Any

import pytest
import structlog
from joserfc.jwk import ECKey

from shared.tokens import (
    AccessTokenValidator,
    SecretKey,
    StaticKeys,
    TokenRejected,
    VerificationKey,
)
from shared.tokens.keys import read_jwks
from tests.shared.forge import (
    AUDIENCE,
    ISSUER,
    NOW,
    SECRET,
    SUBJECT,
    by_hand,
    good_claims,
    part,
    signed,
)

KEY = ECKey.generate_key("P-256")
OTHER = ECKey.generate_key("P-256")
AT = {"typ": "at+jwt"}


def validator(now: float = NOW, **options: Any) -> AccessTokenValidator:
    keys = StaticKeys([VerificationKey(KEY, KEY.thumbprint(), ("ES256",))])
    return AccessTokenValidator(ISSUER, AUDIENCE, keys, clock=lambda: now, **options)


async def rejection(token: str, judge: AccessTokenValidator | None = None) -> str:
    with pytest.raises(TokenRejected) as caught:
        await (judge or validator()).validate(token)
    assert token not in str(caught.value)
    return caught.value.reason


async def test_a_good_token_tells_its_caller() -> None:
    caller = await validator().validate(signed(KEY))
    assert caller.user_id == SUBJECT
    assert caller.roles == {"user"}
    assert caller.email_verified
    assert caller.claims["jti"] == "x"


async def test_scopes_come_as_words() -> None:
    caller = await validator().validate(signed(KEY, good_claims(scope="read write")))
    assert caller.scopes == {"read", "write"}


async def test_hs256_with_the_shared_secret() -> None:
    judge = AccessTokenValidator(ISSUER, AUDIENCE, SecretKey(SECRET), clock=lambda: NOW)
    token = by_hand({"alg": "HS256", **AT}, secret=SECRET.encode())
    assert (await judge.validate(token)).user_id == SUBJECT
    assert await rejection(token[:-4] + "AAAA", judge) == "signature"
    assert await rejection(signed(KEY), judge) == "signature"


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
async def test_alg_none_in_any_spelling(alg: str) -> None:
    assert await rejection(by_hand({"alg": alg, **AT})) == "signature"
    assert await rejection(by_hand({"alg": alg, "kid": KEY.thumbprint(), **AT})) == "signature"


@pytest.mark.parametrize("form", ["pem", "der", "jwk"])
async def test_hs256_signed_with_the_public_keys_text(form: str) -> None:
    public = {
        "pem": KEY.as_pem(private=False),
        "der": KEY.as_der(private=False),
        "jwk": json.dumps(KEY.as_dict(private=False)).encode(),
    }[form]
    for kid in ({}, {"kid": KEY.thumbprint()}):
        assert await rejection(by_hand({"alg": "HS256", **AT, **kid}, secret=public)) == "signature"


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "http://evil.test/jwks.json"},
        {"x5u": "http://evil.test/cert.pem"},
        {"jwk": OTHER.as_dict(private=False)},
    ],
)
async def test_keys_named_by_the_token_are_ignored(header: dict[str, Any]) -> None:
    assert await rejection(signed(OTHER, header={**header, "kid": None})) == "signature"
    assert await rejection(signed(OTHER, header=header)) == "signature"
    assert (await validator().validate(signed(KEY, header=header))).user_id == SUBJECT


@pytest.mark.parametrize("crit", [["b64"], ["exp"], [], "x"])
async def test_unknown_crit_is_refused(crit: object) -> None:
    header = {"alg": "ES256", "kid": KEY.thumbprint(), "crit": crit, "b64": True, **AT}
    assert await rejection(by_hand(header)) == "malformed"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"exp": NOW - 31}, "expired"),
        ({"exp": NOW - 30}, "expired"),
        ({"exp": NOW - 31, "aud": "other-api"}, "audience"),
        ({"exp": NOW - 31, "iss": "http://evil.test"}, "issuer"),
        ({"exp": NOW - 31, "nbf": NOW + 31}, "not_yet_valid"),
        ({"exp": NOW - 31, "jti": None}, "malformed"),
        ({"exp": None}, "malformed"),
        ({"exp": str(NOW + 900)}, "malformed"),
        ({"exp": True}, "malformed"),
        ({"exp": [NOW + 900]}, "malformed"),
        ({"nbf": NOW + 31}, "not_yet_valid"),
        ({"iat": NOW + 3600}, "not_yet_valid"),
        ({"iat": None}, "malformed"),
        ({"iat": "now"}, "malformed"),
        ({"iss": "http://evil.test"}, "issuer"),
        ({"iss": [ISSUER]}, "issuer"),
        ({"iss": None}, "malformed"),
        ({"aud": "other-api"}, "audience"),
        ({"aud": ["a", "b"]}, "audience"),
        ({"aud": {"x": 1}}, "audience"),
        ({"aud": None}, "malformed"),
        ({"sub": None}, "malformed"),
        ({"sub": 5}, "malformed"),
        ({"client_id": None}, "malformed"),
        ({"jti": None}, "malformed"),
    ],
)
async def test_claims_that_do_not_hold(change: dict[str, Any], reason: str) -> None:
    assert await rejection(signed(KEY, good_claims(**change))) == reason


@pytest.mark.parametrize("change", [{"exp": NOW - 29}, {"nbf": NOW + 30}, {"iat": NOW + 30}])
async def test_clocks_may_differ_by_half_a_minute(change: dict[str, Any]) -> None:
    assert (await validator().validate(signed(KEY, good_claims(**change)))).user_id == SUBJECT


async def test_a_token_from_the_future_names_the_skew() -> None:
    with structlog.testing.capture_logs() as logs:
        await rejection(signed(KEY, good_claims(iat=NOW + 3600, nbf=NOW + 3600, exp=NOW + 9999)))
    assert logs[0]["seconds"] == 3600


async def test_several_audiences_are_fine() -> None:
    token = signed(KEY, good_claims(aud=["x", AUDIENCE]))
    assert (await validator().validate(token)).user_id == SUBJECT


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "1e400"])
async def test_an_exp_that_never_comes(literal: str) -> None:
    claims = json.dumps(good_claims()).replace(str(NOW + 900), literal).encode()
    secret = SecretKey(SECRET)
    judge = AccessTokenValidator(ISSUER, AUDIENCE, secret, clock=lambda: NOW)
    body = f"{part({'alg': 'HS256', **AT})}.{part(claims)}"
    token = f"{body}.{by_hand({}, secret=b'').rpartition('.')[2]}"
    assert await rejection(token, judge) in {"signature", "malformed"}
    decoded = signed_hs256(claims)
    assert await rejection(decoded, judge) == "malformed"


def signed_hs256(claims: bytes) -> str:
    """An HS256 token over claims that are not JSON a library would write."""
    import hashlib
    import hmac

    body = f"{part({'alg': 'HS256', **AT})}.{part(claims)}"
    return f"{body}.{part(hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).digest())}"


@pytest.mark.parametrize("typ", [None, "JWT", "rt+jwt", "", "at", 7])
async def test_the_type_is_required(typ: object) -> None:
    assert (
        await rejection(
            signed(KEY, header={"typ": typ})
            if isinstance(typ, str | None)
            else by_hand({"alg": "ES256", "typ": typ})
        )
        == "type"
    )


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_the_type_in_its_spellings(typ: str) -> None:
    assert (await validator().validate(signed(KEY, header={"typ": typ}))).user_id == SUBJECT


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b",
        "a.b.c.d",
        "..",
        "é.é.é",
        f"{part([1])}.{part({})}.x",
        f"{part({'alg': 5, **AT})}.{part({})}.x",
        f"{part({'alg': 'ES256', 'kid': 5, **AT})}.{part({})}.x",
        f"{part({'alg': 'ES256', **AT})}.!!!.x",
        "a" * 9000 + ".b.c",
        part(b"[" * 5000) + ".b.c",
    ],
)
async def test_what_is_no_token_at_all(token: str) -> None:
    with pytest.raises(TokenRejected):
        await validator().validate(token)


async def test_a_payload_that_is_no_object() -> None:
    header = {"alg": "HS256", **AT}
    judge = AccessTokenValidator(ISSUER, AUDIENCE, SecretKey(SECRET), clock=lambda: NOW)
    assert await rejection(signed_hs256(b"[1]"), judge) == "malformed"
    assert await rejection(signed_hs256(b"{"), judge) == "malformed"
    assert header


async def test_a_changed_payload() -> None:
    head, _, tail = signed(KEY).split(".")
    forged = f"{head}.{part(good_claims(roles=['admin']))}.{tail}"
    assert await rejection(forged) == "signature"


async def test_two_keys_and_no_kid_is_nobodys_signature() -> None:
    keys = StaticKeys(VerificationKey(k, k.thumbprint(), ("ES256",)) for k in (KEY, OTHER))
    judge = AccessTokenValidator(ISSUER, AUDIENCE, keys, clock=lambda: NOW)
    assert await rejection(signed(KEY, header={"kid": None}), judge) == "signature"
    assert (await judge.validate(signed(OTHER))).user_id == SUBJECT


def test_a_jwks_gives_asymmetric_keys_only() -> None:
    ec = {**KEY.as_dict(private=False), "kid": "ec"}
    secret = {"kty": "oct", "k": part(b"x" * 32), "kid": "oct"}
    wrong = {**ec, "kid": "wrong", "alg": "HS256"}
    encrypting = {**ec, "kid": "enc", "use": "enc"}
    broken = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "broken"}
    keys = read_jwks({"keys": [ec, secret, wrong, encrypting, broken, 5]})
    assert [(key.kid, key.algorithms) for key in keys] == [("ec", ("ES256",))]


@pytest.mark.parametrize("document", [None, [], {}, {"keys": {}}, "x"])
def test_what_is_no_jwks(document: object) -> None:
    with pytest.raises(ValueError, match="JWKS"):
        read_jwks(document)
