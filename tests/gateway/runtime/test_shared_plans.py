"""One plan for all documents of a shape, and nothing that a document could tell from it.

For random documents: what a gateway answers and sends after it has seen documents of the same
shapes is, byte for byte, what a gateway answers and sends that has seen nothing.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from gateway.operation.errors import OperationRefused
from gateway.operation.formulas import evaluate
from gateway.operation.shape import shape_of
from gateway.pipeline import answer, answer_batch
from gateway.request.caller import Caller, Trust
from gateway.request.context import RequestContext
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from tests.testkit.differential import POLICY, supergraph_of
from tests.testkit.subgraphs import Body, InMemorySubgraphs, make_context

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@requiresScopes", "@authenticated", "@override", "@shareable"])\n'
)
ONE = (
    _LINK
    + """
directive @fresh(for: Int, tags: [String!]) on FIELD | QUERY | FRAGMENT_SPREAD | INLINE_FRAGMENT
scalar Any
scalar Big
enum Colour { RED GREEN }
input Deep { n: Int! = 2, f: Float, any: Any, next: Deep, colours: [Colour!] }
input Either @oneOf { n: Int, s: String }
interface Named { name(of: String): String }
type Query {
  int(x: Int, first: Int = 3): Int
  float(x: Float): Float
  string(x: String = "d"): String
  id(x: ID!): ID
  bool(x: Boolean): Boolean
  colour(x: Colour): Int
  list(x: [[Int]]): Int
  deep(x: Deep, y: [Deep!]): Int
  either(x: Either): Int
  any(x: Any): Any
  big(x: Big): Big
  thing(x: Int): Thing
  named(first: Int): [Named]
}
type Mutation { set(secret: String, x: Any): Int }
type Thing implements Named @key(fields: "id") { id: ID! name(of: String): String }
type Other implements Named { name(of: String): String  size(x: Int): Int }
"""
)
TWO = (
    _LINK
    + """
