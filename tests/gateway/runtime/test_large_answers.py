"""Large answers are shaped beside the event loop, small ones on it; what comes out is the same."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from gateway import pipeline
from gateway.execution import executor, replies
from gateway.execution.merge_replies import ReplyMerger
from gateway.pipeline import answer_batch, carry_out, make_ready
from gateway.request.gathered import LARGE, FieldError, Gathered
from gateway.request.graphql_request import GraphQLRequest
from gateway.request.large_answers import LargeAnswers
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from shared.loop.until import Until
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
    async with asyncio.timeout(30), runtime.large_answers._turn:
        response = await carry_out(ready, runtime, context)
    assert response.raw is not None
    assert len(response.raw) > LARGE


def large_lists(asked: Callable[[], Awaitable[None]] | None = None) -> InMemorySubgraphs:
    """``asked`` is awaited when the second subgraph is."""
    numbers = range(LARGE // 20)

    async def others(_: Any) -> dict[str, Any]:
        if asked is not None:
            await asked()
        return {"data": {"_entities": [{"id": str(n), "y": -n} for n in numbers]}}

    listed = [{"id": str(n), "x": n} for n in numbers]
    return InMemorySubgraphs(one=lambda _: {"data": {"list": listed}}, two=others)


async def test_nothing_of_a_large_answer_is_gone_through_on_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: dict[str, int] = {}

    def watched(owner: Any, name: str) -> None:
        own = getattr(owner, name)

        def call(*args: Any, **named: Any) -> Any:
            threads[name] = threading.get_ident()
            return own(*args, **named)

        monkeypatch.setattr(owner, name, call)

    watched(replies, "decode")
    watched(executor, "make_call")
    watched(ReplyMerger, "merge")
    watched(pipeline, "project")
    watched(pipeline, "dumps_in_pieces")
    runtime = SupergraphRuntime(load_supergraph(SDL), large_lists(), POLICY)
    context = make_context(seconds=60)
    ready = await make_ready(GraphQLRequest("{ list { id x y } }"), runtime, context)
    response = await carry_out(ready, runtime, context)
    assert len(json.loads(response.to_json())["data"]["list"]) == LARGE // 20
    assert len(threads) == 5
    assert threading.get_ident() not in threads.values()


async def test_operations_of_a_batch_share_a_large_answer() -> None:
    entities = [{"id": str(n), "y": str(n) * (LARGE // 5)} for n in range(10)]
    subgraphs = InMemorySubgraphs(
        one=lambda _: {"data": {"list": [{"id": each["id"]} for each in entities]}},
        two=lambda _: {"data": {"_entities": entities}},
    )
    runtime = SupergraphRuntime(load_supergraph(SDL), subgraphs, POLICY)
    texts = ("{ list { id y } }", "{ list { y id } }")
    asked = [GraphQLRequest(text) for text in texts]
    responses = await answer_batch(asked, runtime, make_context(seconds=60))
    for response in responses:
        is_whole = json.loads(response.to_json()) == {"data": {"list": entities}}
        assert is_whole  # by itself: to tell two long texts apart takes minutes
    assert subgraphs.requests("two") == 1


async def test_a_deadline_within_a_large_answer_leaves_what_is_there(
    deadlines: list[Until],
) -> None:
    async def late() -> None:
        deadlines[0].expire()
        await asyncio.sleep(3_600)

    runtime = SupergraphRuntime(load_supergraph(SDL), large_lists(late), POLICY)
    context = make_context()
    ready = await make_ready(GraphQLRequest("{ list { id y } }"), runtime, context)
    answer = json.loads((await carry_out(ready, runtime, context)).to_json())
    assert answer["data"]["list"][-1] == {"id": str(LARGE // 20 - 1), "y": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TIMEOUT"]


@pytest.mark.parametrize("outcome", ["answered", "cancelled"])
async def test_garbage_is_collected_as_before_once_a_large_answer_has_ended(outcome: str) -> None:
    usual = gc.get_threshold()
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        asked.set()
        await may_answer.wait()

    runtime = SupergraphRuntime(load_supergraph(SDL), large_lists(wait), POLICY)
    context = make_context(seconds=60)
    ready = await make_ready(GraphQLRequest("{ list { id y } }"), runtime, context)
    answering = asyncio.create_task(carry_out(ready, runtime, context))
    await asked.wait()
    assert gc.get_threshold() != usual
    if outcome == "cancelled":
        answering.cancel()
    may_answer.set()
    await asyncio.wait({answering})
    assert gc.get_threshold() == usual


async def test_whoever_is_cancelled_goes_on_when_the_work_has_ended() -> None:
    large, begins, ends = LargeAnswers(), threading.Event(), threading.Event()

    def work() -> None:
        begins.set()
        assert ends.wait(30)

    working = asyncio.create_task(large.apart(work))
    await asyncio.to_thread(begins.wait, 30)
    for _ in range(2):
        working.cancel()
        await asyncio.sleep(0.01)
    assert not working.done()
    ends.set()
    with pytest.raises(asyncio.CancelledError):
        await working
