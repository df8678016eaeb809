"""What is read at a glance is what graphql-core reads, and nothing that a rule objects to passes.

graphql-core's parser and all rules are the oracle: of random documents, most of them wrong, and of
what one writes to get something past the glance.
"""

from __future__ import annotations

import random

import pytest
from graphql import GraphQLSyntaxError, parse, validate

from gateway.operation.compiler import OperationCompiler
from gateway.operation.errors import OperationRefused
from gateway.operation.quick_parser import parse_quickly
from gateway.operation.quick_validation import is_plainly_valid
from gateway.operation.validation_rules import RULES
from tests.gateway.operation.schema import LIMITS, SCHEMA
from tests.gateway.operation.test_validation_rules import PARTS, TOKENS
from tests.testkit.generator import OperationGenerator

MANY = 5_000
PLAIN = (
    "{ node { id } }",
    "query Q { node(id: 4) { id child { id kids(first: 2) { __typename } } } }",
    'query($n: Int!, $c: Color = RED) { echo(n: $n, color: $c, input: {text: "a", nested: []}) }',
    "{ any { ...F ... on B { z } } } fragment F on A { x y kids { id } }",
    "{ node { id @skip(if: true) child { id } ... @include(if: false) { child { id } } } }",
    "mutation M($name: String!) { set(name: $name) }",
    "{any{...on A{x}...on C{x}}#comment\n}",
    '\n,,{ node(id:"") { id: __typename } } # end',
    "query($i: ID = 3) { a: node(id: $i) { id } echo(n: 3) }",
)
TRICKS = (
    "",
    "{",
    "{}",
    "{ a",
    "{ a } }",
    "{ a(",
    "{ a() }",
    "{ a(b) }",
    "{ a(b:) }",
    "{ a: }",
    "{ a:: b }",
    "{ a { } }",
    "query",
    "query Q",
    "query { a",
    "query(){ a }",
    "query($a Int) { a }",
    "{ ...on }",
    "{ ...on { a } }",
    "{ ...only }",
    "{ ... on A }",
    "fragment on on A { x }",
    "fragment F on { x }",
    "fragment F { x }",
    "{ a(b: 1a) }",
    "{ a(b: 01) }",
    "{ a(b: 1.) }",
    "{ a(b: .5) }",
    "{ a(b: 1e) }",
    "{ a(b: -) }",
    "{ a(b: 1.5.2) }",
    '{ a(b: "x) }',
    '{ a(b: "\\n") }',
    '{ a(b: """x""") }',
    '{ a(b: "x""y") }',
    '{ a(b: "\u00e9\u3042") }',
    '{ a(b: "\ud800") }',
    '{ a(b: "\t") }',
    "{ a\u00e9 }",
    "{ a(b: [1 2,3] c: {d: {e: []}}) }",
    "{ a(b: {c: 1 c: 2}) }",
    "{ a(b: {c}) }",
    "{ a(b: [1) }",
    "{ a(b: $ c) }",
    "{ a(b: $) }",
    "{ a(b: $1) }",
    "{ a @ b }",
    "{ a @ }",
    "{ a @b(c: $d) @b }",
    "query($a: [Int) { a }",
    "query($a: Int! !) { a }",
    "query($a: Int = $b) { a }",
    '"d" query { a }',
    "query($a: Int @x) { a }",
    "type A { b: C }",
    "extend type A { b: C }",
    "schema { query: Q }",
    "queryQ { a }",
    "query_ { a }",
    "subscription { ticks }",
    "{ on fragment query true null: false }",
    "{ a(b: true c: null d: on) }",
    "\ufeff{ a }",
    "{ a } \x00",
    "{ a # x\r b }",
    "{ a ... { b } ...F }",
    "{ a(b: 1 b: 1) }",
    "{ a ! }",
    "{ a | b }",
    "{ a & b }",
    "{ a = 1 }",
    "{ a(b: @c) }",
    "query Q Q { a }",
    "{ a(b: -0 c: 0 d: 1E5 e: -1.5e-3 f: 1e+2) }",
    "query ($a : [ [ Int ! ] ] !) @c { a }",
    "{ a. }",
)


