"""Asking the small subgraph of ``graph``."""

import asyncio
from typing import Any

from shared.graphql.errors import ErrorPresenter
from shared.graphql.schema import SubgraphSchema
from shared.loop.turns import Turns
from shared.tokens import ANONYMOUS
from tests.shared.graph import GraphContext, Poor, make_schema


def context() -> GraphContext:
    return GraphContext(caller=ANONYMOUS, client_ip="192.0.2.1", request_id="r1")


async def ask(
    query: str, schema: SubgraphSchema | None = None, **variables: Any
) -> tuple[Any, list[dict[str, Any]]]:
    result = await (schema or make_schema()).execute(
        query, variable_values=variables, context_value=context()
    )
    errors = ErrorPresenter([Poor]).present(result.errors or [], "r1")
    return result.data, errors


async def code_of(query: str, **variables: Any) -> dict[str, Any]:
    _, errors = await ask(query, **variables)
    assert len(errors) == 1
    extensions: dict[str, Any] = errors[0]["extensions"]
    return extensions


class CountedTurns(Turns):
    """Turns that are all short: each piece of work waits for the next."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0

    async def next(self) -> None:
        self.taken += 1
        await asyncio.sleep(0)
