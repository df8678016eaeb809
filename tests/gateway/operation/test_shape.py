"""Shapes of documents: what they have in common, and what must keep them apart."""

from __future__ import annotations

import pytest

from gateway.operation.shape import Shape, shape_of

MOST = 200


def shape(text: str, **more: frozenset[str]) -> Shape:
    found = shape_of(text, MOST, **more)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{ a(x: 1) }", "{a(x:22)}"),
        ("{ a }", "query { a }"),
        ("query One { a }", "query Two { a } # three"),
        ("query One($n: Int = 3) { a(x: $n) }", "query($n:Int=3){a(x:$n)}"),
        ('{ a(x: "b") }', '{ a(x: """c""") }'),
        ("{ a(x: RED) }", "{ a(x: null) }"),
        ("{ a(x: [1, 2]) }", "{ a(x: {b: {c: 1.5e3}}) }"),
        ("{ a(x: [1, $n]) }", "{ a(x: [2, $n]) }"),
        ("{ a(x: {b: 1, c: $n}) }", "{ a(x: {b: {d: []}, c: $n}) }"),
        ("{ a @d(x: 1) }", "{ a @d(x: true) }"),
        ("{ ...F } fragment F on T { a(x: 1) }", "{ ...F } fragment F on T { a(x: 2) }"),
        ("{ a(x: 1) b(x: 1) }", "{ a(x: 1) b(x: 2) }"),
        ("mutation M { a(x: 12345678901234567890) }", "mutation { a(x: 0.1) }"),
        ("\ufeff{ a, b, }", "{ a b }"),
    ],
)
def test_what_shares_a_shape(first: str, second: str) -> None:
    assert shape(first).key == shape(second).key


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{ a }", "{ b }"),
        ("{ a b }", "{ b a }"),
        ("{ x: a }", "{ a }"),
        ("query Q { a }", "mutation Q { a }"),
        ("query One { a } query Two { b }", "query One { a } query Three { b }"),
        ("{ a(x: 1) a(x: 1) }", "{ a(x: 1) a(x: 2) }"),
        ('{ a(x: "b") a(x: "b") }', '{ a(x: "b") a(x: "\\u0063") }'),
        ("{ a @include(if: true) }", "{ a @include(if: false) }"),
        ("query($n: Int = 1) { a(x: $n) }", "query($n: Int = 2) { a(x: $n) }"),
        ("{ a(x: 1) }", "{ a(y: 1) }"),
        ("{ a(x: [1, $n]) }", "{ a(x: [$n, 1]) }"),
        ("{ a(x: $n) }", "{ a(x: 1) }"),
        ('{ __type(name: "A") { name } }', '{ __type(name: "B") { name } }'),
        ("{ a @d(x: 1) }", "{ a }"),
        ("query Q @d(x: 1) { a }", "query Q @e(x: 1) { a }"),
    ],
)
def test_what_must_not_share_one(first: str, second: str) -> None:
    assert shape(first).key != shape(second).key


def test_equal_values_in_other_spelling_are_one_literal() -> None:
    found = shape('{ a(x: "b") a(x: "\\u0062") a(x: """b""") }')
    assert found.literals == ('"b"',)


def test_objects_whose_fields_come_in_another_order_are_one_literal() -> None:
    found = shape("{ a(x: { b: 1, c: { d: 2, e: 3 } }) a(x: { c: { e: 3, d: 2 }, b: 1 }) }")
    assert found.literals == ("{b:1,c:{d:2,e:3}}",)


def test_literals_that_stay() -> None:
    assert shape("{ a(x: 1) b(x: 1) }", kept_fields=frozenset({"a"})).literals == ("1",)
    sizes = frozenset({"first"})
    assert shape("{ a(first: null) }", sizes=sizes).literals == ()
    assert shape("{ a(first: 12345678901) }", sizes=sizes).literals == ()
    assert shape("{ a(first: 5) }", sizes=sizes).values() == {"__literal0_": 5}


@pytest.mark.parametrize(
    ("text", "name", "is_single"),
    [
        ("query Q { a }", "Q", True),
        ("{ a }", None, True),
        ("query query { a }", "query", True),
        ("query Q { a } fragment Q on T { a }", "Q", True),
        ("fragment F on T { a } mutation M($n: I) { a }", "M", True),
        ("query A { a } query B { b }", None, False),
        ("{ a } { b }", None, False),
        ("fragment F on T { a }", None, False),
    ],
)
def test_the_name_of_the_only_operation(text: str, name: str | None, *, is_single: bool) -> None:
    found = shape(text)
    assert (found.name, found.is_single) == (name, is_single)


@pytest.mark.parametrize(
    ("text", "has_secrets", "key_has_secrets"),
    [
        ('{ a(x: "s") }', False, False),
        ('mutation { a(x: "s") }', True, False),
        ('mutation($p: String = "s") { a(x: $p) }', True, True),
        ('query A { a } mutation B { b(x: {c: "s"}) }', True, False),
        ("mutation { a(x: 1) }", False, False),
    ],
)
def test_where_a_password_may_stand(text: str, *, has_secrets: bool, key_has_secrets: bool) -> None:
    found = shape(text)
    assert (found.has_secrets, found.key_has_secrets) == (has_secrets, key_has_secrets)
    if not key_has_secrets:
        assert 's"' not in found.key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "{ a(x: 01) }",
        "{ a(x: 1a) }",
        "{ a(x: 1.) }",
        '{ a(x: "\\q") }',
        '{ a(x: "b) }',
        '{ a(x: "\\uD800") }',
        "{ a(x: {b: 1, b: 2}) }",
        "{ a(x: {b 1}) }",
        "{ a(x: ) }",
        "{ a(x) }",
        "{ a ] }",
        "{ a",
        "a }",
        '"a description" query Q { a }',
        "{ a(x: $__literal0_) }",
        "{ ä }",
        "{ a\u00a0b }",
        "{ " + "a " * MOST + "}",
        "#\n" * (MOST + 1) + "{ a }",
        '{ a(x: """' + '" ' * 40_000 + '""") }',
    ],
)
def test_what_only_the_parser_may_judge(text: str) -> None:
    assert shape_of(text, MOST) is None
