"""When fetches start: as soon as their own dependencies are done, mutations one after the other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.execution.ordering import effective_dependencies, startable
from gateway.operation.model import OperationKind
from gateway.planning.plan import Plan
from gateway.subgraphs.protocol import SubgraphTimeout, SubgraphUnreachable
from shared.loop.until import Until
from tests.testkit.running import entities, query_plan, root, run
from tests.testkit.subgraphs import Body, InMemorySubgraphs, make_context

SDL = """
type Query { a: A b: A }
type A { id: ID! x: Int y: Int z: Int }
type Mutation { m: A n: A o: A }
"""


class Gates:
    """Subgraphs that answer when their gate is opened."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.gates = {name: asyncio.Event() for name in answers}
        self.started: list[str] = []
        self.double = InMemorySubgraphs(**{name: self._handler(name) for name in answers})

    def _handler(self, name: str) -> Any:
        async def handle(_body: Body) -> Any:
            self.started.append(name)
            await self.gates[name].wait()
            answer = self.answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return handle

    async def settle(self) -> list[str]:
        """Let the loop run until nothing moves; what has started by then."""
        for _ in range(20):
            await asyncio.sleep(0)
        return list(self.started)

    def open(self, *names: str) -> None:
        for name in names:
            self.gates[name].set()


def entity(**values: Any) -> dict[str, Any]:
    return {"data": {"_entities": [values]}}


async def test_a_fetch_waits_for_its_own_dependencies_only() -> None:
    gates = Gates(
        {
            "one": {"data": {"a": {"id": "1"}}},
            "two": {"data": {"b": {"id": "2"}}},
            "three": entity(x=1),
            "four": entity(y=2),
        }
    )
    plan = query_plan(
        root(0, "one", "{a{id}}", "a"),
        root(1, "two", "{b{id}}", "b"),
        entities(2, "three", "x", "a", typename="A", after=(0,)),
        entities(3, "four", "y", "b", typename="A", after=(1,)),
    )
    task = asyncio.create_task(run(plan, gates.double, sdl=SDL, query="{ a { x } b { y } }"))
    assert await gates.settle() == ["one", "two"]
    gates.open("one", "three")
    assert await gates.settle() == ["one", "two", "three"]
    gates.open("two", "four")
    outcome = await task
    assert outcome.data == {"a": {"x": 1}, "b": {"y": 2}}


async def test_mutations_are_serial_with_all_that_hangs_on_each() -> None:
    gates = Gates(
        {
            "one": {"data": {"m": {"id": "1"}}},
            "below": entity(x=1),
            "two": {"data": {"n": {"id": "2"}}},
            "three": {"data": {"o": {"id": "3"}}},
        }
    )
    plan = Plan(
        OperationKind.MUTATION,
        (
            root(0, "one", "mutation{m{id}}", "m", kind="mutation"),
            root(1, "two", "mutation{n{id}}", "n", kind="mutation"),
            root(2, "three", "mutation{o{id}}", "o", kind="mutation"),
            entities(3, "below", "x", "m", typename="A", after=(0,)),
        ),
    )
    task = asyncio.create_task(
        run(plan, gates.double, sdl=SDL, query="mutation { m { x } n { id } o { id } }")
    )
    assert await gates.settle() == ["one"]
    gates.open("one")
    assert await gates.settle() == ["one", "below"]
    gates.open("below", "two", "three")
    outcome = await task
    assert gates.started == ["one", "below", "two", "three"]
    assert outcome.data == {"m": {"x": 1}, "n": {"id": "2"}, "o": {"id": "3"}}
    assert [sent.is_query for sent in gates.double.log] == [False, True, False, False]


async def test_after_a_failed_mutation_the_next_still_runs() -> None:
    gates = Gates({"one": SubgraphTimeout("late"), "two": {"data": {"n": {"id": "2"}}}})
    gates.open("one", "two")
    plan = Plan(
        OperationKind.MUTATION,
        (
            root(0, "one", "mutation{m{id}}", "m", kind="mutation"),
            root(1, "two", "mutation{n{id}}", "n", kind="mutation", after=(0,)),
        ),
    )
    outcome = await run(plan, gates.double, sdl=SDL, query="mutation { m { id } n { id } }")
    assert outcome.data == {"m": None, "n": {"id": "2"}}
    assert outcome.places == [("m", "TIMEOUT")]
    assert "unknown whether it took effect" in outcome.errors[0]["message"]
    assert outcome.errors[0]["extensions"]["retryable"] is False


