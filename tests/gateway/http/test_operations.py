"""Operations at the front door: answers, codes and statuses."""

from __future__ import annotations

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from shared.loop.until import Until
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import RunningGateway, codes, running_gateway

GRAPHQL = "application/graphql-response+json"


async def test_an_operation_across_subgraphs(gateway: RunningGateway, shop: Shop) -> None:
    answer = await gateway.ask("{ items(first: 3) { name count } }")
    assert answer == {"data": {"items": [{"name": f"item {i}", "count": i * 10} for i in range(3)]}}
    assert (shop.subgraphs.requests("shop"), shop.subgraphs.requests("stock")) == (1, 1)


async def test_variables_and_operation_name(gateway: RunningGateway) -> None:
    answer = await gateway.ask(
        "query A($n: String) { hello(name: $n) } query B { __typename }",
        variables={"n": "you"},
        operationName="A",
    )
    assert answer == {"data": {"hello": "hello you"}}


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        (
            {"query": "{ _entities(representations: []) { __typename } }"},
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ({"query": "{ _service { sdl } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query ($n: Int!) { items(first: $n) { id } }"}, "BAD_USER_INPUT"),
        ({"query": "query A { hello } query B { hello }"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "{ hello }", "operationName": "X"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "{ hello " * 40 + "}" * 40}, "OPERATION_TOO_COMPLEX"),
        ({"query": "{" + " hello" * 101 + "}"}, "OPERATION_TOO_COMPLEX"),
    ],
)
async def test_refusals(
    gateway: RunningGateway, shop: Shop, request_: dict[str, object], code: str
) -> None:
    body = json.dumps(request_)
    as_json = await gateway.post(body, accept="application/json")
    as_graphql = await gateway.post(body, accept=GRAPHQL)
    assert (as_json.status_code, as_graphql.status_code) == (200, 400)
    for response in (as_json, as_graphql):
        assert codes(response.json())[0] == code
        assert "data" not in response.json()
    assert shop.subgraphs.requests() == 0


@pytest.mark.parametrize(
    ("field", "code"),
    [('items(first: "x") { id }', "BAD_USER_INPUT"), ("nothing", "GRAPHQL_VALIDATION_FAILED")],
)
async def test_that_there_are_too_many_faults_is_said_in_their_code(
    gateway: RunningGateway, field: str, code: str
) -> None:
    answer = await gateway.ask("{" + " ".join(f"f{n}: {field}" for n in range(40)) + "}")
    assert set(codes(answer)) == {code}
    assert answer["errors"][-1]["message"].startswith("Too many")


@pytest.mark.parametrize(
    "body",
    [
        "{ hello @include(if: $on) }",
        "{ hello @skip(if: $on) }",
        "{ ... @skip(if: $on) { hello } }",
        "{ items { name ...F } } fragment F on Item { ... @include(if: $on) { count } }",
        "{ hello __schema @skip(if: $on) { queryType { name } } }",
        "{ hello @skip(if: $on) hello @include(if: $on) }",
    ],
)
async def test_a_condition_that_is_null_is_refused(
    gateway: RunningGateway, shop: Shop, body: str
) -> None:
    """A default lets a nullable variable stand in it, and null may be given all the same."""
    query = f"query ($on: Boolean = true) {body}"
    refused = await gateway.ask(query, variables={"on": None})
    assert codes(refused) == ["BAD_USER_INPUT"]
    [error] = refused["errors"]
    said = "Expected value of non-null type 'Boolean!' not to be null."
    assert error["message"] == f"Variable '$on' has invalid value: {said}"
    violation = {"path": ["if"], "code": "INVALID_VALUE", "message": said}
    assert error["extensions"]["violations"] == [violation]
    assert shop.subgraphs.requests() == 0
    for variables in ({}, {"on": True}, {"on": False}):
        assert "errors" not in await gateway.ask(query, variables=variables)


async def test_a_null_that_another_operations_condition_reads_is_none_of_this_ones(
    gateway: RunningGateway,
) -> None:
    documents = (
        'query A($n: String = "you") { hello(name: $n) }'
        " query B($n: Boolean = true) { hello @skip(if: $n) ...F }"
        " fragment F on Query { h: hello @include(if: $n) }"
    )
    answer = await gateway.ask(documents, variables={"n": None}, operationName="A")
    assert answer == {"data": {"hello": "hello None"}}


