"""The HTTP door of a subgraph, entered through its middleware."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import orjson
import pytest
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

import shared.graphql.request
from shared.admission import Admission
from shared.gateway_key import GatewayKeyMiddleware, client_ip, origin_of
from shared.graphql import SubgraphView
from shared.graphql.errors import ErrorPresenter
from shared.graphql.request import LONGEST_SLOWLY, MOST_MARKS
from shared.graphql.tracing import DURATION_NS, END_TIME, NANOS, ROOT, SECONDS, START_TIME
from shared.metrics import Metrics, MetricsMiddleware
from shared.request_id import RequestIdMiddleware, request_id
from shared.settings import SubgraphAccess
from shared.tokens import (
    AccessTokenValidator,
    BearerAuthenticator,
    StaticKeys,
    TokenNotJudged,
    VerificationKey,
)
from tests.shared.forge import AUDIENCE, ISSUER, NOW, SUBJECT, by_hand, good_claims, signed
from tests.shared.graph import GraphContext, make_schema

KEY = ECKey.generate_key("P-256")
KEYS = {"x-gateway-key": "current-key"}
GRAPHQL_JSON = "application/graphql-response+json"
JSON = {"content-type": "application/json"}


class NoKeys(StaticKeys):
    """A source whose issuer is out of reach."""

    async def key(self, kid: str | None, algorithm: str) -> VerificationKey | None:
        raise TokenNotJudged


def make_app(
    access: SubgraphAccess = SubgraphAccess.KEY,
    *,
    keys: Any = None,
    introspection: bool = True,
    max_body_bytes: int = 10_000,
) -> Starlette:
    source = keys or StaticKeys([VerificationKey(KEY, KEY.thumbprint(), ("ES256",))])
    validator = AccessTokenValidator(ISSUER, AUDIENCE, source, clock=lambda: NOW)
    view = SubgraphView(
        make_schema(),
        BearerAuthenticator(validator, clock=lambda: NOW),
        lambda request, caller: GraphContext(
            caller=caller, client_ip=client_ip(request), request_id=request_id(request)
        ),
        ErrorPresenter(),
        Admission(slots=20, requests=500, patience=5.0),
        max_body_bytes=max_body_bytes,
        introspection=introspection,
    )
    metrics = Metrics()
    return Starlette(
        routes=[Route("/graphql", view), Route("/metrics", metrics.endpoint)],
        middleware=[
            Middleware(RequestIdMiddleware),
            Middleware(MetricsMiddleware, metrics=metrics),
            Middleware(GatewayKeyMiddleware, keys=[b"current-key", b"previous-key"], access=access),
        ],
    )


def client_of(app: Starlette, **headers: str) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, client=("203.0.113.9", 5))
    return httpx2.AsyncClient(transport=transport, base_url="http://auth", headers=headers)


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(make_app(), **KEYS) as client:
        yield client


async def post(http: httpx2.AsyncClient, query: str, **headers: str) -> httpx2.Response:
    return await http.post("/graphql", json={"query": query}, headers=headers)


@pytest.mark.parametrize(
    "body",
    [b"", b'"x"', b"1", b"null", b"true", b"[]", b"[1]", b'[{"query":"{who}"}]', b"\xff\xfe",
     b"{", b"[" * 9_000, b'{"query": "{who}"', b"{}", b'{"query": 1}', b'{"query": ["{who}"]}',
     b'{"query":"{who}","variables":[]}', b'{"query":"{who}","variables":"x"}',
     b'{"query":"{who}","operationName":1}', b'{"query":"{who}","extensions":[]}',
     b'{"query":"{who}","operationName":"Other"}', b'{"query":""}',
     b'{"query":"{who}","variables":{"a":"\\ud800"}}', b'{"query":"{who}","variables":{"a":NaN}}'],
)  # fmt: skip
async def test_malformed_bodies_are_400_with_an_error(
    http: httpx2.AsyncClient, body: bytes
) -> None:
    response = await http.post(
        "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"]
    assert "data" not in response.json()


@pytest.mark.parametrize("item", [b"1,", b"{},", b'{"a":1},', b"[[]],"])
async def test_a_body_of_more_values_than_are_answered_is_not_read(
    item: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    decode = orjson.loads

    def loads(body: bytes) -> Any:
        read.append(len(body))
        return decode(body)

    monkeypatch.setattr(orjson, "loads", loads)
    async with client_of(make_app(max_body_bytes=4_000_000), **KEYS) as http:
        for count in (MOST_MARKS, 100):
            values = b'{"query":"{ who }","variables":{"v":[' + item * count + b"1]}}"
            response = await http.post("/graphql", content=values, headers=JSON)
            assert response.status_code == (400 if count == MOST_MARKS else 200)
    assert len(read) == 1


async def test_a_long_body_is_not_read_slowly() -> None:
    long = b'{"query":"{ who }","variables":{"v":["%b",1e400]}}' % (b"x" * LONGEST_SLOWLY)
    async with client_of(make_app(max_body_bytes=4_000_000), **KEYS) as http:
        response = await http.post("/graphql", content=long, headers=JSON)
    assert response.status_code == 400
    assert "numbers past 64 bits" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_other_media_types_are_415(http: httpx2.AsyncClient, content_type: str) -> None:
    response = await http.post(
        "/graphql", content=b'{"query":"{who}"}', headers={"content-type": content_type}
    )
    assert response.status_code == 415


async def test_an_encoded_body_is_415(http: httpx2.AsyncClient) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    assert (await http.post("/graphql", content=b"x", headers=headers)).status_code == 415


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { queryType { name } } }",
        '{ ...F } fragment F on Query { __type(name: "Thing") { name } }',
    ],
)
async def test_introspection_can_be_switched_off_but_for_composition(query: str) -> None:
    async with client_of(make_app(introspection=False), **KEYS) as http:
        refused = await post(http, query)
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        sdl = (await post(http, "{ _service { sdl } __typename }")).json()
        assert "type Thing" in sdl["data"]["_service"]["sdl"]


async def test_a_gateway_that_asks_for_a_trace_gets_one(http: httpx2.AsyncClient) -> None:
    began = time.time_ns()
    plain = await post(http, "{ who }")
    traced = await post(http, "{ who }", **{"apollo-federation-include-trace": "ftv1"})
    ended = time.time_ns()
    assert "extensions" not in plain.json()
    fields = dict(decoded(base64.b64decode(traced.json()["extensions"]["ftv1"])))
    instants = [dict(decoded(fields[number])) for number in (START_TIME, END_TIME)]
    started, done = (at[SECONDS] * 1_000_000_000 + at[NANOS] for at in instants)
    assert began <= started < done
    assert done - started == fields[DURATION_NS] < ended - began
    assert fields[ROOT] == b""


def decoded(message: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a protobuf message that has numbers and bytes."""
    position = 0

    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = message[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(message):
        number, kind = divmod(varint(), 8)
        value = varint()
        if kind == 2:
            yield number, message[position : position + value]
            position += value
        else:
            yield number, value


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_only_post(http: httpx2.AsyncClient, method: str) -> None:
    response = await http.request(method, "/graphql?query={who}")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


async def test_a_large_body_is_413_declared_or_chunked(http: httpx2.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(1_000):
            yield b" " * 1_000

    headers = {"content-type": "application/json"}
    declared = await http.post("/graphql", content=b" " * 20_000, headers=headers)
    chunked = await http.post("/graphql", content=chunks(), headers=headers)
    assert (declared.status_code, chunked.status_code) == (413, 413)


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("{ who }", "application/json", 200),
        ("{ who }", GRAPHQL_JSON, 200),
        ("{ conflict }", GRAPHQL_JSON, 200),
        ("{ nope }", "application/json", 200),
        ("{ nope }", GRAPHQL_JSON, 400),
        ("{", GRAPHQL_JSON, 400),
    ],
)
async def test_statuses_follow_graphql_over_http(
    http: httpx2.AsyncClient, query: str, accept: str, status: int
) -> None:
    response = await post(http, query, accept=accept)
    assert response.status_code == status
    assert response.headers["content-type"] == accept


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


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("content-type", ("application/json", "text/plain")),
        ("content-encoding", ("identity", "gzip")),
        ("authorization", ("Bearer a", "Bearer b")),
    ],
)
async def test_what_there_is_one_of_may_not_come_twice(
    http: httpx2.AsyncClient, name: str, values: tuple[str, str]
) -> None:
    others = [(key, value) for key, value in JSON.items() if key != name]
    twice = [(name, value) for value in values]
    response = await http.post("/graphql", content=b'{"query":"{who}"}', headers=others + twice)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert name in response.json()["errors"][0]["message"]


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


async def test_metrics_count_without_letting_clients_name_series(
    http: httpx2.AsyncClient,
) -> None:
    await post(http, "{ who }")
    for number in range(20):
        await http.get(f"/nothing/{number}")
    text = (await http.get("/metrics")).text
    assert 'http_requests_total{method="POST",path="/graphql",status="200"} 1.0' in text
    assert 'path="other"' in text
    assert "nothing" not in text


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.graphql.request, "BODY_SECONDS", 0.05)

    async def trickle() -> AsyncIterator[bytes]:
        for byte in b'{"query": "{ __typename }"}':
            yield bytes([byte])
            await asyncio.sleep(0.02)

    json_type = {"content-type": "application/json"}
    answer = await http.post("/graphql", content=trickle(), headers=json_type)
    assert answer.status_code == 408
    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_TIMEOUT"