def test_startable_is_pure() -> None:
    after = (frozenset[int](), frozenset({0}), frozenset({0, 1}))
    assert startable(after, range(3), set()) == (0,)
    assert startable(after, {1, 2}, {0}) == (1,)
    assert startable(after, {2}, {0, 1}) == (2,)


def test_queries_keep_the_plans_dependencies() -> None:
    plan = query_plan(root(0, "a", "{a}", "a"), root(1, "b", "{b}", "b"))
    assert effective_dependencies(plan) == (frozenset(), frozenset())


async def test_at_the_deadline_what_is_unfinished_is_an_error_and_the_rest_is_answered(
    deadlines: list[Until],
) -> None:
    gates = Gates(
        {
            "one": {"data": {"a": {"id": "1"}}},
            "two": {"data": {"b": {"id": "2"}}},
            "slow": entity(x=1),
            "never": entity(y=1),
        }
    )
    gates.open("one", "two")
    plan = query_plan(
        root(0, "one", "{a{id}}", "a"),
        root(1, "two", "{b{id}}", "b"),
        entities(2, "slow", "x", "a", typename="A", after=(0,)),
        entities(3, "never", "y", "b", typename="A", after=(1, 2)),
    )
    context = make_context()
    query = "{ a { id x } b { id y } }"
    task = asyncio.create_task(run(plan, gates.double, sdl=SDL, query=query, context=context))
    assert await gates.settle() == ["one", "two", "slow"]
    [deadline] = deadlines
    assert deadline.deadline == context.deadline
    deadline.expire()
    outcome = await task
    assert outcome.data == {"a": {"id": "1", "x": None}, "b": {"id": "2", "y": None}}
    assert outcome.places == [("a", "TIMEOUT"), ("b", "TIMEOUT")]
    assert gates.double.cancelled == 1


async def test_cancelling_cancels_every_fetch_in_flight() -> None:
    gates = Gates({"one": {"data": {}}, "two": {"data": {}}})
    plan = query_plan(root(0, "one", "{a{id}}", "a"), root(1, "two", "{b{id}}", "b"))
    task = asyncio.create_task(run(plan, gates.double, sdl=SDL, query="{ a { id } b { id } }"))
    assert await gates.settle() == ["one", "two"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gates.double.cancelled == 2


async def test_a_failed_dependency_suppresses_what_needs_it_without_another_error() -> None:
    subgraphs = InMemorySubgraphs(one=lambda _: {"data": {"a": {"id": "1"}}}, three=lambda _: {})

    def fail(_body: Body) -> dict[str, Any]:
        raise SubgraphUnreachable("refused")

    subgraphs.handlers["two"] = fail
    plan = query_plan(
        root(0, "one", "{a{id}}", "a"),
        entities(1, "two", "x", "a", typename="A"),
        entities(2, "three", "y", "a", typename="A", keys=("id", "x"), after=(1,)),
    )
    outcome = await run(plan, subgraphs, sdl=SDL, query="{ a { y } }")
    assert outcome.data == {"a": {"y": None}}
    assert outcome.places == [("a", "UNAVAILABLE")]
    assert subgraphs.requests("three") == 0


async def test_a_mutation_that_never_left_says_that_it_may_be_tried_again(
    deadlines: list[Until],
) -> None:
    gates = Gates({"one": {"data": {"m": {"id": "1"}}}, "two": {"data": {"n": {"id": "2"}}}})
    plan = Plan(
        OperationKind.MUTATION,
        (
            root(0, "one", "mutation{m{id}}", "m", kind="mutation"),
            root(1, "two", "mutation{n{id}}", "n", kind="mutation"),
        ),
    )
    query = "mutation { m { id } n { id } }"
    task = asyncio.create_task(run(plan, gates.double, sdl=SDL, query=query))
    assert await gates.settle() == ["one"]
    deadlines[0].expire()
    outcome = await task
    assert outcome.data == {"m": None, "n": None}
    assert [(e["path"], e["extensions"]["retryable"]) for e in outcome.errors] == [
        (["m"], False),
        (["n"], True),
    ]
    assert gates.started == ["one"]
