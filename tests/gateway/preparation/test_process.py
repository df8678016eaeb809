"""Documents prepared in a real process beside this one."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest

from gateway.operation.errors import OperationRefused, PreparationFailed, ValidationFailed
from gateway.pipeline import answer
from gateway.preparation import PreparationProcess, PreparedParts
from gateway.preparation.jobs import Load, PrepareJob
from gateway.preparation.process import NotReady, PreparationFault
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from tests.testkit.differential import POLICY, supergraph_of
from tests.testkit.subgraphs import InMemorySubgraphs, make_context

SDL = supergraph_of(
    {
        "one": "type Query { a: A b(n: Int): Int } type A { x: Int y: Int }",
        "two": "type Query { c: Int }",
    }
)
LOAD = Load(0, SDL, POLICY.limits, hide_suggestions=False)


@asynccontextmanager
async def running() -> AsyncIterator[PreparationProcess]:
    process = PreparationProcess()
    process.add(LOAD)
    process.start()
    try:
        async with asyncio.timeout(60):
            await process.wait_for(0)
            yield process
    finally:
        await process.close()


def job(text: str, generation: int = 0) -> PrepareJob:
    return PrepareJob(generation, text, None, frozenset(), {})


async def test_what_comes_back_is_what_is_prepared_here() -> None:
    subgraphs = InMemorySubgraphs(
        one=lambda _: {"data": {"a": {"x": 1, "y": 2}}}, two=lambda _: {"data": {"c": 3}}
    )
    async with running() as process:
        supergraph = load_supergraph(SDL)
        apart = SupergraphRuntime(supergraph, subgraphs, POLICY, process=process)
        here = SupergraphRuntime(supergraph, subgraphs, POLICY)
        for query in (
            "{ a { x y } c }",
            "{ __typename }",
            "{ nothing }",
            "{ __schema { types { name } } }",
        ):
            request = GraphQLRequest(query)
            answers = [
                await answer(request, each, make_context(seconds=60)) for each in (apart, here)
            ]
            assert answers[0].to_json() == answers[1].to_json()
        prepared = [
            await each.prepare("{ a { x } }", None, make_context(seconds=60))
            for each in (apart, here)
        ]
        assert prepared[0].operation.compiled.operation == prepared[1].operation.compiled.operation
        plans = [
            (await each.plan(own, make_context(seconds=60))).plan
            for each, own in zip((apart, here), prepared, strict=True)
        ]
        assert plans[0] == plans[1]


async def test_a_refusal_is_raised_with_its_errors() -> None:
    async with running() as process:
        with pytest.raises(ValidationFailed) as refused:
            await process.run(job("{ nothing }"), "client")
    [error] = refused.value.errors
    assert error["locations"] == [{"line": 1, "column": 3}]


async def test_what_is_not_loaded_there_is_done_without_it() -> None:
    async with running() as process:
        with pytest.raises(NotReady):
            await process.run(job("{ c }", generation=7), "client")
        process.add(Load(7, SDL, POLICY.limits, hide_suggestions=False))
        await process.wait_for(7)
        assert isinstance(await process.run(job("{ c }", 7), "client"), PreparedParts)
        process.keep_only(7)
        assert isinstance(await process.run(job("{ c }", 7), "client"), PreparedParts)
        with pytest.raises(NotReady):
            await process.run(job("{ c }"), "client")


async def test_a_killed_process_is_replaced_and_its_job_refused() -> None:
    async with running() as process:
        slow = job("{" + " ".join(f"a{n}: a {{ x y }}" for n in range(90)) + "}")
        asking = [asyncio.create_task(process.run(slow, str(n))) for n in range(20)]
        await asyncio.sleep(0)
        assert process.pid is not None
        await asyncio.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        results = await asyncio.gather(*asking, return_exceptions=True)
        assert any(isinstance(result, PreparationFailed | NotReady) for result in results)
        assert all(isinstance(r, PreparedParts | OperationRefused | NotReady) for r in results)
        await process.wait_for(0)
        assert isinstance(await process.run(job("{ c }"), "client"), PreparedParts)


async def test_new_documents_wait_while_the_process_starts_and_starts_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def not_here(*_: object) -> PreparedParts:
        raise AssertionError("prepared in the process that serves")

    monkeypatch.setattr(PrepareJob, "run", not_here)
    process = PreparationProcess()
    process.add(LOAD)
    runtime = SupergraphRuntime(load_supergraph(SDL), InMemorySubgraphs(), POLICY, 0, process)
    monkeypatch.setattr("gateway.runtime.preparing.PATIENCE", 60.0)
    process.start()
    try:
        await runtime.prepare("{ a { x } }", None, make_context(seconds=60))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(PreparationFailed):  # the job by which the loss was noticed
            await runtime.prepare("{ c }", None, make_context(seconds=60))
        await runtime.prepare("{ a { y } }", None, make_context(seconds=60))
    finally:
        await process.close()


async def test_a_supergraph_that_the_process_dropped_is_served_without_it() -> None:
    async with running() as process:
        old = SupergraphRuntime(load_supergraph(SDL), InMemorySubgraphs(), POLICY, 0, process)
        process.add(Load(1, SDL, POLICY.limits, hide_suggestions=False))
        process.keep_only(1)
        await process.wait_for(1)
        document = await old.prepare("{ a { x } }", None, make_context(seconds=60))
        assert document.operation.compiled.operation.selection.fields[0].name == "a"


async def test_a_fault_of_ours_ends_one_job_and_not_the_process() -> None:
    async with running() as process:
        pid = process.pid
        wrong = PrepareJob(0, "{ c }", None, frozenset(), positions=cast("dict[int, int]", "wrong"))
        with pytest.raises(PreparationFault, match="AttributeError"):
            await process.run(wrong, "client")
        assert isinstance(await process.run(job("{ c }"), "client"), PreparedParts)
        assert process.pid == pid


async def test_equal_documents_under_way_are_prepared_once() -> None:
    runtime = SupergraphRuntime(load_supergraph(SDL), InMemorySubgraphs(), POLICY)
    context = make_context(seconds=60)
    asked = [runtime.prepare("{ a { x } }", None, context) for _ in range(5)]
    found = await asyncio.gather(*asked)
    assert len({id(document.operation) for document in found}) == 1


async def test_whose_deadline_passes_is_told_so() -> None:
    async with running() as process:
        runtime = SupergraphRuntime(load_supergraph(SDL), InMemorySubgraphs(), POLICY, 0, process)
        with pytest.raises(PreparationFailed) as refused:
            await runtime.prepare("{ a { x } }", None, make_context(seconds=0))
        assert refused.value.errors[0]["extensions"]["code"] == "TIMEOUT"
