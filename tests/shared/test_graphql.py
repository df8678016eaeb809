"""A subgraph's schema: documents, executor, entities, errors."""

import asyncio
from typing import Any

import pytest
from graphql import get_introspection_query, parse
from strawberry.federation import Schema as PlainSchema
from strawberry.schema.config import StrawberryConfig

from shared.graphql.complexity import largest_operation
from shared.graphql.documents import LONG_CHARACTERS, DocumentLimits
from shared.graphql.errors import ErrorPresenter
from shared.graphql.executor import LONGEST_PIECE, SHORT_PIECE
from shared.graphql.scalars import SCALARS
from shared.graphql.schema import SubgraphSchema
from shared.input_faults import without_value
from shared.tokens import ANONYMOUS
from shared.turns import Turns
from tests.shared.graph import IDS, GraphContext, Mutation, Poor, Query, Thing, make_schema

ALL = "id made price color name size tags shout later __typename"


def context() -> GraphContext:
    return GraphContext(caller=ANONYMOUS, client_ip="192.0.2.1", request_id="r1")


async def ask(
    query: str, schema: SubgraphSchema | None = None, **variables: Any
) -> tuple[Any, list[dict[str, Any]]]:
    result = await (schema or make_schema()).execute(
        query, variable_values=variables, context_value=context()
    )
    errors = ErrorPresenter([Poor]).present(result.errors or [], "r1")
    return result.data, errors


async def code_of(query: str, **variables: Any) -> dict[str, Any]:
    _, errors = await ask(query, **variables)
    assert len(errors) == 1
    extensions: dict[str, Any] = errors[0]["extensions"]
    return extensions


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


def doubling(levels: int) -> str:
    fragments = "".join(
        f"fragment f{level} on Query {{ ...f{level + 1} ...f{level + 1} }}\n"
        for level in range(levels)
    )
    return f"{{ ...f0 }} {fragments} fragment f{levels} on Query {{ who }}"


@pytest.mark.parametrize("levels", [21, 50, 200])
async def test_doubling_fragments_are_measured_not_expanded(levels: int) -> None:
    assert largest_operation(parse(doubling(levels))).fields == 2**levels
    assert (await code_of(doubling(levels)))["code"] == "OPERATION_TOO_COMPLEX"


def test_size_is_counted_after_expansion() -> None:
    size = largest_operation(
        parse("{ a { b { c } } ...F } fragment F on Q { x { ...G } y } fragment G on X { z }")
    )
    assert (size.depth, size.fields) == (3, 6)


async def test_fragment_cycles_are_a_validation_error() -> None:
    cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
    assert (await code_of(cycle))["code"] == "GRAPHQL_VALIDATION_FAILED"


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


