"""A subgraph's schema: executor, entities, errors."""

from typing import Any

import pytest
from graphql import get_introspection_query
from strawberry.federation import Schema as PlainSchema
from strawberry.schema.config import StrawberryConfig

from shared.graphql.errors import ErrorPresenter
from shared.graphql.executor import LONGEST_PIECE, SHORT_PIECE
from shared.graphql.scalars import SCALARS
from shared.graphql.schema import SubgraphSchema
from shared.validation.input_faults import without_value
from tests.shared.asking import CountedTurns, ask, code_of, context
from tests.shared.graph import IDS, Mutation, Query, Thing, make_schema

ALL = "id made price color name size tags shout later __typename"


@pytest.mark.parametrize(
    "query",
    [
        f"{{ things(first: 50) {{ {ALL} }} }}",
        "{ things { n: name size name other: name } nameless { name size } }",
        "{ things { ...A ... on Thing { color } } } fragment A on Thing { price shout size }",
        "query($yes: Boolean = false) { things { name @include(if: $yes) size @skip(if: $yes) } }",
        "{ incomplete { id needed } things { id } }",
        "{ things { later id shout } who __typename }",
        '{ __type(name: "Thing") { name fields { name } } }',
    ],
)
async def test_the_executor_answers_as_strawberrys_own_does(query: str) -> None:
    plain = PlainSchema(
        query=Query,
        mutation=Mutation,
        types=[Thing],
        federation_version="2.9",
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    ours = await make_schema().execute(query, context_value=context())
    theirs = await plain.execute(query, context_value=context())
    assert ours.data == theirs.data
    assert [(e.message, e.path) for e in ours.errors or []] == [
        (e.message, e.path) for e in theirs.errors or []
    ]
    assert str(ours.data) == str(theirs.data)  # the order of fields too


async def test_a_hundred_representations_load_at_once() -> None:
    asked = context()
    representations = [{"__typename": "Thing", "id": str(id_)} for id_ in IDS[:100]]
    result = await make_schema().execute(
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { name } } }",
        variable_values={"r": representations},
        context_value=asked,
    )
    assert result.errors is None
    assert [entity["name"] for entity in (result.data or {})["_entities"]] == [
        f"thing {number}" for number in range(1, 101)
    ]
    assert len(asked.batches) == 1
    assert representations[0]["__typename"] == "Thing"


async def test_an_entity_that_cannot_be_resolved_is_null_alone() -> None:
    data, errors = await ask(
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { name } } }",
        r=[
            {"__typename": "Thing", "id": str(IDS[0])},
            {"__typename": "Nothing", "id": "1"},
            {"__typename": "Thing", "id": "nonsense"},
            {"__typename": "Thing"},
            {"__typename": "Query"},
            "text",
            {"__typename": "Thing", "id": "00000000-0000-0000-0000-00000000ffff"},
            {"__typename": "Thing", "id": str(IDS[1]), "unknown": 1},
        ],
    )
    names = [entity and entity["name"] for entity in data["_entities"]]
    assert names == ["thing 1", *[None] * 6, "thing 2"]
    assert [error["path"] for error in errors] == [["_entities", index] for index in range(1, 6)]
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}


async def test_internal_errors_say_nothing_but_the_request() -> None:
    _, (error,) = await ask("{ crash }")
    assert error["extensions"] == {"code": "INTERNAL", "requestId": "r1"}
    assert "SELECT" not in str(error)


async def test_a_null_where_none_may_be_is_internal() -> None:
    data, (error,) = await ask("{ incomplete { needed } }")
    assert data == {"incomplete": None}
    assert error["extensions"]["code"] == "INTERNAL"


async def test_debug_tells_the_cause() -> None:
    result = await make_schema().execute("{ crash }", context_value=context())
    (error,) = ErrorPresenter(debug=True).present(result.errors or [], "r1")
    assert "KeyError" in error["extensions"]["cause"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ conflict }", {"code": "CONFLICT", "minimum": 4}),
        ("{ limited }", {"code": "RATE_LIMITED", "retryAfter": 7}),
        ("{ away }", {"code": "UNAVAILABLE", "retryable": True}),
        ("{ poor }", {"code": "POOR", "missing": 3}),
        ("{", {"code": "GRAPHQL_PARSE_FAILED"}),
        ("{ nope }", {"code": "GRAPHQL_VALIDATION_FAILED"}),
        ("{ things }", {"code": "GRAPHQL_VALIDATION_FAILED"}),
    ],
)
async def test_errors_have_their_codes(query: str, expected: dict[str, Any]) -> None:
    assert await code_of(query) == expected


