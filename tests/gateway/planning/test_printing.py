"""The text and JSON forms of plans."""

from __future__ import annotations

from gateway.planning import plan_to_json, print_plan
from tests.gateway.planning.plans import plan_of
from tests.gateway.planning.test_planner import SHOP


def test_json_has_the_fields_usual_nodes() -> None:
    node = plan_to_json(plan_of(SHOP, "{ me { orders { parcels } } orders { total } }"))["node"]
    assert node["kind"] == "Sequence"
    first, second, third = node["nodes"]
    assert first["kind"] == "Parallel"
    assert [fetch["serviceName"] for fetch in first["nodes"]] == ["orders", "users"]
    assert second["kind"] == "Flatten"
    assert second["paths"] == ["me"]
    assert third["node"]["requires"] == [
        {"alias": "_entities", "representation": "Order { id }", "paths": ["me.orders[]"]}
    ]


def test_a_plan_of_one_fetch_is_that_fetch() -> None:
    plan = plan_to_json(plan_of(SHOP, "query($x: Boolean!) { me { id @skip(if: $x) } }"))
    assert plan == {
        "kind": "QueryPlan",
        "node": {
            "kind": "Fetch",
            "id": 0,
            "serviceName": "users",
            "operation": "query($x:Boolean!){me{id @skip(if:$x)}}",
            "variableUsages": ["x"],
            "after": [],
            "operationKind": "query",
        },
    }


def test_text_tells_conditions_and_triggers() -> None:
    text = print_plan(plan_of(SHOP, "query($x: Boolean!) { me { secret @include(if: $x) } }"))
    assert "1: entities of orders, after 0, when $x\n  User { id }\n    into me\n" in text
    text = print_plan(plan_of(SHOP, "subscription { joined { secret } }"))
    assert "trigger: ask users\n" in text


def test_an_empty_plan() -> None:
    plan = plan_of(SHOP, "{ __typename }")
    assert print_plan(plan) == "query in 0 fetches\n"
    assert plan_to_json(plan) == {"kind": "QueryPlan", "node": None}
