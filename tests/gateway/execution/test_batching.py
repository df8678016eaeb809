"""Operations of a batch: what becomes ready together leaves together, and nobody notices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.execution import RequestLoaders
from gateway.operation.model import OperationKind
from gateway.planning.plan import Plan
from gateway.subgraphs.protocol import SubgraphReply, SubgraphUnreachable
from tests.testkit.running import Outcome, entities, query_plan, root, run
from tests.testkit.subgraphs import Body, InMemorySubgraphs

SDL = """
type Query { a: A b: A c: A same: [A] }
type A { id: ID! x: X n: Int }
type X { v: String }
type Mutation { m: A }
"""
IDS = {"a": ["1", "2"], "b": ["2", "3"], "c": ["1"]}


def items(ids: list[str]) -> list[dict[str, Any]]:
    return [{"id": id_} for id_ in ids]


def entity(representation: dict[str, Any]) -> dict[str, Any]:
    return {"x": {"v": f"x{representation['id']}"}}


def two(body: Body) -> dict[str, Any]:
    return {"data": {"_entities": [entity(r) for r in body["variables"]["representations"]]}}


def sending(ids: list[str]) -> Callable[[Body], Any]:
    return lambda _: {"data": {"same": items(ids)}}


def plan_for(subgraph: str, selection: str = "x{v}") -> Plan:
    return query_plan(
        root(0, subgraph, "{same{id}}", "same"),
        entities(1, "two", selection, "same.@", typename="A"),
    )


async def batch(
    plans: list[Plan], answer_two: Any = two, *, joined: bool = True, **handlers: Any
) -> tuple[list[Outcome], InMemorySubgraphs]:
    sources = {name: sending(ids) for name, ids in IDS.items()}
    subgraphs = InMemorySubgraphs(two=answer_two, **{**sources, **handlers})
    loaders = RequestLoaders() if joined else None
    outcomes = await asyncio.gather(
        *(
            run(plan, subgraphs, sdl=SDL, query="{ same { id x { v } } }", loaders=loaders)
            for plan in plans
        )
    )
    return list(outcomes), subgraphs


async def test_entity_fetches_leave_as_one_request_de_duplicated() -> None:
    outcomes, subgraphs = await batch([plan_for("a"), plan_for("b"), plan_for("c")])
    assert [o.data for o in outcomes] == [
        {"same": [{"id": id_, "x": {"v": f"x{id_}"}} for id_ in IDS[name]]} for name in "abc"
    ]
    (sent,) = subgraphs.sent("two")
    assert [r["id"] for r in sent.representations] == ["1", "2", "3"]


async def test_each_operation_owns_its_copies() -> None:
    outcomes, _ = await batch([plan_for("a"), plan_for("b")])
    first, second = (outcome.gathered.data["same"] for outcome in outcomes)
    assert first[1]["x"] == second[0]["x"]
    assert first[1]["x"] is not second[0]["x"]


async def test_other_documents_are_not_joined() -> None:
    outcomes, subgraphs = await batch([plan_for("a"), plan_for("b", "x{v} n")])
    assert subgraphs.requests("two") == 2
    assert all(outcome.errors == [] for outcome in outcomes)


async def test_identical_root_queries_are_sent_once_and_decoded_for_each() -> None:
    outcomes, subgraphs = await batch([plan_for("a"), plan_for("a")])
    assert subgraphs.requests("a") == 1
    assert subgraphs.requests("two") == 1
    assert outcomes[0].data == outcomes[1].data
    assert outcomes[0].gathered.data["same"][0] is not outcomes[1].gathered.data["same"][0]


async def test_an_error_at_an_entity_goes_to_everyone_who_asked_for_it() -> None:
    def failing(body: Body) -> dict[str, Any]:
        answer = two(body)
        index = [r["id"] for r in body["variables"]["representations"]].index("2")
        answer["data"]["_entities"][index] = None
        error = {
            "message": "two is gone",
            "path": ["_entities", index, "x"],
            "extensions": {"code": "NOT_FOUND"},
        }
        return {**answer, "errors": [error]}

    outcomes, _ = await batch([plan_for("a"), plan_for("b"), plan_for("c")], failing)
    assert [outcome.places for outcome in outcomes] == [
        [("same.1.x", "NOT_FOUND")],
        [("same.0.x", "NOT_FOUND")],
        [],
    ]


async def test_an_error_without_a_path_goes_to_each_operation_once() -> None:
    def failing(body: Body) -> dict[str, Any]:
        return {**two(body), "errors": [{"message": "hm", "extensions": {"code": "CONFLICT"}}]}

    outcomes, _ = await batch([plan_for("a"), plan_for("b")], failing)
    assert [outcome.places for outcome in outcomes] == [[("same", "CONFLICT")]] * 2


def spoiled_by(bad: str, how: Any) -> Callable[[Body], Any]:
    """A subgraph that answers nothing usable to a request that holds the id ``bad``."""

    def answer(body: Body) -> Any:
        ids = [r["id"] for r in body["variables"]["representations"]]
        return how if bad in ids else two(body)

    return answer


@pytest.mark.parametrize(
    "how",
    [
        {"data": None, "errors": [{"message": "x", "path": ["_entities", 0]}]},
        {"data": {"_entities": [None]}},
        b"<html>",
        SubgraphReply(500, b"{}"),
    ],
)
async def test_an_unusable_joined_reply_is_asked_again_once_for_each_alone(how: Any) -> None:
    outcomes, subgraphs = await batch(
        [plan_for("a"), plan_for("b"), plan_for("c")], spoiled_by("3", how)
    )
    assert subgraphs.requests("two") == 1 + 3
    assert [bool(outcome.errors) for outcome in outcomes] == [False, True, False]
    alone, _ = await batch([plan_for("b")], spoiled_by("3", how), joined=False)
    assert (outcomes[1].data, outcomes[1].errors) == (alone[0].data, alone[0].errors)


GRAPHQL = {"content-type": ("application/graphql-response+json",)}
BUSY = b'{"errors":[{"message":"busy","extensions":{"code":"UNAVAILABLE","retryable":true}}]}'


@pytest.mark.parametrize("reply", [SubgraphReply(503, BUSY, GRAPHQL), SubgraphReply(503, b"busy")])
async def test_a_subgraph_with_too_much_to_do_is_not_asked_again_for_each(
    reply: SubgraphReply,
) -> None:
    plans = [plan_for("a"), plan_for("b"), plan_for("c")]
    outcomes, subgraphs = await batch(plans, lambda _: reply)
    assert subgraphs.requests("two") == 1
    assert [outcome.places for outcome in outcomes] == [[("same", "UNAVAILABLE")]] * 3
    assert all(outcome.errors[0]["extensions"]["retryable"] for outcome in outcomes)


async def test_a_dead_subgraph_is_not_asked_again_for_each() -> None:
    def dead(_body: Body) -> Any:
        raise SubgraphUnreachable("refused")

    outcomes, subgraphs = await batch([plan_for("a"), plan_for("b")], dead)
    assert subgraphs.requests("two") == 1
    assert [outcome.places for outcome in outcomes] == [[("same", "UNAVAILABLE")]] * 2


async def test_a_slow_subgraph_holds_up_nobody_elses_answer() -> None:
    gate = asyncio.Event()

    async def slow(body: Body) -> Any:
        await gate.wait()
        return two(body)

    subgraphs = InMemorySubgraphs(a=sending(["1"]), b=sending(["1"]), two=two, slow=slow)
    loaders = RequestLoaders()
    waiting = query_plan(
        root(0, "b", "{same{id}}", "same"), entities(1, "slow", "x{v}", "same.@", typename="A")
    )
    query = "{ same { x { v } } }"
    late = asyncio.create_task(run(waiting, subgraphs, sdl=SDL, query=query, loaders=loaders))
    early = await run(plan_for("a"), subgraphs, sdl=SDL, query=query, loaders=loaders)
    assert early.data == {"same": [{"x": {"v": "x1"}}]}
    assert not late.done()
    gate.set()
    assert (await late).data == early.data


async def test_nothing_is_shared_under_a_mutation() -> None:
    subgraphs = InMemorySubgraphs(one=lambda _: {"data": {"m": {"id": "1"}}}, two=two)
    loaders = RequestLoaders()
    plan = Plan(
        OperationKind.MUTATION,
        (
            root(0, "one", "mutation{m{id}}", "m", kind="mutation"),
            entities(1, "two", "x{v}", "m", typename="A"),
        ),
    )
    outcomes = await asyncio.gather(
        *(
            run(plan, subgraphs, sdl=SDL, query="mutation { m { x { v } } }", loaders=loaders)
            for _ in range(2)
        )
    )
    assert subgraphs.requests("one") == 2
    assert subgraphs.requests("two") == 2
    assert [o.data for o in outcomes] == [{"m": {"x": {"v": "x1"}}}] * 2


async def test_nothing_is_remembered_between_turns() -> None:
    subgraphs = InMemorySubgraphs(a=sending(["1"]), two=two)
    loaders = RequestLoaders()
    for _ in range(2):
        await run(plan_for("a"), subgraphs, sdl=SDL, query="{ same { x { v } } }", loaders=loaders)
    assert subgraphs.requests("a") == 2
    assert subgraphs.requests("two") == 2