async def test_lists_that_multiply_are_refused_before_anything_is_fetched(
    gateway: RunningGateway, shop: Shop
) -> None:
    inner = "id"
    for _ in range(4):
        inner = f"related(first: 100) {{ {inner} }}"
    answer = await gateway.ask(f"{{ items(first: 100) {{ {inner} }} }}")
    assert codes(answer) == ["OPERATION_TOO_COMPLEX"]
    assert shop.subgraphs.requests() == 0


async def test_get_answers_queries_only(gateway: RunningGateway, shop: Shop) -> None:
    safe = {"x-requested-with": "test"}
    query = await gateway.client.get(
        "/graphql",
        params={"query": "query ($n: String) { hello(name: $n) }", "variables": '{"n":"you"}'},
        headers=safe,
    )
    assert query.json() == {"data": {"hello": "hello you"}}
    mutation = await gateway.client.get(
        "/graphql",
        params={"query": 'mutation { rename(id: "1", name: "x") { id } }'},
        headers=safe,
    )
    assert mutation.status_code == 405
    assert mutation.headers["allow"] == "POST"
    assert shop.renamed == []


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=%7Bhello%7D&query=%7Bhello%7D",
        "query=%7Bhello%7D&variables=x",
        "query=%FF",
        "x=1",
        "query=%7Bhello%7D" + "".join(f"&x{number}=" for number in range(5_000)),
    ],
)
async def test_bad_query_strings_are_400(gateway: RunningGateway, query_string: str) -> None:
    response = await gateway.client.get(
        f"/graphql?{query_string}", headers={"x-requested-with": "test"}
    )
    assert response.status_code == 400