async def test_root_fields_are_limited_but_for_entities() -> None:
    typed = " ".join(f"a{n}: __typename" for n in range(101))
    fragments = f"{{ ...Half ...Half b: __typename }} fragment Half on Query {{ {typed} }}"
    for query in (f"{{ {typed} }}", fragments):
        _, (refusal,) = await ask(query)
        assert refusal["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    entity = '_entities(representations: [{__typename: "Thing", id: 1}]) { __typename }'
    entities = " ".join(f"e{n}: {entity}" for n in range(60))
    data, _ = await ask(f"{{ {typed.partition('a60')[0]} {entities} }}")
    assert len(data) == 120


async def test_depth_and_tokens_are_limited() -> None:
    small = make_schema(limits=DocumentLimits(tokens=20, depth=2))
    _, (deep,) = await ask("{ a { b { c } } }", small)
    assert deep["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    _, (long,) = await ask("{ " + "who " * 30 + "}", small)
    assert long["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    _, (nested,) = await ask("{" * 50_000)
    assert nested["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


LIMITS = DocumentLimits()
LONGEST, MOST_KEYS, MOST_ITEMS = LIMITS.text, LIMITS.keys, LIMITS.items


@pytest.mark.parametrize(
    ("value", "told"),
    [("x" * (LONGEST + 1), f"At most {LONGEST} characters."),
     ({f"k{n}": 1 for n in range(MOST_KEYS + 1)}, f"At most {MOST_KEYS} keys."),
     ([1] * (MOST_ITEMS + 1), f"At most {MOST_ITEMS} items."),
     ([{"a": "x" * (LONGEST + 1)}], f"At most {LONGEST} characters.")],
)  # fmt: skip
async def test_what_is_too_long_in_variables_is_told_with_its_place(
    value: object, told: str
) -> None:
    extensions = await code_of("query($v: String) { echo(text: $v) }", v=value)
    [violation] = extensions["violations"]
    assert (extensions["code"], violation["code"]) == ("BAD_USER_INPUT", "TOO_LONG")
    assert (violation["path"][0], violation["message"]) == ("v", told)


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "variables",
    [{f"v{n}": 1 for n in range(MOST_ITEMS + 1)}, {"v": {"k" * (LONGEST + 1): 1}},
     {"v": nested(LIMITS.depth + 1)}, {"v": nested(900)},
     {"v": [["x"] * MOST_ITEMS] * 50}],
)  # fmt: skip
async def test_variables_past_all_use_are_too_complex(variables: dict[str, Any]) -> None:
    extensions = await code_of("query($v: String) { echo(text: $v) }", **variables)
    assert extensions["code"] == "OPERATION_TOO_COMPLEX"


async def test_what_is_just_within_limits_is_read() -> None:
    most_keys, deepest = {f"k{n}": 1 for n in range(MOST_KEYS)}, nested(LIMITS.depth)
    for value in ("x" * LONGEST, most_keys, [1] * MOST_ITEMS, deepest):
        data, errors = await ask("{ who }", v=value)
        assert data["who"]
        assert errors == []


async def test_a_megabyte_of_an_unknown_name_is_not_repeated() -> None:
    _, errors = await ask("query($c: Color) { echo(color: $c) }", c="X" * (LONGEST - 1))
    assert "'XXX" in errors[0]["message"]
    assert len(str(errors)) < 3_000


def kept(schema: SubgraphSchema) -> list[str]:
    return list(schema._documents._kept)


async def test_documents_are_kept_within_bounds() -> None:
    schema = make_schema(limits=DocumentLimits(kept=3, rejected_kept=2))
    for number in range(6):
        await ask(f"{{ a{number}: who }}", schema)
        await ask(f"{{ nope{number} }}", schema)
    assert len(kept(schema)) == 3
    assert len(schema._documents._rejected) == 2
    text = kept(schema)[0]
    assert await schema._documents.prepare(text) is await schema._documents.prepare(text)


async def test_kept_documents_leave_their_tokens_behind_but_not_their_places() -> None:
    schema, text = make_schema(), "{\n things(first: 1) { id }\n incomplete { needed }\n}"
    first = await ask(text, schema)
    document = (await schema._documents.prepare(text)).document
    assert document is not None
    assert document.loc is not None
    assert not hasattr(document.loc, "start_token")
    assert await ask(text, schema) == first
    assert [error["locations"] for error in first[1]] == [[{"line": 3, "column": 15}]]


async def test_the_characters_kept_are_bounded() -> None:
    schema = make_schema(limits=DocumentLimits(kept_characters=100))
    for number in range(9):
        await ask(f"{{ a{number}: who {' ' * 30} }}", schema)
    assert 0 < sum(map(len, kept(schema))) <= 100


@pytest.mark.parametrize(
    "query",
    [
        'mutation { signIn(password: "hunter2") }',
        'mutation { signIn(password: """hunter2""") }',
        'mutation { signIn(pasword: "hunter2") }',
        'mutation { signIn(password: "hunter2" }',
    ],
)
async def test_documents_with_typed_secrets_are_never_kept(query: str) -> None:
    schema = make_schema()
    await ask(query, schema)
    assert not kept(schema)
    assert not schema._documents._rejected


async def test_mutations_with_variables_are_kept() -> None:
    schema = make_schema()
    data, _ = await ask("mutation($p: String!) { signIn(password: $p) }", schema, p="hunter2")
    assert data == {"signIn": "7"}
    assert len(kept(schema)) == 1


class CountedTurns(Turns):
    """Turns that are all short: each piece of work waits for the next."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0

    async def next(self) -> None:
        self.taken += 1
        await asyncio.sleep(0)


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


async def test_new_documents_are_prepared_in_turns_and_known_ones_at_once() -> None:
    schema, turns = make_schema(), CountedTurns()
    schema._documents._turns = turns
    texts = [f"{{ a{number}: who }}" for number in range(5)] + ["{ nope }"]
    for _ in range(3):
        await asyncio.gather(*map(schema._documents.prepare, texts))
    assert turns.taken == len(texts)


@pytest.mark.parametrize("text", ["{ who }", f"{{ who {' ' * LONG_CHARACTERS} }}", "{ nope }"])
async def test_a_crowd_with_one_new_document_has_it_prepared_once(text: str) -> None:
    documents = make_schema()._documents
    prepared = await asyncio.gather(*(documents.prepare(text) for _ in range(20)))
    assert all(each is prepared[0] for each in prepared)


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
