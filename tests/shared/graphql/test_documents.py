"""Documents and variables of a subgraph: what is too much of them, and which are kept."""

import asyncio
from typing import Any

import pytest
from graphql import parse

from shared.graphql.complexity import largest_operation
from shared.graphql.documents import LONG_CHARACTERS, DocumentLimits
from shared.graphql.schema import SubgraphSchema
from tests.shared.asking import CountedTurns, ask, code_of
from tests.shared.graph import make_schema


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
