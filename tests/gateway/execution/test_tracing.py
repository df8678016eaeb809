"""What a run tells of itself when it is asked to explain."""

from __future__ import annotations

from typing import Any

from gateway.execution import ErrorPolicy
from gateway.subgraphs.protocol import SubgraphUnreachable
from tests.testkit.running import entities, query_plan, root, run
from tests.testkit.subgraphs import Body, InMemorySubgraphs, make_context

SDL = """
type Query { items: [Item] }
type Item { id: ID! size: Int weight: Int never: Int }
"""
ITEMS = {"data": {"items": [{"id": "1"}, {"id": "2"}, {"id": "1"}]}}


def sizes(body: Body) -> dict[str, Any]:
    return {"data": {"_entities": [{"size": 1} for _ in body["variables"]["representations"]]}}


def dead(_body: Body) -> dict[str, Any]:
    raise SubgraphUnreachable("refused")


async def test_each_fetch_is_traced_with_its_representations() -> None:
    subgraphs = InMemorySubgraphs(items=lambda _: ITEMS, sizes=sizes, weights=dead)
    plan = query_plan(
        root(0, "items", "{items{id}}", "items"),
        entities(1, "sizes", "size", "items.@", typename="Item"),
        entities(2, "weights", "weight", "items.@", typename="Item"),
        entities(3, "never", "never", "items.@", typename="Item", keys=("missing",)),
    )
    outcome = await run(
        plan,
        subgraphs,
        sdl=SDL,
        query="{ items { size weight never } }",
        context=make_context(explain=True),
    )
    seen = [
        (t.subgraph, t.requests, t.representations, t.unique_representations, t.failure)
        for t in outcome.gathered.traces
    ]
    assert seen == [
        ("items", 1, 0, 0, None),
        ("sizes", 1, 3, 2, None),
        ("weights", 1, 3, 2, "UNAVAILABLE"),
        ("never", 0, 0, 0, None),
    ]
    assert all((t.milliseconds is not None) == (t.requests > 0) for t in outcome.gathered.traces)


async def test_nothing_is_traced_unasked() -> None:
    subgraphs = InMemorySubgraphs(items=lambda _: ITEMS)
    outcome = await run(
        query_plan(root(0, "items", "{items{id}}", "items")),
        subgraphs,
        sdl=SDL,
        query="{ items { id } }",
    )
    assert outcome.gathered.traces == []


async def test_services_are_named_outside_production_only() -> None:
    masked = {
        "message": "stack",
        "path": ["items"],
        "extensions": {"code": "ODD", "stacktrace": "x"},
    }
    allowed = {
        "message": "said",
        "path": ["items"],
        "extensions": {"code": "CONFLICT", "minimum": 3, "stacktrace": "x", "service": "inner"},
    }
    for named in (True, False):
        subgraphs = InMemorySubgraphs(
            items=lambda _: {"data": None, "errors": [masked, allowed, 7]}
        )
        outcome = await run(
            query_plan(root(0, "items", "{items{id}}", "items")),
            subgraphs,
            sdl=SDL,
            query="{ items { id } }",
            policy=ErrorPolicy(name_services=named),
        )
        service = {"service": "items"} if named else {}
        internal = {"code": "INTERNAL", "requestId": "test-request", **service}
        assert [(e["message"], e["extensions"]) for e in outcome.errors] == [
            ("Something went wrong on our side.", internal),
            ("said", {"code": "CONFLICT", "minimum": 3, **service}),
            ("Something went wrong on our side.", internal),
        ]
