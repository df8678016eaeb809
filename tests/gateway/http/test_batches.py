"""Arrays of operations: order, mixtures, bounds."""

from __future__ import annotations

import json

import pytest

from gateway.subgraphs.protocol import SubgraphReply
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import RunningGateway, codes, running_gateway


def batch(*queries: str) -> str:
    return json.dumps([{"query": query} for query in queries])


async def test_answers_stand_in_order(gateway: RunningGateway) -> None:
    response = await gateway.post(batch(*(f'{{ hello(name: "{i}") }}' for i in range(10))))
    assert response.status_code == 200
    assert response.json() == [{"data": {"hello": f"hello {i}"}} for i in range(10)]


async def test_an_invalid_item_is_an_error_item(gateway: RunningGateway) -> None:
    body = json.dumps(
        [
            {"query": "{ hello }"},
            {"query": "{ nothing }"},
            {"foo": 1},
            3,
            {"query": "{ __typename }"},
        ]
    )
    response = await gateway.post(body)
    first, second, third, fourth, fifth = response.json()
    assert response.status_code == 200
    assert first == {"data": {"hello": "hello None"}}
    assert codes(second) == ["GRAPHQL_VALIDATION_FAILED"]
    assert codes(third) == codes(fourth) == ["BAD_USER_INPUT"]
    assert fifth == {"data": {"__typename": "Query"}}


async def test_a_batch_of_which_nothing_ran_is_400(gateway: RunningGateway, shop: Shop) -> None:
    response = await gateway.post(batch("{", "{ nothing }"))
    assert response.status_code == 400
    assert [codes(item)[0] for item in response.json()] == [
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
    ]
    assert shop.subgraphs.requests() == 0


async def test_past_the_limit_nothing_is_executed(gateway: RunningGateway, shop: Shop) -> None:
    for size in (11, 1_000):
        response = await gateway.post(batch(*["{hello}"] * size))
        assert response.status_code == 400
        assert [codes(item) for item in response.json()] == [["BAD_USER_INPUT"]] * size
    response = await gateway.post(batch(*["{hello}"] * 10_000))
    assert response.status_code == 400
    assert codes(response.json()) == ["BAD_USER_INPUT"]  # an attack is not answered at its length
    assert shop.subgraphs.requests() == 0


async def test_limits_count_over_the_sum(gateway: RunningGateway, shop: Shop) -> None:
    aliased = "{" + " ".join(f"a{i}: hello" for i in range(40)) + "}"
    response = await gateway.post(batch(*[aliased] * 10))
    assert response.status_code == 400
    assert {codes(item)[0] for item in response.json()} == {"OPERATION_TOO_COMPLEX"}
    assert shop.subgraphs.requests() == 0


async def test_mutations_run_in_order_and_each_runs(gateway: RunningGateway, shop: Shop) -> None:
    names = ["a", "b", "b", "c"]
    mutations = [f'mutation {{ rename(id: "1", name: "{name}") {{ name }} }}' for name in names]
    response = await gateway.post(batch(mutations[0], '{ item(id: "1") { name } }', *mutations[1:]))
    assert shop.renamed == names
    answers = [next(iter(item["data"].values()))["name"] for item in response.json()]
    assert answers == ["a", "a", "b", "b", "c"]


async def test_entity_fetches_of_a_batch_leave_together(
    gateway: RunningGateway, shop: Shop
) -> None:
    response = await gateway.post(
        batch('{ item(id: "1") { count } }', '{ item(id: "2") { count } }')
    )
    assert [item["data"]["item"]["count"] for item in response.json()] == [10, 20]
    assert shop.subgraphs.requests("stock") == 1


async def test_identical_queries_of_a_batch_are_sent_once_and_mutations_are_not(
    gateway: RunningGateway, shop: Shop
) -> None:
    await gateway.post(batch("{ hello }", "{ hello }"))
    assert shop.subgraphs.requests("shop") == 1
    rename = 'mutation { rename(id: "1", name: "x") { id } }'
    await gateway.post(batch(rename, rename))
    assert shop.renamed == ["x", "x"]


async def test_a_batch_of_one_is_an_array(gateway: RunningGateway) -> None:
    assert (await gateway.post(batch("{ hello }"))).json() == [{"data": {"hello": "hello None"}}]


async def test_the_limit_is_a_setting(shop: Shop) -> None:
    async with running_gateway(SUPERGRAPH, shop.subgraphs, limits={"batch": 1}) as gateway:
        refused = await gateway.post(batch("{hello}", "{hello}"))
        assert refused.status_code == 400
        assert codes(refused.json()) == ["BAD_USER_INPUT"]  # one: nobody here reads arrays


BUSY = SubgraphReply(
    503,
    b'{"errors":[{"message":"Later.","extensions":{"code":"UNAVAILABLE"}}]}',
    {"content-type": ("application/graphql-response+json",), "retry-after": ("2",)},
)


@pytest.mark.parametrize("queries", [["{ hello }", "{ hello }"], ["{ hello }", "{ h: hello }"]])
async def test_a_batch_of_which_all_was_turned_away_is_503_as_each_of_it_is(
    gateway: RunningGateway, shop: Shop, queries: list[str]
) -> None:
    """Whether or not its operations share a request."""
    shop.subgraphs.handlers = {"shop": lambda _: BUSY}
    alone = [await gateway.post(json.dumps({"query": query})) for query in queries]
    response = await gateway.post(batch(*queries))
    assert {each.status_code for each in (*alone, response)} == {503}
    assert response.headers["retry-after"] == "2"
    assert response.json() == [each.json() for each in alone]
