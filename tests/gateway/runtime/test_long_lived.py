"""What is kept for long is out of the collector's sight, and needs no collector to be freed."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from collections.abc import Iterator

import pytest

from gateway.execution.executable import ExecutableGroup
from gateway.pipeline import answer
from gateway.preparation import PreparationProcess
from gateway.preparation.jobs import Load
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.long_lived import ENOUGH, reclaim
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from tests.testkit.differential import POLICY, supergraph_of
from tests.testkit.subgraphs import InMemorySubgraphs, make_context

SDL = supergraph_of(
    {
        "one": 'type Query { a: A list: [A!] } type A @key(fields: "id") { id: ID x: Int }',
        "two": 'type A @key(fields: "id") { id: ID y: Int }',
    }
)
ENTITY = {"id": "1", "x": 1, "y": 2, "__typename": "A"}
SUBGRAPHS = InMemorySubgraphs(
    one=lambda _: {"data": {"a": ENTITY, "list": [ENTITY]}},
    two=lambda _: {"data": {"_entities": [ENTITY]}},
)


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    """Nothing is collected by itself; what earlier tests left is gone."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    reclaim()
    gc.unfreeze()


def groups_in_sight() -> dict[int, object]:
    """By id; they live as long as they are held here, so that no other gets an id of theirs."""
    return {id(each): each for each in gc.get_objects() if isinstance(each, ExecutableGroup)}


async def test_kept_plans_are_not_looked_at() -> None:
    before = groups_in_sight()
    process = PreparationProcess()
    process.add(Load(0, SDL, POLICY.limits, hide_suggestions=False))
    process.start()
    try:
        async with asyncio.timeout(60):
            await process.wait_for(0)
        runtime = SupergraphRuntime(load_supergraph(SDL), SUBGRAPHS, POLICY, process=process)
        context, young = make_context(seconds=60), []
        for number in range(40):
            fields = " ".join(f"f{number}_{n}: a {{ x y }}" for n in range(30))
            document = await runtime.prepare(f"{{ {fields} }}", None, context)
            await runtime.plan(document, context)
            young.append(gc.get_count()[0])
        assert max(young) < 2 * ENOUGH
        assert len(groups_in_sight().keys() - before.keys()) < 40 * 30 / 2
    finally:
        await process.close()


async def test_an_operation_that_is_let_go_is_freed_by_counting() -> None:
    runtime = SupergraphRuntime(load_supergraph(SDL), SUBGRAPHS, POLICY)
    context = make_context(seconds=60)
    query = "query ($if: Boolean = true) { a { x y } list { id y @include(if: $if) } }"
    for text in (query, "{ a { x y } list { id y } }"):
        for _ in range(6):  # often enough for its projection's source to be made
            response = await answer(GraphQLRequest(text), runtime, context)
            assert json.loads(response.to_json())["data"]["a"] == {"x": 1, "y": 2}
        document = await runtime.prepare(text, None, context)
        planned = await runtime.plan(document, context)
        made: list[object] = [document.operation.plans, planned.project]
        for fetch in planned.executable.fetches:
            for group in fetch.groups:
                made += [group.collect, group.collect._identify, group.collect._walk]
        kept = [weakref.ref(each) for each in made if each is not None]
        assert len(kept) >= 2 + 3
        del fetch, group
        del made, document, planned
        for cache in (runtime.documents, runtime.operations):
            cache._values.clear()
        await asyncio.sleep(0)  # the loop's present handle knows what this task waited for
        assert [each() for each in kept] == [None] * len(kept), text


def test_a_supergraph_that_was_replaced_is_freed() -> None:
    runtime = SupergraphRuntime(load_supergraph(SDL), SUBGRAPHS, POLICY)

    async def answered(runtime: SupergraphRuntime) -> None:
        context = make_context(seconds=60)
        asked = "{ a { x y } list { id } }", "{ a { x } }", "{ a { x } __schema { __typename } }"
        for text in asked:
            response = await answer(GraphQLRequest(text), runtime, context)
            assert json.loads(response.to_json())["data"]["a"]["x"] == 1

    # A thread may hold what it has answered for a moment: they end with the loop.
    asyncio.run(answered(runtime))
    supergraph = weakref.ref(runtime.supergraph)
    api_schema = weakref.ref(runtime.supergraph.api_schema)
    del runtime
    reclaim()
    assert supergraph() is None
    assert api_schema() is None
