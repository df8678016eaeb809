"""@authenticated, @requiresScopes and @policy: null with an error, and never fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.security.tokens import SETTINGS, bearer
from tests.testkit.gateway import RunningGateway, codes, running_gateway
from tests.testkit.subgraphs import GraphQLSubgraph, InMemorySubgraphs

SUPERGRAPH = Path(__file__).with_name("supergraph.graphql")
DENIED = "UNAUTHORIZED_FIELD_OR_TYPE"
SIGN_IN = "UNAUTHENTICATED"

PAPERS = """
type Query { papers: [Paper!] find: [Found] secret: Secret diary: String }
interface Paper { id: ID! title: String body: String }
type Letter implements Paper @key(fields: "id") {
  id: ID! title: String body: String weight: Int stamps: [Stamp!]
}
type Stamp @key(fields: "id") { id: ID! value(weight: Int): Int }
type Note implements Paper @key(fields: "id") { id: ID! title: String body: String }
type Secret { code: String! }
union Found = Note | Secret
"""
PRICES = """
type Letter @key(fields: "id") {
  id: ID! weight: Int postage: Int label: String
}
"""
LETTER = {"__typename": "Letter", "id": "1", "title": "L", "body": "dear", "weight": 20}
NOTE = {"__typename": "Note", "id": "2", "title": "N", "body": "milk"}
SECRET = {"__typename": "Secret", "code": "x"}


def doubles() -> InMemorySubgraphs:
    papers = GraphQLSubgraph(
        PAPERS,
        {
            "Query.papers": lambda *_: [LETTER, NOTE],
            "Query.find": lambda *_: [NOTE, SECRET],
            "Query.secret": lambda *_: SECRET,
            "Query.diary": lambda *_: "today",
            "Letter.stamps": lambda *_: [{"id": "s1"}],
            "Stamp.value": lambda _stamp, _info, weight: weight * 3,
        },
        {"Letter": lambda _r: LETTER, "Note": lambda _r: NOTE, "Stamp": lambda r: {"id": r["id"]}},
    )
    prices = GraphQLSubgraph(
        PRICES,
        entities={
            "Letter": lambda r: {
                "id": r["id"],
                "postage": (r.get("weight") or 0) * 2,
                "label": "stamp",
            }
        },
    )
    return InMemorySubgraphs(papers=papers, prices=prices)


@pytest.fixture
def subgraphs() -> InMemorySubgraphs:
    return doubles()


@pytest.fixture
async def gateway(subgraphs: InMemorySubgraphs) -> AsyncIterator[RunningGateway]:
    settings: dict[str, Any] = {**SETTINGS, "policies_claim": "policies"}
    async with running_gateway(SUPERGRAPH, subgraphs, **settings) as running:
        yield running


def texts(subgraphs: InMemorySubgraphs) -> str:
    return " ".join(sent.query for sent in subgraphs.log)


async def test_a_root_field(gateway: RunningGateway, subgraphs: InMemorySubgraphs) -> None:
    answer = await gateway.ask("{ d: diary }")
    assert answer["data"] == {"d": None}
    assert codes(answer) == [SIGN_IN]
    assert answer["errors"][0]["path"] == ["d"]
    assert subgraphs.requests() == 0
    assert await gateway.ask("{ d: diary }", headers=bearer()) == {"data": {"d": "today"}}


@pytest.mark.parametrize(
    "selection",
    [
        "papers { id body }",
        "papers { id ... on Paper { body } }",
        "papers { id ... on Letter { body } ... on Note { body } }",
        "papers { id ...F }",
    ],
)
async def test_an_interface_is_no_way_round(
    gateway: RunningGateway, subgraphs: InMemorySubgraphs, selection: str
) -> None:
    fragment = " fragment F on Paper { body }" if "...F" in selection else ""
    answer = await gateway.ask(f"{{ {selection} }}{fragment}")
    assert answer["data"] == {"papers": [{"id": "1", "body": None}, {"id": "2", "body": "milk"}]}
    assert codes(answer) == [SIGN_IN]
    assert answer["errors"][0]["path"] == ["papers", 0, "body"]
    allowed = await gateway.ask(f"{{ {selection} }}{fragment}", headers=bearer())
    assert allowed["data"]["papers"][0] == {"id": "1", "body": "dear"}
    assert "errors" not in allowed


async def test_a_protected_type(gateway: RunningGateway, subgraphs: InMemorySubgraphs) -> None:
    answer = await gateway.ask("{ secret { code } }")
    assert answer["data"] == {"secret": None}
    assert codes(answer) == [SIGN_IN]
    assert subgraphs.requests() == 0


async def test_a_union_is_no_way_round(
    gateway: RunningGateway, subgraphs: InMemorySubgraphs
) -> None:
    query = "{ find { ... on Note { id } ... on Secret { code } } }"
    answer = await gateway.ask(query)
    assert answer["data"] == {"find": [{"id": "2"}, None]}
    assert codes(answer) == [SIGN_IN]
    assert "code" not in texts(subgraphs)
    allowed = await gateway.ask(query, headers=bearer())
    assert allowed == {"data": {"find": [{"id": "2"}, {"code": "x"}]}}


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [("", False), ("read", False), ("weigh", True), ("read admin", True), ("other weigh", True)],
)
async def test_scopes_are_alternatives_of_sets(
    gateway: RunningGateway, scope: str, *, allowed: bool
) -> None:
    query = "{ papers { ... on Letter { weight } } }"
    answer = await gateway.ask(query, headers=bearer(scope=scope))
    assert answer["data"]["papers"][0] == {"weight": 20 if allowed else None}
    assert codes(answer) == ([] if allowed else [DENIED])


async def test_requires_is_no_way_round(
    gateway: RunningGateway, subgraphs: InMemorySubgraphs
) -> None:
    query = "{ papers { ... on Letter { postage } } }"
    answer = await gateway.ask(query, headers=bearer())
    assert answer["data"]["papers"][0] == {"postage": None}
    assert codes(answer) == [DENIED]
    assert "weight" not in texts(subgraphs)
    assert subgraphs.requests("prices") == 0
    allowed = await gateway.ask(query, headers=bearer(scope="weigh"))
    assert allowed["data"]["papers"][0] == {"postage": 40}


async def test_a_context_needs_what_its_value_needs(
    gateway: RunningGateway, subgraphs: InMemorySubgraphs
) -> None:
    query = "{ papers { ... on Letter { stamps { id value } } } }"
    answer = await gateway.ask(query)
    assert answer["data"]["papers"][0] == {"stamps": [{"id": "s1", "value": None}]}
    assert codes(answer) == [SIGN_IN]
    assert "weight" not in texts(subgraphs)
    assert "value" not in texts(subgraphs)
    allowed = await gateway.ask(query, headers=bearer(scope="weigh"))
    assert allowed["data"]["papers"][0] == {"stamps": [{"id": "s1", "value": 60}]}


@pytest.mark.parametrize(
    ("policies", "allowed"),
    [(None, False), (["label"], False), (["label", "print"], True), ("any", True), (1, False)],
)
async def test_policies_are_granted_by_a_claim(
    gateway: RunningGateway, policies: object, *, allowed: bool
) -> None:
    query = "{ papers { ... on Letter { label } } }"
    answer = await gateway.ask(query, headers=bearer(policies=policies))
    assert answer["data"]["papers"][0] == {"label": "stamp" if allowed else None}


async def test_a_skipped_field_gives_no_error(gateway: RunningGateway) -> None:
    query = "query ($on: Boolean!) { diary @include(if: $on) papers { id } }"
    skipped = await gateway.ask(query, variables={"on": False})
    assert "errors" not in skipped
    assert codes(await gateway.ask(query, variables={"on": True})) == [SIGN_IN]


async def test_callers_never_share_a_variant(gateway: RunningGateway) -> None:
    query = "{ diary }"
    for _ in range(2):
        assert (await gateway.ask(query))["data"] == {"diary": None}
        assert (await gateway.ask(query, headers=bearer()))["data"] == {"diary": "today"}


async def test_without_keys_everyone_is_anonymous_and_the_token_travels(
    subgraphs: InMemorySubgraphs,
) -> None:
    async with running_gateway(SUPERGRAPH, subgraphs) as gateway:
        answer = await gateway.ask("{ diary papers { id } }", headers=bearer())
    assert answer["data"]["diary"] is None
    assert codes(answer) == [SIGN_IN]
    assert subgraphs.sent("papers")[0].headers["authorization"].startswith("Bearer ")


async def test_keys_that_cannot_be_had_deny_with_unavailable(
    subgraphs: InMemorySubgraphs,
) -> None:
    unreachable = {"jwks_url": "http://127.0.0.1:1/jwks.json", "jwt_issuer": "https://issuer.test"}
    async with running_gateway(SUPERGRAPH, subgraphs, **unreachable) as gateway:
        answer = await gateway.ask("{ diary papers { id } }", headers=bearer())
        anonymous = await gateway.ask("{ diary papers { id } }")
    assert answer["data"]["papers"] == [{"id": "1"}, {"id": "2"}]
    assert codes(answer) == ["UNAVAILABLE"]
    assert answer["errors"][0]["extensions"]["retryable"] is True
    assert codes(anonymous) == [SIGN_IN]
    assert subgraphs.sent("papers")[0].headers["authorization"].startswith("Bearer ")