directive @fresh(for: Int, tags: [String!]) on FIELD | QUERY | FRAGMENT_SPREAD | INLINE_FRAGMENT
type Thing @key(fields: "id") {
  id: ID!
  weight(unit: String, digits: Int): Int
  secret(x: Int): Int @requiresScopes(scopes: [["top"]])
}
"""
)
SUPERGRAPH = load_supergraph(supergraph_of({"one": ONE, "two": TWO}))

VALUES: dict[str, list[str]] = {
    "Int": ["0", "-7", "2147483647", "null", "5"],
    "Float": ["1", "1.10", "-0.0", "1e3", "null"],
    "String": ['""', '"x"', '"a\\u0062\\n"', '"""block "quoted" """', '"$__literal"', "null"],
    "ID": ['"i"', "12345678901234567890", "3"],
    "Boolean": ["true", "false", "null"],
    "Colour": ["RED", "GREEN", "null"],
    "[[Int]]": ["[]", "[[1], [2, null], null]", "1", "[[1]]", "null"],
    "Deep": [
        "{n: 1}",
        "{}",
        "{f: 1.50, any: {a: [B, 1e400]}, next: {n: 2, colours: RED}}",
        "null",
        "{colours: [RED, GREEN]}",
    ],
    "[Deep!]": ["[]", "[{n: 1}, {}]", "{n: 3}"],
    "Either": ["{n: 1}", '{s: "x"}', "null"],
    "Tags": ["[]", '"a"', '["b", "c"]', "null"],
    "Any": ["1.10", "123456789012345678901234567890", "RED", '"é"', "{a: {b: [1, null]}}", "[]"],
    "Big": ["123456789012345678901234567890", "0.1000", "1e400", '"1"'],
}
FIELDS = [
    ("int", {"x": "Int", "first": "Int"}, ""),
    ("float", {"x": "Float"}, ""),
    ("string", {"x": "String"}, ""),
    ("id", {"x": "ID"}, ""),
    ("bool", {"x": "Boolean"}, ""),
    ("colour", {"x": "Colour"}, ""),
    ("list", {"x": "[[Int]]"}, ""),
    ("deep", {"x": "Deep", "y": "[Deep!]"}, ""),
    ("either", {"x": "Either"}, ""),
    ("any", {"x": "Any"}, ""),
    ("big", {"x": "Big"}, ""),
    ("thing", {"x": "Int"}, "{ id weight(unit: %s, digits: %s) name }"),
    ("named", {"first": "Int"}, "{ __typename name(of: %s) ... on Other { size(x: %s) } }"),
]
WRONG = ['"wrong"', "[{}]", "WRONG", "99999999999", "{n: true}"]


def reply(body: Body) -> dict[str, Any]:
    """The same for the same request: what was sent, as far as a reply can say it."""
    if "_entities" in body["query"]:
        return {"data": {"_entities": [{"weight": len(body["query"])}]}}
    return {"data": {"thing": {"id": "1", "name": body["query"]}, "x": 1, "set": 1}}


def gateway(subgraphs: InMemorySubgraphs) -> SupergraphRuntime:
    return SupergraphRuntime(SUPERGRAPH, subgraphs, POLICY)


class Side:
    """A gateway and all it sent."""

    def __init__(self) -> None:
        self.subgraphs = InMemorySubgraphs(one=reply, two=reply)
        self.runtime = gateway(self.subgraphs)

    async def ask(self, text: str, name: str | None = None, **variables: Any) -> tuple[Any, Any]:
        """The answer, and the bodies that were sent for it."""
        self.subgraphs.log.clear()
        request = GraphQLRequest(text, name, variables)
        found = await answer(request, self.runtime, make_context(seconds=60))
        return found.to_json(), sorted((s.subgraph, s.body) for s in self.subgraphs.log)


def document(template: random.Random, values: random.Random, *, wrong: bool = False) -> str:
    """Documents of one ``template`` state differ in literals, names, comments and spacing only."""

    def value(type_name: str) -> str:
        if wrong and values.random() < 0.3:
            return values.choice(WRONG)
        return values.choice(VALUES[type_name])

    fields = []
    for number in range(template.randint(1, 4)):
        name, arguments, below = template.choice(FIELDS)
        key = f"k{number}: " if template.random() < 0.7 else ""
        given = [f"{a}: {value(t)}" for a, t in arguments.items() if template.random() < 0.8]
        if name == "id" and not given:
            given = [f"x: {value('ID')}"]
        called = f"({', '.join(given)})" if given else ""
        if template.random() < 0.2:
            called += f" @fresh(for: {value('Int')}, tags: {value('Tags')})"
        if template.random() < 0.2:
            called += f" @include(if: {template.choice(['true', 'false'])})"
        inner = below % (value("String"), value("Int")) if below else ""
        fields.append(f"{key}{name}{called} {inner}")
    body = " ".join(fields)
    if template.random() < 0.3:
        body = f"...F }} fragment F on Query {{ {body}"
    name = values.choice(["", "query A", "query B", "query"])
    return f"{name} {{ {body} }} # {values.random()}"


@pytest.mark.parametrize("seed", range(40))
async def test_a_plan_made_for_another_document_answers_as_its_own(seed: int) -> None:
    warm = Side()
    answered = 0
    for number in range(6):
        template = random.Random(f"{seed} {number}")
        state = template.getstate()
        for variant in range(5):
            template.setstate(state)
            values = random.Random(f"{seed} {number} {variant}")
            text = document(template, values, wrong=variant in (1, 3))
            found = await warm.ask(text)
            assert found == await Side().ask(text), text
            answered += b'"data"' in found[0]
    assert answered > 6  # else the documents are no good
    assert len(warm.runtime.operations) < answered


async def plans_made(*texts: str) -> int:
    side = Side()
    for text in texts:
        answered, _ = await side.ask(text)
        assert b'"errors"' not in answered, (text, answered)
    return len(side.runtime.operations)


async def test_documents_that_differ_in_what_no_plan_depends_on_share_one() -> None:
    assert (
        await plans_made(
            "{ thing(x: 1) { name } }",
            "query A { thing(x: 2) { name } }",
            "query B{thing(x:null){name}}#c",
            "query\n{\n  thing(x: 3), { name }\n}\n",
        )
        == 1
    )
    made = [f'{{ thing(x: {n}) {{ name }} x: any(x: "{n}") }}' for n in range(20)]
    assert await plans_made(*made) == 1


async def test_what_a_plan_depends_on_has_plans_of_its_own() -> None:
    assert (
        await plans_made(
            "{ thing { name @include(if: true) id } }",
            "{ thing { name @include(if: false) id } }",
        )
        == 2
    )
    assert (
        await plans_made('{ __type(name: "Thing") { name } }', '{ __type(name: "B") { name } }')
        == 2
    )


async def test_a_mutations_plan_is_kept_and_its_literals_are_not() -> None:
    side = Side()
    for secret in ("canary-1", "canary-2"):
        answered, [(_, body)] = await side.ask(f'mutation {{ set(secret: "{secret}") }}')
        assert b'"errors"' not in answered
        assert secret in body.decode()
    runtime = side.runtime
    assert len(runtime.operations) == 1
    assert len(runtime.documents) == 0
    assert "canary" not in repr([*runtime.operations.keys(), *runtime.rejected.keys()])
    operation = runtime.operations.get(runtime.operations.keys()[0])
    assert operation is not None
    assert "canary" not in repr((operation.compiled.operation, operation.compiled.introspection))


async def test_a_literal_in_a_kept_place_of_a_mutation_keeps_all_of_it_out() -> None:
    side = Side()
    await side.ask('mutation($s: String = "canary") { set(secret: $s) }')
    assert (len(side.runtime.operations), len(side.runtime.documents)) == (0, 0)


async def test_the_first_documents_refusal_is_not_the_next_ones() -> None:
    side = Side()
    refused, _ = await side.ask('{ thing(x: "no") { name } }')
    assert b"GRAPHQL_VALIDATION_FAILED" in refused or b"BAD_USER_INPUT" in refused
    answered, _ = await side.ask("{ thing(x: 1) { name } }")
    assert b'"errors"' not in answered
    refused, _ = await side.ask('{ thing(x: "neither") { name } }')
    assert b'"errors"' in refused


async def test_documents_of_one_shape_at_once() -> None:
    side = Side()
    requests = [GraphQLRequest(f"{{ thing(x: {n}) {{ name }} }}") for n in [1, '"no"', 2, 1]]
    requests.insert(0, GraphQLRequest('{ thing(x: "no") { name } }'))
    answers = await answer_batch(requests, side.runtime, make_context(seconds=60))
    shown = [json.loads(each.to_json()) for each in answers]
    assert ["errors" in each for each in shown] == [True, False, True, False, False]
    names = [each["data"]["thing"]["name"] for each in shown if "data" in each]
    assert ["x:1" in names[0], "x:2" in names[1], "x:1" in names[2]] == [True, True, True]


async def test_a_name_that_the_document_has_not_is_refused() -> None:
    side = Side()
    await side.ask("query A { thing(x: 1) { name } }", "A")
    for name, is_refused in (("A", False), ("B", True), (None, False)):
        answered, _ = await side.ask("query A { thing(x: 2) { name } }", name)
        assert (b"OPERATION_RESOLUTION_FAILURE" in answered) is is_refused


async def test_the_cost_is_that_of_the_documents_own_sizes() -> None:
    limits = replace(POLICY.limits, slicing_arguments=frozenset({"first"}), list_size=3)
    policy = replace(POLICY, limits=limits)
    context = make_context(seconds=60)

    async def cost(runtime: SupergraphRuntime, first: str) -> int:
        text = f"{{ named(first: {first}) {{ ... on Other {{ size }} }} }}"
        document = await runtime.prepare(text, None, context)
        return evaluate(document.operation.compiled.cost, document.values)

    shared = SupergraphRuntime(SUPERGRAPH, InMemorySubgraphs(), policy)
    firsts = ("1", "7", "100", "null")
    costs = [await cost(shared, first) for first in firsts]
    alone = [
        await cost(SupergraphRuntime(SUPERGRAPH, InMemorySubgraphs(), policy), first)
        for first in firsts
    ]
    assert costs == alone == [2, 8, 101, 4]
    assert len(shared.operations) == 2


def caller(*scopes: str) -> RequestContext:
    context = make_context(seconds=60)
    trusted = Caller(Trust.VERIFIED, frozenset(scopes), {"sub": "x"}) if scopes else Caller()
    return RequestContext(trusted, {}, context.deadline, "test-request")


async def test_a_shared_plan_crosses_no_authorization() -> None:
    subgraphs = InMemorySubgraphs(one=reply, two=reply)
    runtime = gateway(subgraphs)
    for number, scopes in enumerate([("top",), (), ("low",), ("top",), ()]):
        subgraphs.log.clear()
        request = GraphQLRequest(f"query Q{number} {{ thing {{ secret(x: {number}) }} }}")
        found = await answer(request, runtime, caller(*scopes))
        body = json.loads(found.to_json())
        asked = [sent for sent in subgraphs.log if "secret" in sent.query]
        if "top" in scopes:
            assert "errors" not in body
            assert len(asked) == 1
        else:
            assert body["data"] == {"thing": {"secret": None}}
            assert asked == []
    assert len(runtime.operations) == 1


async def test_a_shared_plan_crosses_no_labels() -> None:
    old = 'type Query { t: T } type T @key(fields: "id") { id: ID! x(n: Int): Int }'
    new = """type T @key(fields: "id") {
      id: ID! x(n: Int): Int @override(from: "old", label: "move")
    }"""
    runtime = SupergraphRuntime(
        load_supergraph(supergraph_of({"old": _LINK + old, "new": _LINK + new})),
        InMemorySubgraphs(
            old=lambda body: {"data": {"t": {"x": 1} if "x" in body["query"] else {"id": "1"}}},
            new=lambda _: {"data": {"_entities": [{"x": 2}]}},
        ),
        POLICY,
    )
    for number, labels in enumerate([(), ("move",), (), ("move",)]):
        request = GraphQLRequest(f"{{ t {{ x(n: {number}) }} }}")
        context = make_context(seconds=60, labels=frozenset(labels))
        body = json.loads((await answer(request, runtime, context)).to_json())
        assert body["data"] == {"t": {"x": 2 if labels else 1}}


async def test_only_what_a_document_may_be_is_shared() -> None:
    with pytest.raises(OperationRefused):
        await Side().runtime.prepare("{ thing(x: 1) { name }", None, make_context(seconds=60))
    assert shape_of("{ thing(x: 1) { name }", 100) is None
