"""Documents prepared in a real process beside this one."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from gateway.operation.errors import PreparationFailed, ValidationFailed
from gateway.pipeline import answer
from gateway.preparation import PreparationProcess, PreparedParts
from gateway.preparation.jobs import Drop, Job, Load, PrepareJob
from gateway.preparation.process import NotReady, PreparationFault, ProcessLost
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


def kill(process: PreparationProcess) -> int:
    """End the process as the kernel does when memory is short."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    return process.pid


def hold(process: PreparationProcess) -> None:
    """Let the process take what it is given, and do nothing with it."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)


async def lose(process: PreparationProcess) -> None:
    """Kill the process and wait for the next one."""
    killed = kill(process)
    async with asyncio.timeout(60):
        while process.pid in (killed, None):
            await asyncio.sleep(0.01)
        await process.wait_for(0)


def dies_of(process: PreparationProcess, monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    """The process dies of the documents of these numbers, counted from 1: it has them, and ends."""
    given, exchange = itertools.count(1), process._exchange

    async def exchanged(message: Load | Drop | Job, seconds: float | None = None) -> Any:
        if isinstance(message, PrepareJob) and next(given) in numbers:
            hold(process)
            asyncio.get_running_loop().call_soon(kill, process)  # once it is written
        return await exchange(message, seconds)

    monkeypatch.setattr(process, "_exchange", exchanged)


def job(text: str, generation: int = 0) -> PrepareJob:
    return PrepareJob(generation, text, None, frozenset(), {})


@pytest.mark.usefixtures("nothing_is_small")
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


async def test_a_killed_process_is_replaced_and_its_job_not_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running() as process:
        dies_of(process, monkeypatch, 3)
        asking = [asyncio.create_task(process.run(job("{ c }"), str(n))) for n in range(20)]
        results = await asyncio.gather(*asking, return_exceptions=True)
        kinds = [type(result) for result in results]
        assert kinds == [PreparedParts] * 2 + [ProcessLost] + [NotReady] * 17
        await process.wait_for(0)
        assert isinstance(await process.run(job("{ c }"), "client"), PreparedParts)


@pytest.fixture
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every document goes to the process."""
    monkeypatch.setattr("gateway.preparation.small_jobs.MOST_CHARACTERS", 0)


@pytest.fixture
def only_in_the_process(monkeypatch: pytest.MonkeyPatch, nothing_is_small: None) -> None:
    """Nothing is prepared here, however long the process needs to start on a busy machine."""

    def not_here(*_: object) -> PreparedParts:
        raise AssertionError("prepared in the process that serves")

    monkeypatch.setattr(PrepareJob, "run", not_here)
    for patience in ("PATIENCE", "PATIENCE_OF_THE_LOST"):
        monkeypatch.setattr(f"gateway.runtime.preparing.{patience}", 60.0)


@pytest.mark.usefixtures("only_in_the_process")
async def test_new_documents_wait_while_the_process_starts_and_starts_again() -> None:
    process = PreparationProcess()
    process.add(LOAD)
    runtime = SupergraphRuntime(load_supergraph(SDL), InMemorySubgraphs(), POLICY, 0, process)
    process.start()
    try:
        await runtime.prepare("{ a { x } }", None, make_context(seconds=60))
        kill(process)
        await runtime.prepare("{ c }", None, make_context(seconds=60))  # notices the loss
        await runtime.prepare("{ a { y } }", None, make_context(seconds=60))
    finally:
        await process.close()


async def test_a_process_that_dies_idle_is_replaced_before_anybody_asks() -> None:
    async with running() as process:
        await lose(process)
        assert isinstance(await process.run(job("{ c }"), "client"), PreparedParts)


@pytest.mark.usefixtures("only_in_the_process")
async def test_a_document_that_two_processes_die_of_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running() as process:
        runtime = SupergraphRuntime(load_supergraph(SDL), InMemorySubgraphs(), POLICY, 0, process)
        dies_of(process, monkeypatch, 1, 2)
        with pytest.raises(PreparationFailed, match="could not be prepared"):
            await runtime.prepare("{ c }", None, make_context(seconds=60))
        document = await runtime.prepare("{ c }", None, make_context(seconds=60))
        assert document.operation.compiled.operation.selection.fields[0].name == "c"


@pytest.mark.usefixtures("nothing_is_small")
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
