"""Who executes by Strawberry's own interface gets the pipeline's answer."""

from __future__ import annotations

import pytest

from gateway.http.strawberry_schema import SupergraphSchema
from gateway.runtime.runtime import ActiveRuntime
from tests.testkit.gateway import RunningGateway
from tests.testkit.subgraphs import make_context


async def test_an_operation_is_answered(gateway: RunningGateway) -> None:
    schema = SupergraphSchema(gateway.active)
    query = "query ($n: String) { hello(name: $n) }"
    result = await schema.execute(query, {"n": "Ada"}, make_context())
    assert result.data == (await gateway.ask(query, variables={"n": "Ada"}))["data"]
    assert result.errors is None


async def test_a_refusal_keeps_its_code(gateway: RunningGateway) -> None:
    schema = SupergraphSchema(gateway.active)
    result = await schema.execute("{ nothing }", None, make_context())
    assert result.data is None
    assert [error.extensions for error in result.errors or ()] == [
        {"code": "GRAPHQL_VALIDATION_FAILED"}
    ]


async def test_before_a_supergraph_is_loaded_the_code_says_so() -> None:
    schema = SupergraphSchema(ActiveRuntime())
    result = await schema.execute("{ hello }", None, make_context())
    assert [error.extensions for error in result.errors or ()] == [{"code": "UNAVAILABLE"}]
    assert schema.as_str() == ""


async def test_a_context_of_another_kind_is_refused(gateway: RunningGateway) -> None:
    with pytest.raises(TypeError):
        await SupergraphSchema(gateway.active).execute("{ hello }", context_value={})


async def test_the_api_schema_is_printed(gateway: RunningGateway) -> None:
    assert "hello(name: String)" in SupergraphSchema(gateway.active).as_str()