async def test_a_get_that_a_page_could_send_is_refused(gateway: RunningGateway) -> None:
    plain = {"query": "{ hello }"}
    assert (await gateway.client.get("/graphql", params=plain)).status_code == 400
    foreign = {"sec-fetch-mode": "cors", "origin": "https://evil.test"}
    refused = await gateway.client.get("/graphql", params=plain, headers=foreign)
    assert refused.status_code == 400
    same = {"sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}
    assert (await gateway.client.get("/graphql", params=plain, headers=same)).status_code == 200


async def test_introspection_may_be_mixed_with_data(gateway: RunningGateway, shop: Shop) -> None:
    answer = await gateway.ask(
        'query ($t: String!) { a: hello __type(name: $t) { name } __typename item(id: "1") { name }'
        " __schema { queryType { name } } }",
        variables={"t": "Item"},
    )
    assert list(answer["data"]) == ["a", "__type", "__typename", "item", "__schema"]
    assert answer["data"]["__type"] == {"name": "Item"}
    assert answer["data"]["__schema"] == {"queryType": {"name": "Query"}}
    assert answer["data"]["item"] == {"name": "item 1"}


async def test_machinery_is_not_in_the_schema(gateway: RunningGateway) -> None:
    answer = await gateway.ask("{ __schema { types { name } directives { name } } }")
    names = {type_["name"] for type_ in answer["data"]["__schema"]["types"]}
    assert not {name for name in names if name.startswith(("join__", "link__", "_"))} - {
        name for name in names if name.startswith("__")
    }


async def test_the_last_door_hides_everything(gateway: RunningGateway, shop: Shop) -> None:
    async def broken(*_args: object) -> None:
        raise RuntimeError("SELECT secret FROM table at /srv/host")

    shop.subgraphs.send = broken  # type: ignore[assignment,method-assign]
    response = await gateway.post(json.dumps({"query": "{ hello }"}))
    assert response.status_code == 500
    [error] = response.json()["errors"]
    assert error["extensions"] == {
        "code": "INTERNAL",
        "requestId": response.headers["x-request-id"],
    }
    assert "secret" not in response.text


async def test_a_clients_own_request_id_is_not_believed(
    gateway: RunningGateway, shop: Shop
) -> None:
    response = await gateway.post(
        json.dumps({"query": "{ hello }"}),
        x_request_id="mine",
        x_client_ip="1.2.3.4",
        x_user_id="1",
        authorization="Bearer x",
    )
    [sent] = shop.subgraphs.sent("shop")
    assert sent.headers["x-request-id"] == response.headers["x-request-id"] != "mine"
    assert sent.headers["authorization"] == "Bearer x"
    assert sent.headers["x-client-ip"] == "127.0.0.1"
    assert "x-user-id" not in sent.headers


async def test_production_tells_less(shop: Shop) -> None:
    production = {"env": "prod", "jwt_secret": "q8Wb2XbQmYpVtHs6Kd3nJr5uFz7aLc9e"}
    async with running_gateway(SUPERGRAPH, shop.subgraphs, **production) as gateway:
        misspelt = await gateway.ask("{ hell }")
        assert "Did you mean" not in misspelt["errors"][0]["message"]
        introspection = await gateway.ask("{ hello __schema { queryType { name } } }")
        assert codes(introspection) == ["UNAUTHENTICATED"]
        planned = await gateway.ask("{ hello }", headers={"x-query-plan": "true"})
        assert planned == {"data": {"hello": "hello None"}}


async def test_thousands_of_faults_make_few_errors_and_one_line_of_log(shop: Shop) -> None:
    every = {"env": "prod", "jwt_secret": "q8Wb2XbQmYpVtHs6Kd3nJr5uFz7aLc9e", "access_log": "all"}
    limits = {"root_fields": 10_000, "fields": 10_000, "tokens": 20_000}
    with capture_logs() as lines:
        async with running_gateway(SUPERGRAPH, shop.subgraphs, limits=limits, **every) as gateway:
            before = len(lines)
            answer = await gateway.ask("{ " + " ".join(f"hell{n}" for n in range(5_000)) + " }")
            written = lines[before:]
    assert 0 < len(answer["errors"]) <= 11
    assert "Did you mean" not in str(answer)
    assert len(written) == 1


async def test_one_mistake_made_often_is_told_once(gateway: RunningGateway) -> None:
    answer = await gateway.ask("{ hello @aa @aa @aa }")
    [unknown] = answer["errors"]
    assert unknown["message"] == "Unknown directive '@aa'."
    assert [place["column"] for place in unknown["locations"]] == [9, 13, 17]


async def test_a_plan_on_request_outside_production(gateway: RunningGateway) -> None:
    answer = await gateway.ask(
        "query ($n: Int) { items(first: $n) { count } }",
        variables={"n": 2},
        headers={"x-query-plan": "true"},
    )
    plan = answer["extensions"]["queryPlan"]
    assert [fetch["subgraph"] for fetch in plan["fetches"]] == ["shop", "stock"]
    assert plan["fetches"][1]["representations"] == 2
    assert [fetch["after"] for fetch in plan["fetches"]] == [[], [0]]
    first, second = ((fetch["startMs"], fetch["ms"]) for fetch in plan["fetches"])
    assert 0 <= first[0] < first[0] + first[1] <= second[0] < second[0] + second[1]
    assert isinstance(plan["text"], str)


async def test_at_the_deadline_what_is_there_is_answered(
    shop: Shop, deadlines: list[Until]
) -> None:
    shop.may_answer.clear()
    async with running_gateway(SUPERGRAPH, shop.subgraphs, times={"request": 900}) as gateway:
        asking = asyncio.create_task(gateway.ask("{ hello __typename }"))
        await shop.asked.wait()
        [deadline] = deadlines
        assert 600 < deadline.deadline - asyncio.get_running_loop().time() <= 900
        deadline.expire()
        answer = await asking
    assert answer["data"] == {"hello": None, "__typename": "Query"}
    assert codes(answer) == ["TIMEOUT"]
    assert answer["errors"][0]["path"] == ["hello"]


@pytest.mark.parametrize(
    "query",
    ["subscription { ticks }", "query A { hello } subscription B { hello }", "subscription { }"],
)
async def test_a_subscription_is_refused_by_name_whatever_the_schema_has(
    gateway: RunningGateway, query: str
) -> None:
    name = "B" if " B " in query else None
    answer = await gateway.ask(query, operationName=name)
    expected = "GRAPHQL_PARSE_FAILED" if "{ }" in query else "SUBSCRIPTIONS_UNSUPPORTED"
    assert codes(answer) == [expected]
    for sent in (
        {"query": query, "operationName": name},
        [{"query": query, "operationName": name}],
    ):
        response = await gateway.post(json.dumps(sent))
        assert response.status_code == (400 if isinstance(sent, list) else 200)
