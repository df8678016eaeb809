"""Rules are left out only where they have nothing to say, and all together say what others do.

Random documents, most of them wrong: parts of valid ones, put together, cut and mixed up.
"""

from __future__ import annotations

import random

import pytest
from graphql import DocumentNode, GraphQLError, parse, specified_rules, validate
from graphql.validation import (
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    StreamDirectiveOnListField,
)

from gateway.operation import validation
from gateway.operation.validation_rules import RULES, rules_for
from tests.gateway.operation.schema import SCHEMA

_OF_DEFER = {
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    StreamDirectiveOnListField,
}
OTHERS = tuple(rule for rule in specified_rules if rule not in _OF_DEFER)
PARTS = (
    "{ node { id kids { id } } }",
    "query Q { any { ... on A { x } } }",
    "query Q($n: Int = 3) { echo(n: $n) }",
    "query($n: [Int!]!, $m: Nope) { echo(n: $n) }",
    "subscription S { ticks more: ticks }",
    "mutation { set(name: null) }",
    "fragment F on A { x ...G }",
    "fragment G on A { id ...F @skip(if: $x) }",
    "{ any { ...F ... on B { z } ... { __typename } } }",
    "{ echo(n: 1, n: 2) node { kids(x: 3) { id } } }",
    '{ echo(n: "wrong", color: BLUE, input: {text: "x", text: null, no: 1}) }',
    "{ node @include(if: true) @include(if: false) { id @nope } }",
    "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    "{ any { ... on A { a: x } ... on B { a: z } ... on C { a: x } } }",
    "{ node { child { id } child { id ... on B { y(a: 1) } } } }",
    "type T { a: Nope }",
    "{ node }",
    "query R @skip(if: true) { node { id } }",
    '{ echo(input: {text: "$ @ ( ... fragment"}) }',
)
TOKENS = ("$n", "(n: 1)", "@skip(if: true)", "...F", "fragment", "{ id }", "a:", "__typename", "id")


def documents(seed: int) -> list[tuple[DocumentNode, str]]:
    """Some documents that parse."""
    dice = random.Random(seed)
    found: list[tuple[DocumentNode, str]] = []
    while len(found) < 40:
        words = " ".join(dice.sample(PARTS, dice.randint(1, 3))).split(" ")
        for _ in range(dice.choice((0, 0, 1, 2, 4))):
            at = dice.randrange(len(words))
            match dice.randrange(4):
                case 0:
                    del words[at]
                case 1:
                    words.insert(at, dice.choice(TOKENS))
                case 2:
                    words[at] = dice.choice(words)
                case _:
                    words[at] = dice.choice(TOKENS)
            if not words:
                break
        text = " ".join(words)
        try:
            found.append((parse(text), text))
        except GraphQLError:
            continue
    return found


def said(document: DocumentNode, rules: tuple[type, ...]) -> list[tuple[str, object]]:
    return [(e.message, e.locations) for e in validate(SCHEMA, document, rules, max_errors=1_000)]


@pytest.mark.parametrize("seed", range(25))
def test_what_is_left_out_has_nothing_to_say(seed: int) -> None:
    for document, text in documents(seed):
        assert said(document, rules_for(document, text)) == said(document, RULES), text


@pytest.mark.parametrize("seed", range(25, 50))
def test_a_document_is_valid_here_exactly_if_it_is_for_graphql_core(seed: int) -> None:
    for document, text in documents(seed):
        ours, others = bool(said(document, RULES)), bool(said(document, OTHERS))
        # Where an aliased __typename meets a field that may be null, see below.
        assert ours is others or (ours and ": __typename" in text), text


@pytest.mark.parametrize("seed", range(50, 75))
@pytest.mark.parametrize("most", [1, 1_000])
def test_less_walking_finds_the_same(seed: int, most: int) -> None:
    for document, text in documents(seed):
        ours = validation.validate(SCHEMA, document, RULES, max_errors=most, hide_suggestions=True)
        theirs = validate(
            SCHEMA,
            document,
            RULES,
            max_errors=most,
            hide_suggestions=True,
            allow_empty_selection_sets=False,
        )
        assert [(e.message, e.locations, e.path) for e in ours] == [
            (e.message, e.locations, e.path) for e in theirs
        ], text


def test_a_plain_document_needs_few_rules() -> None:
    text = "{ node { id } }"
    assert len(rules_for(parse(text), text)) < len(RULES) / 2


def test_where_graphql_core_parts_from_the_specification() -> None:
    """``__typename`` is ``String!``; its rule does not see the type (DIFFERENCES.md)."""
    document = parse("{ any { ... on B { a: z } ... on C { a: __typename } } }")
    assert said(document, RULES)
    assert not said(document, OTHERS)
    same = parse("{ any { ... on A { a: __typename } ... on C { a: __typename } } }")
    assert not said(same, RULES)