@pytest.mark.parametrize(
    "argument",
    ["number: 2147483648", "number: 9223372036854775808", "number: 1e400", 'number: "hunter2"',
     'id: "x"', "price: 1.5", 'price: "1.0005"', "text: 5", "number: [1]"],
)  # fmt: skip
async def test_literals_that_do_not_fit_are_bad_input(argument: str) -> None:
    extensions = await code_of(f"{{ echo({argument}) }}")
    assert extensions["code"] == "BAD_USER_INPUT"
    assert extensions["violations"][0]["path"] == [argument.partition(":")[0]]
    assert "hunter2" not in str(extensions)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("Int", 2**31), ("Int", 2**63), ("Int", 1.5), ("Int", "hunter2"), ("UUID", "hunter2"),
     ("Decimal", 1.5), ("Decimal", "hunter2"), ("String", 5), ("String", {"a": 1})],
)  # fmt: skip
async def test_variables_that_do_not_fit_are_bad_input(kind: str, value: object) -> None:
    name = {"Int": "number", "UUID": "id", "Decimal": "price", "String": "text"}[kind]
    extensions = await code_of(f"query($v: {kind}) {{ echo({name}: $v) }}", v=value)
    assert extensions["code"] == "BAD_USER_INPUT"
    assert extensions["violations"][0]["path"] == [name]
    assert "hunter2" not in str(extensions)


UNKNOWN = "Value '{}' does not exist in 'C' enum."
EXTRA = "not to include unknown field '{}'"


@pytest.mark.parametrize(
    ("told", "sent", "shown"),
    [
        (UNKNOWN, "GREN", "GREN"),
        (UNKNOWN, "my password", "…"),
        (UNKNOWN, "A" * 65, "A" * 64 + "…"),
        (UNKNOWN, "a' does not exist in 'b", "…"),
        (EXTRA, "sice", "sice"),
        (EXTRA, "a. b'.", "…"),
        (EXTRA, "", "…"),
    ],
)
def test_of_what_was_refused_only_names_are_repeated(told: str, sent: str, shown: str) -> None:
    tail = (", found: {}.", ".") if told is EXTRA else ("", "")
    assert without_value(told.format(sent) + tail[0]) == told.format(shown) + tail[1]


async def test_many_faults_give_few_errors_without_suggestions() -> None:
    _, errors = await ask("{ " + " ".join(f"thing{number}" for number in range(5000)) + " }")
    assert len(errors) <= 21
    assert not any("Did you mean" in error["message"] for error in errors)


async def test_one_mistake_made_often_is_told_once_with_all_its_places() -> None:
    _, (unknown,) = await ask("{ who @aa @aa @aa crash @aa }")
    assert unknown["message"] == "Unknown directive '@aa'."
    assert [place["column"] for place in unknown["locations"]] == [7, 11, 15, 25]
    _, errors = await ask("{ who @aa crash @bb other }")
    assert len(errors) == 3


async def test_many_entities_are_made_in_turns_and_come_to_the_same() -> None:
    schema, turns, count = make_schema(), CountedTurns(), LONGEST_PIECE + 1
    things = [{"__typename": "Thing", "id": str(id_)} for id_ in (IDS * 2)[:count]]
    things[3] = things[count - 1] = {"__typename": "Nothing", "id": "1"}
    query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { name later } } }"
    operation = await schema.prepare(query, None, {"r": things})
    asked = context()
    at_once = await schema.run(operation, {"r": things}, context())
    result = await schema.run(operation, {"r": things}, asked, turns=turns)
    assert turns.taken >= count / SHORT_PIECE
    assert result.data == at_once.data
    assert [error.path for error in result.errors or []] == [
        ["_entities", 3], ["_entities", count - 1],
    ]  # fmt: skip
    assert len(asked.batches) == 1


async def test_introspection_is_made_in_turns_and_comes_to_the_same() -> None:
    schema, turns = make_schema(), CountedTurns()
    operation = await schema.prepare(get_introspection_query(), None, None)
    at_once = await schema.run(operation, {}, context())
    result = await schema.run(operation, {}, context(), turns=turns)
    assert result.data == at_once.data
    types = at_once.data["__schema"]["types"] if at_once.data else []
    assert turns.taken >= sum(1 + len(type_["fields"] or ()) for type_ in types)


async def test_the_schema_is_printed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = make_schema()
    expected = schema.as_str()
    printed = 0

    def print_again(_: SubgraphSchema) -> str:
        nonlocal printed
        printed += 1
        return expected

    monkeypatch.setattr(SubgraphSchema, "as_str", print_again)
    for _ in range(3):
        data, errors = await ask("{ _service { sdl } }", schema)
        assert (data, errors) == ({"_service": {"sdl": expected}}, [])
    assert printed == 1
