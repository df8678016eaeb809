"""Large answers are shaped beside the event loop, small ones on it; what comes out is the same."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from gateway.pipeline import LARGE, carry_out, make_ready
from gateway.request.gathered import FieldError, Gathered
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from tests.testkit.differential import POLICY, supergraph_of
from tests.testkit.subgraphs import InMemorySubgraphs, make_context

SDL = supergraph_of(
    {
        "one": 'type Query { list: [A!]! } type A @key(fields: "id") { id: ID x: Int }',
        "two": 'type A @key(fields: "id") { id: ID y: Int }',
    }
)


Project = Callable[[Gathered, dict[str, Any]], tuple[dict[str, Any] | None, list[FieldError]]]


class Watched:
    """A projection that tells in which thread it is done."""

    def __init__(self, projection: Project, threads: list[int]) -> None:
        self.projection = projection
        self.threads = threads

    def __call__(
        self, gathered: Gathered, variables: dict[str, Any]
    ) -> tuple[dict[str, Any] | None, list[FieldError]]:
        self.threads.append(threading.get_ident())
        return self.projection(gathered, variables)


@pytest.mark.parametrize("length", [10, LARGE // 20])
async def test_who_shapes_an_answer(length: int) -> None:
    entities = [{"id": str(n), "x": n, "y": -n, "__typename": "A"} for n in range(length)]
    subgraphs = InMemorySubgraphs(
        one=lambda _: {"data": {"list": entities}},
        two=lambda _: {"data": {"_entities": entities}},
    )
    runtime = SupergraphRuntime(load_supergraph(SDL), subgraphs, POLICY)
    context, threads = make_context(seconds=60), list[int]()
    ready = await make_ready(GraphQLRequest("{ list { id x y } }"), runtime, context)
    watched: Any = Watched(ready.planned.project, threads)
    ready = msgspec.structs.replace(ready, planned=replace(ready.planned, project=watched))
    responses = await asyncio.gather(*(carry_out(ready, runtime, context) for _ in range(6)))
    for response in responses:
        shown = [{"id": str(n), "x": n, "y": -n} for n in range(length)]
        assert json.loads(response.to_json()) == {"data": {"list": shown}}
    on_loop = [thread == threading.get_ident() for thread in threads]
    assert on_loop == [length == 10] * 6


async def test_a_large_answer_that_passes_as_it_came_waits_for_none_that_is_shaped() -> None:
    entities = [{"id": str(n), "x": n} for n in range(LARGE // 20)]
    subgraphs = InMemorySubgraphs(one=lambda _: {"data": {"list": entities}})
    runtime = SupergraphRuntime(load_supergraph(SDL), subgraphs, POLICY)
    context = make_context(seconds=60)
    ready = await make_ready(GraphQLRequest("{ list { id x } }"), runtime, context)
    async with asyncio.timeout(30), runtime.large_answers:
        response = await carry_out(ready, runtime, context)
    assert response.raw is not None
    assert len(response.raw) > LARGE
