"""Small documents are prepared on the loop, without holding it for long."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from graphql import build_schema

from gateway.operation.errors import OperationRefused, ValidationFailed
from gateway.pipeline import answer
from gateway.planning.plan import Plan
from gateway.preparation.core import PreparationCore
from gateway.preparation.small_jobs import (
    MOST_CHARACTERS,
    MOST_STATES,
    MOST_TYPES,
    SmallJobs,
    has_small_types,
    is_small,
)
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from tests.gateway.preparation.test_process import hold, running
from tests.testkit.differential import POLICY, supergraph_of
from tests.testkit.subgraphs import InMemorySubgraphs, make_context

SDL = supergraph_of(
    {
        "one": "type Query { a: A b(n: Int): Int } type A { x: Int y: Int }",
        "two": "type Query { c: Int }",
    }
)


async def test_a_small_document_does_not_go_to_the_process() -> None:
    subgraphs = InMemorySubgraphs(one=lambda _: {"data": {"a": {"x": 1}}})
    async with running() as process:
        runtime = SupergraphRuntime(load_supergraph(SDL), subgraphs, POLICY, process=process)
        hold(process)
        response = await answer(GraphQLRequest("{ a { x } }"), runtime, make_context(seconds=60))
        assert json.loads(response.to_json()) == {"data": {"a": {"x": 1}}}
        with pytest.raises(ValidationFailed):
            await runtime.prepare("{ nothing }", None, make_context(seconds=60))
        large = f"{{ {' '.join(f'a{n}: a {{ x }}' for n in range(60))} }}"
        with pytest.raises(OperationRefused):
            await runtime.prepare(large, None, make_context(seconds=0.3))


def test_what_is_long_or_introspects_is_not_small() -> None:
    assert is_small("{ a { x } __typename }")
    assert not is_small("{ a { x } }".ljust(MOST_CHARACTERS + 1))
    assert not is_small("{ __schema { types { name } } }")
    assert not is_small('{ __type(name: "A") { name } }')


def test_an_interface_of_many_types_is_not_small() -> None:
    types = " ".join(f"type T{n} implements N {{ id: ID }}" for n in range(MOST_TYPES))
    sdl = f"type Query {{ n: N }} interface N {{ id: ID }} {types}"
    assert has_small_types(build_schema(sdl))
    assert not has_small_types(build_schema(f"{sdl} type More implements N {{ id: ID }}"))


def wide(levels: int) -> str:
    """A supergraph where a few characters take many states: each level is loaded in many ways."""
    keys = " ".join(f'@key(fields: "id{n}")' for n in range(4))
    ids = " ".join(f"id{n}: ID" for n in range(4))
    parts = {f"s{n}": f"type T {keys} {{ {ids} next: T own{n}: Int }}" for n in range(levels)}
    return supergraph_of({"root": f"type Query {{ t: T }} type T {keys} {{ {ids} }}", **parts})


def test_what_takes_many_states_is_left_to_the_process() -> None:
    core = PreparationCore(load_supergraph(wide(6)), POLICY.limits)
    text = "{ t { next { next { next { own0 own1 own2 own3 own4 own5 } } } } }"
    assert is_small(text)
    here = core.prepare(text, None, frozenset(), {}, plans=True, states=MOST_STATES)
    assert here.outcome is None
    there = core.prepare(text, None, frozenset(), {}, plans=True)
    assert isinstance(there.outcome, Plan)


async def test_one_in_a_turn_of_the_loop_and_clients_in_turns() -> None:
    jobs, done = SmallJobs(), list[str]()
    beats = 0

    def work(name: str) -> Callable[[], int]:
        def do() -> int:
            done.append(name)
            return beats

        return do

    async def beat() -> None:
        nonlocal beats
        while len(done) < 11:
            await asyncio.sleep(0)
            beats += 1

    flood = [jobs.run(work(f"a{n}"), "a", 1) for n in range(10)]
    seen = await asyncio.gather(beat(), *flood, jobs.run(work("b"), "b", 1))
    assert done.index("b") == 1
    turns = [turn for turn in seen if turn is not None]
    assert len(set(turns)) == 11


async def test_nothing_is_done_for_whom_nobody_waits() -> None:
    jobs, done = SmallJobs(), list[int]()
    waiting = asyncio.create_task(jobs.run(lambda: done.append(1), "a", 1))
    other = asyncio.create_task(jobs.run(lambda: done.append(2), "b", 1))
    await asyncio.sleep(0)
    waiting.cancel()
    await other
    assert done == [2]


async def test_what_it_raises_is_raised_and_others_go_on() -> None:
    jobs = SmallJobs()

    def fail() -> None:
        raise ZeroDivisionError

    failing = asyncio.create_task(jobs.run(fail, "a", 1))
    assert await jobs.run(lambda: 1, "a", 1) == 1
    with pytest.raises(ZeroDivisionError):
        await failing
