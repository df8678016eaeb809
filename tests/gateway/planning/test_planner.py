"""What planning promises beyond the conformance cases: cost, bounds, errors, triggers, denials."""

from __future__ import annotations

import pytest
from graphql import parse

from gateway.execution import compile_plan
from gateway.operation.model import OperationKind
from gateway.operation.normalise import normalise
from gateway.planning import NotSatisfiable, PlanningBudgetExceeded, plan_operation
from gateway.planning.plan import EntityFetch, ReentryFetch, RootFetch
from gateway.supergraph import load_supergraph
from tests.gateway.planning.plans import plan_of

SHOP = {
    "users": """
      type Query { me: User users: [User!]! }
      type Subscription { joined: User }
      type User @key(fields: "id") { id: ID! name: String state: State best: User }
      enum State { ON OFF }
    """,
    "orders": """
      type Query { orders: [Order] }
      type Order @key(fields: "id") { id: ID! total: Int buyer: User }
      type User @key(fields: "id") { id: ID! orders: [Order!] secret: String }
    """,
    "stock": 'type Order @key(fields: "id") { id: ID! parcels: Int }',
}


def test_a_fetch_waits_only_for_what_it_needs() -> None:
    plan = plan_of(SHOP, "{ me { orders { parcels } } orders { parcels } }")
    assert [(f.subgraph, f.after) for f in plan.fetches] == [
        ("orders", ()),
        ("users", ()),
        ("orders", (1,)),
        ("stock", (0, 2)),
    ]


def test_a_request_made_anyway_takes_what_can_wait_for_it() -> None:
    plan = plan_of(SHOP, "{ me { orders { parcels } } orders { parcels } }")
    assert [f.subgraph for f in plan.fetches].count("stock") == 1


def test_several_places_of_one_type_are_targets_of_one_group() -> None:
    plan = plan_of(SHOP, "{ me { orders { id } best { orders { id } } } }")
    [_, fetch] = plan.fetches
    assert isinstance(fetch, EntityFetch)
    [group] = fetch.groups
    assert len(group.targets) == 2


def test_the_budget_is_counted_in_states() -> None:
    with pytest.raises(PlanningBudgetExceeded) as refused:
        plan_of(SHOP, "{ me { orders { parcels } } }", budget=3)
    assert refused.value.code == "QUERY_PLANNING_BUDGET"


def test_nesting_past_the_stack_is_the_budgets_error() -> None:
    query = "{ me { " + "best { " * 140 + "id" + "}" * 140 + "} }"
    with pytest.raises(PlanningBudgetExceeded, match="nested too deeply"):
        plan_of(SHOP, query)


CIRCLE = """
schema @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
type Query @join__type(graph: A) { t: T }
type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  x: Int @join__field(graph: A, requires: "y") @join__field(graph: B, external: true)
  y: Int @join__field(graph: B, requires: "x") @join__field(graph: A, external: true)
}
"""


def test_a_true_circle_of_requirements_is_refused() -> None:
    supergraph = load_supergraph(CIRCLE)
    operation = normalise(parse("{ t { x } }"), None, supergraph.api_schema)
    with pytest.raises(NotSatisfiable, match=r"T\.x at t") as refused:
        plan_operation(supergraph, operation)
    assert refused.value.code == "OPERATION_NOT_SATISFIABLE"


MUTATION_BELOW_THE_ROOT = """
schema @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query mutation: Mutation }
enum join__Graph { ONE @join__graph(name: "one", url: "") TWO @join__graph(name: "two", url: "") }
type Query @join__type(graph: ONE) @join__type(graph: TWO) {
  a: Int @join__field(graph: ONE)
  inner: Inner @join__field(graph: TWO)
}
type Mutation @join__type(graph: ONE) @join__type(graph: TWO) {
  doSomething: Payload @join__field(graph: ONE)
  doSomethingElse: Payload @join__field(graph: ONE)
  count: Int @join__field(graph: TWO)
}
type Payload @join__type(graph: ONE) { ok: Boolean query: Query }
type Inner @join__type(graph: TWO) { toMutation: Mutation }
"""


FRAGMENT = "fragment F on Inner { toMutation { doSomethingElse { ok } count } }"


@pytest.mark.parametrize(
    "query",
    [
        "mutation { doSomething { query { inner { ...F } } } } " + FRAGMENT,
        "{ inner { ...F } } " + FRAGMENT,
    ],
)
def test_a_mutation_root_below_the_top_level_is_entered_by_a_mutation(query: str) -> None:
    supergraph = load_supergraph(MUTATION_BELOW_THE_ROOT)
    plan = plan_operation(supergraph, normalise(parse(query), None, supergraph.api_schema))
    *_, above, last = plan.fetches
    assert isinstance(last, ReentryFetch)
    assert (last.subgraph, last.kind) == ("one", OperationKind.MUTATION)
    assert last.document == "mutation{doSomethingElse{ok}}"
    assert "toMutation{count}" in above.document
    assert last.after == (above.id,)
    assert not any(fetch.is_query for fetch in compile_plan(plan).fetches if fetch.spec is last)