def mangled(seed: int) -> list[str]:
    """Parts put together, cut, and with pieces put in."""
    dice = random.Random(seed)
    found: list[str] = []
    for _ in range(60):
        words = " ".join(dice.sample((*PARTS, *PLAIN), dice.randint(1, 2))).split(" ")
        for _ in range(dice.choice((0, 0, 1, 2, 4))):
            at = dice.randrange(len(words) + 1)
            words[at : at + dice.randint(0, 1)] = dice.choice(((), (dice.choice(TOKENS),)))
        found.append(" ".join(words))
    return found


def check(text: str) -> bool:
    """Hold one text against the oracle; whether it was read at a glance."""
    quick = parse_quickly(text, MANY)
    if quick is None:
        return False
    full = parse(text, allow_empty_selection_sets=False)  # raises what graphql-core refuses
    assert quick.to_dict() == full.to_dict()
    if is_plainly_valid(quick, text, SCHEMA):
        assert validate(SCHEMA, full, RULES) == []
        return True
    return False


@pytest.mark.parametrize("text", PLAIN)
def test_plain_documents_are_read_at_a_glance(text: str) -> None:
    assert check(text)


@pytest.mark.parametrize("text", TRICKS)
def test_what_is_no_document_is_left_to_graphql_core(text: str) -> None:
    check(text)


@pytest.mark.parametrize("seed", range(20))
def test_mangled_documents(seed: int) -> None:
    for text in mangled(seed):
        try:
            check(text)
        except GraphQLSyntaxError as error:
            pytest.fail(f"read at a glance, though {error}: {text}")


@pytest.mark.parametrize("seed", range(5))
def test_valid_documents_are_mostly_read_at_a_glance(seed: int) -> None:
    generator = OperationGenerator(SCHEMA, seed, size=14)
    texts = [generator.query().text for _ in range(60)]
    assert sum(map(check, texts)) >= len(texts) // 2


@pytest.mark.parametrize("seed", range(5))
def test_refusals_are_those_of_the_full_way(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = [_outcome(text) for text in mangled(seed)]
    monkeypatch.setattr("gateway.operation.compiler.parse_quickly", lambda *_: None)
    monkeypatch.setattr("gateway.operation.compiler.is_plainly_valid", lambda *_: False)
    assert quick == [_outcome(text) for text in mangled(seed)]


def _outcome(text: str) -> object:
    try:
        read = OperationCompiler(SCHEMA, LIMITS).read(text, None)
    except OperationRefused as refusal:
        return refusal.code, refusal.errors
    return read.operation, read.measure, read.keep


def test_values_say_where_they_begin() -> None:
    text = '{ echo(n: 1, input: {text: "x", nested: [{text: "y"}]}) }'
    quick, full = parse_quickly(text, MANY), parse(text)
    assert quick is not None
    for one, other in zip(_arguments(quick), _arguments(full), strict=True):
        assert one.loc.start == other.loc.start  # type: ignore[attr-defined]


def _arguments(document: object) -> list[object]:
    [operation] = document.definitions  # type: ignore[attr-defined]
    [field] = operation.selection_set.selections
    return [argument.value for argument in field.arguments]


def test_more_tokens_than_may_be_are_left_to_graphql_core() -> None:
    assert parse_quickly("{ a b c d }", 6) is not None
    assert parse_quickly("{ a b c d }", 5) is None
    assert parse_quickly("{ a" + " " * 10_000 + "}", 6) is not None


def test_fragments_that_multiply_are_left_to_the_rules() -> None:
    chain = "".join(f"fragment F{n} on A {{ ...F{n + 1} ...F{n + 1} }} " for n in range(12))
    text = f"{{ any {{ ...F0 }} }} {chain} fragment F12 on A {{ x }}"
    quick = parse_quickly(text, MANY)
    assert quick is not None
    assert not is_plainly_valid(quick, text, SCHEMA)
    assert validate(SCHEMA, quick, RULES) == []


def test_spaces_take_no_time_to_skip() -> None:
    """Nested repetition would double the time with each space."""
    assert parse_quickly("{ a(b: " + " ,#\n" * 2_000 + "}", MANY * 10) is None
