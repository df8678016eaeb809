"""Who asks a subgraph: the token, the gateway's key, the address and the request's id."""

import httpx2
import pytest
from joserfc.jwk import ECKey

from shared.http.gateway_key import origin_of
from shared.settings import SubgraphAccess
from shared.tokens import StaticKeys, TokenNotJudged, VerificationKey
from tests.shared.forge import NOW, SUBJECT, by_hand, good_claims, signed
from tests.shared.subgraph_door import KEY, KEYS, client_of, make_app, post


class NoKeys(StaticKeys):
    """A source whose issuer is out of reach."""

    async def key(self, kid: str | None, algorithm: str) -> VerificationKey | None:
        raise TokenNotJudged


async def test_the_caller_comes_from_the_token(http: httpx2.AsyncClient) -> None:
    response = await post(
        http,
        "{ who }",
        authorization=f"Bearer {signed(KEY)}",
        **{"x-client-ip": "198.51.100.7", "x-request-id": "req-1"},
    )
    assert response.json()["data"]["who"] == f"{SUBJECT} 198.51.100.7 req-1"


@pytest.mark.parametrize(
    ("authorization", "reason"),
    [
        ("Bearer x", "malformed"),
        ("Basic x", "malformed"),
        ("", "malformed"),
        (f"Bearer {signed(KEY, good_claims(exp=NOW - 60))}", "expired"),
        (f"Bearer {signed(KEY, good_claims(aud='other'))}", "audience"),
        (f"Bearer {signed(ECKey.generate_key('P-256'))}", "signature"),
        (f"Bearer {by_hand({'alg': 'none', 'typ': 'at+jwt'})}", "signature"),
        (f"Bearer {signed(KEY, header={'typ': 'rt+jwt'})}", "type"),
    ],
)
async def test_a_bad_bearer_fails_the_request(
    http: httpx2.AsyncClient, authorization: str, reason: str
) -> None:
    response = await post(http, "{ who }", authorization=authorization)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED", "reason": reason}


async def test_a_token_that_cannot_be_judged_is_unavailable_where_it_matters() -> None:
    async with client_of(make_app(keys=NoKeys([])), **KEYS) as http:
        response = await post(http, "{ who mine }", authorization=f"Bearer {signed(KEY)}")
        assert response.status_code == 200
        assert response.json()["data"]["who"].startswith("None ")
        (error,) = response.json()["errors"]
        assert error["path"] == ["mine"]
        assert error["extensions"] == {"code": "UNAVAILABLE", "retryable": True}


@pytest.mark.parametrize("key", [None, "", "wrong", "current-ke", "current-key2", "CURRENT-KEY"])
async def test_without_the_gateway_key_nothing_is_answered(key: str | None) -> None:
    headers = {} if key is None else {"x-gateway-key": key}
    async with client_of(make_app(), **headers) as http:
        response = await post(http, "{ who }", **{"x-client-ip": "198.51.100.7"})
        assert response.status_code == 401
        assert response.json()["errors"][0]["extensions"] == {"code": "GATEWAY_KEY_REFUSED"}
        assert (await http.get("/internal/anything")).status_code == 401
        assert (await http.get("/metrics")).status_code == 200


@pytest.mark.parametrize("key", ["current-key", "previous-key"])
async def test_two_keys_are_accepted_during_rotation(key: str) -> None:
    async with client_of(make_app(), **{"x-gateway-key": key}) as http:
        assert (await post(http, "{ who }")).status_code == 200


async def test_open_access_believes_no_client_ip_without_the_key() -> None:
    async with client_of(make_app(SubgraphAccess.OPEN)) as http:
        response = await post(http, "{ who }", **{"x-client-ip": "198.51.100.7"})
        assert "203.0.113.9" in response.json()["data"]["who"]


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\nb".replace("\n", "%0a"), "é"])
async def test_a_request_id_that_is_none_is_replaced(http: httpx2.AsyncClient, given: str) -> None:
    response = await http.post(
        "/graphql",
        json={"query": "{ who }"},
        headers=[(b"x-request-id", given.encode())],
    )
    assert len(response.json()["data"]["who"].split()[-1]) == 32


async def test_a_fault_outside_every_resolver_is_internal_too() -> None:
    class Faulty(StaticKeys):
        async def key(self, kid: str | None, algorithm: str) -> VerificationKey | None:
            raise KeyError("db.internal")

    async with client_of(make_app(keys=Faulty([])), **KEYS) as http:
        response = await post(
            http, "{ who }", authorization=f"Bearer {signed(KEY)}", **{"x-request-id": "r9"}
        )
    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"] == {"code": "INTERNAL", "requestId": "r9"}
    assert "db.internal" not in response.text


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("[2001:db8:1:2:ffff::1]", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("64:ff9b::192.0.2.1", "192.0.2.1"),
        ("64:ff9b::192.0.2.2", "192.0.2.2"),
        ("64:ff9b:1::192.0.2.1", "64:ff9b:1::"),
        ("2002:c000:201:7::1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::"),
        ("", "unknown"),
        ("evil", "unknown"),
        ("192.0.2.1, 10.0.0.1", "unknown"),
    ],
)
def test_origins(address: str, origin: str) -> None:
    assert origin_of(address) == origin
