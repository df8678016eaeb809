"""A token that has expired bars everything but the way to a new one."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from gateway.composition import SubgraphSource, compose
from tests.gateway.security.tokens import SETTINGS, bearer
from tests.testkit.gateway import RunningGateway, codes, running_gateway
from tests.testkit.subgraphs import GraphQLSubgraph, InMemorySubgraphs

ACCOUNTS = """
type Query { hello: String diary: String @authenticated }
type Mutation { refresh: Session login: Session erase: String @authenticated vault: Vault }
type Session { token: String user: User }
type User { name: String email: String @authenticated }
type Vault @authenticated { code: String }
"""
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",'
    ' import: ["@authenticated"])\n'
)
SESSION = {"token": "new", "user": {"name": "Ann", "email": "ann@example.test"}}
REFRESH = "mutation { refresh { token } }"


def expired(**claims: Any) -> dict[str, str]:
    return bearer(exp=int(time.time()) - 3_600, **claims)


@pytest.fixture
def subgraphs() -> InMemorySubgraphs:
    resolvers = {
        "Query.hello": lambda *_: "hello",
        "Mutation.refresh": lambda *_: SESSION,
        "Mutation.login": lambda *_: SESSION,
    }
    return InMemorySubgraphs(
        accounts=GraphQLSubgraph(ACCOUNTS.replace(" @authenticated", ""), resolvers)
    )


@pytest.fixture
def supergraph(tmp_path: Path) -> Path:
    path = tmp_path / "supergraph.graphql"
    source = SubgraphSource("accounts", "http://accounts.test", LINK + ACCOUNTS)
    path.write_text(compose([source]).supergraph_sdl)
    return path


async def asked(
    supergraph: Path, subgraphs: InMemorySubgraphs, body: object, headers: dict[str, str]
) -> tuple[int, Any]:
    async with running_gateway(supergraph, subgraphs, **SETTINGS) as gateway:
        response = await gateway.post(json.dumps(body), **headers)
    return response.status_code, response.json()


@pytest.mark.parametrize(
    "text",
    [
        REFRESH,
        "mutation { refresh { token } login { token } }",
        "mutation R { r: refresh { ...S } } fragment S on Session { token }",
    ],
)
async def test_an_open_mutation_runs_without_the_token(
    supergraph: Path, subgraphs: InMemorySubgraphs, text: str
) -> None:
    status, answer = await asked(supergraph, subgraphs, {"query": text}, expired())
    assert status == 200
    assert "errors" not in answer
    assert all(field == {"token": "new"} for field in answer["data"].values())
    assert all("authorization" not in sent.headers for sent in subgraphs.log)


async def test_what_it_returns_is_still_protected(
    supergraph: Path, subgraphs: InMemorySubgraphs
) -> None:
    query = {"query": "mutation { refresh { token user { name email } } }"}
    _, answer = await asked(supergraph, subgraphs, query, expired())
    assert answer["data"] == {"refresh": {"token": "new", "user": {"name": "Ann", "email": None}}}
    assert codes(answer) == ["UNAUTHENTICATED"]
    assert answer["errors"][0]["path"] == ["refresh", "user", "email"]


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{ hello }"},
        {"query": "{ __typename }"},
        {"query": "mutation { erase }"},
        {"query": "mutation { refresh { token } erase }"},
        {"query": "mutation { vault { code } }"},
        {"query": "mutation { nothing }"},
        {"query": "mutation {"},
        {"query": "query Q { hello } mutation M { refresh { token } }", "operationName": "Q"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
        [{"query": REFRESH}, {"query": "{ hello }"}],
        [{"query": REFRESH}, 5],
    ],
)
async def test_everything_else_is_401(
    supergraph: Path, subgraphs: InMemorySubgraphs, body: Any
) -> None:
    status, answer = await asked(supergraph, subgraphs, body, expired())
    items = answer if isinstance(body, list) else [answer]
    assert status == 401
    assert [item["errors"][0]["extensions"]["reason"] for item in items] == ["expired"] * len(items)
    assert subgraphs.requests() == 0


@pytest.mark.parametrize(
    "headers",
    [
        expired(aud="someone-else"),
        expired(iss="https://evil.test"),
        expired(secret="another-Secret-with-32-bytes-or-more"),
        expired(jti=None),
    ],
)
async def test_a_token_with_another_fault_opens_nothing(
    supergraph: Path, subgraphs: InMemorySubgraphs, headers: dict[str, str]
) -> None:
    status, answer = await asked(supergraph, subgraphs, {"query": REFRESH}, headers)
    assert status == 401
    assert answer["errors"][0]["extensions"]["reason"] != "expired"


async def test_a_batch_of_open_mutations_runs(
    supergraph: Path, subgraphs: InMemorySubgraphs
) -> None:
    body = [{"query": REFRESH}, {"query": "mutation { login { token } }"}]
    status, answers = await asked(supergraph, subgraphs, body, expired())
    assert status == 200
    assert answers == [
        {"data": {"refresh": {"token": "new"}}},
        {"data": {"login": {"token": "new"}}},
    ]


async def test_nobody_is_told_to_sign_in_who_has_signed_in(
    supergraph: Path, subgraphs: InMemorySubgraphs
) -> None:
    async def ask(gateway: RunningGateway, headers: dict[str, str]) -> list[str]:
        return codes(await gateway.ask("{ hello diary }", headers=headers))

    async with running_gateway(supergraph, subgraphs, **SETTINGS) as gateway:
        assert await ask(gateway, {}) == ["UNAUTHENTICATED"]
        assert await ask(gateway, bearer()) == []