def test_a_subscription_has_a_trigger_and_the_same_plan_per_event() -> None:
    plan = plan_of(SHOP, "subscription { joined { name orders { parcels } } }")
    assert isinstance(plan.trigger, RootFetch)
    assert plan.trigger.kind is OperationKind.SUBSCRIPTION
    assert plan.trigger.document == "subscription{joined{name id}}"
    assert [(f.id, f.subgraph, f.after) for f in plan.fetches] == [
        (0, "orders", ()),
        (1, "stock", (0,)),
    ]
    assert not plan.passthrough


def test_what_is_denied_is_never_asked() -> None:
    denied = {("me", "secret"): frozenset({"User"})}
    plan = plan_of(SHOP, "{ me { name secret } }", denied=denied)
    assert [fetch.document for fetch in plan.fetches] == ["{me{name}}"]
    assert not plan.passthrough


def test_a_denied_object_leaves_its_parent_present() -> None:
    plan = plan_of(SHOP, "{ me { best { name } } }", denied={("me", "best"): frozenset({"User"})})
    assert [fetch.document for fetch in plan.fetches] == ["{me{__typename}}"]


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("{ me { id name state } }", True),
        ("{ me { __typename id } }", True),
        ("{ me { id __typename } }", True),
        ("{ me { t: __typename id } }", False),
        ("{ __typename me { id } }", False),
        ("{ me { id orders { id } } }", False),
        ("query($x: Boolean!) { me { id @include(if: $x) } }", True),
        ("query($x: Boolean!) { me { id @include(if: $x) __typename @skip(if: $x) } }", False),
        ("{ a: me { b: name } users { id } }", True),
    ],
)
def test_when_the_answer_may_pass_through(query: str, *, passes: bool) -> None:
    assert plan_of(SHOP, query).passthrough is passes


def test_hidden_enum_values_and_looser_types_are_checked_by_the_projection() -> None:
    hidden = {
        "a": "type Query { o: O } type O { s: S } enum S { ON OFF @inaccessible }",
        "b": "type Query { x: Int }",
    }
    assert not plan_of(hidden, "{ o { s } }").passthrough


def test_abstract_types_pass_through_when_all_are_public() -> None:
    pets = {
        "a": "type Query { pet: Pet } union Pet = Cat | Dog type Cat { a: Int } type Dog { b: Int }"
    }
    assert plan_of(pets, "{ pet { __typename ... on Cat { a } ... on Dog { b } } }").passthrough
    assert not plan_of(pets, "{ pet { ... on Cat { a } } }").passthrough


def test_the_same_text_gives_the_same_plan() -> None:
    query = "{ me { best { orders { parcels total } } } orders { buyer { name } parcels } }"
    assert plan_of(SHOP, query) == plan_of(SHOP, query)


def test_a_fetch_tells_whether_numbers_of_custom_scalars_may_come_back() -> None:
    shop = {
        "bills": 'scalar Big type Query { bill: Bill } type Bill @key(fields: "id") { id: Big! }',
        "sums": 'scalar Big type Bill @key(fields: "id") { id: Big! sum: Int big: Big }',
    }

    def found(query: str) -> list[bool]:
        return [fetch.has_custom_scalars for fetch in plan_of(shop, query).fetches]

    assert found("{ bill { sum } }") == [True, False]
    assert found("{ bill { big } }") == [True, True]
    assert found("query { bill { __typename } }") == [False]


def test_only_the_variables_that_a_directive_names_are_defined() -> None:
    fresh = "directive @fresh(for: Int) on FIELD "
    shop = {
        "a": f"{fresh} type Query {{ order(at: Int): Order }} type Order {{ id: ID! }}",
        "b": f"{fresh} type Query {{ x(n: Int): Int }}",
    }
    query = "query($a: Int, $ab: Int) { order { id @fresh(for: $ab) } x(n: $a) }"
    first = next(f for f in plan_of(shop, query).fetches if f.subgraph == "a")
    assert first.variables == ("ab",)
    assert first.document == "query($ab:Int){order{id @fresh(for:$ab)}}"


def test_the_name_of_a_root_type_below_the_root_does_not_pass_through() -> None:
    subgraphs = {"a": "type Query { a: A } type A { query: Query x: Int }"}
    assert plan_of(subgraphs, "{ a { query { a { x __typename } } } }").passthrough
    assert not plan_of(subgraphs, "{ a { query { __typename a { x } } } }").passthrough
