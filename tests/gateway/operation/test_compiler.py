"""Preparing: refusals with their codes, variables, and what may be remembered."""

from __future__ import annotations

import pytest
from graphql import get_introspection_query, print_ast

from gateway.operation.compiler import OperationCompiler
from gateway.operation.errors import OperationRefused, VariablesInvalid
from tests.gateway.operation.schema import COMPILER, LIMITS, SCHEMA


def code_of(text: str, name: str | None = None) -> str:
    with pytest.raises(OperationRefused) as caught:
        COMPILER.compile(text, name)
    found: str = caught.value.errors[0]["extensions"]["code"]
    return found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ }", "GRAPHQL_PARSE_FAILED"),
        ("{" * 4_000, "GRAPHQL_PARSE_FAILED"),
        ('{ echo(n: "\\uD800") }', "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ echo @defer }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ _entities { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ _service { sdl } }", "GRAPHQL_VALIDATION_FAILED"),
        ("type A { b: Int }", "OPERATION_RESOLUTION_FAILURE"),
        ("fragment F on Query { echo }", "OPERATION_RESOLUTION_FAILURE"),
        ("query A { echo } query B { echo }", "OPERATION_RESOLUTION_FAILURE"),
        ("subscription { ticks }", "SUBSCRIPTIONS_UNSUPPORTED"),
    ],
)
def test_refusals_have_codes(text: str, code: str) -> None:
    assert code_of(text) == code


def test_a_deeply_nested_document_is_refused_without_a_crash() -> None:
    text = "{ node " + "{ child " * 1_000 + "{ id }" + "}" * 1_001
    assert code_of(text) in {"OPERATION_TOO_COMPLEX", "GRAPHQL_PARSE_FAILED"}


def test_suggestions_can_be_hidden() -> None:
    with pytest.raises(OperationRefused) as caught:
        COMPILER.compile("{ ech }", None)
    assert "Did you mean" in str(caught.value)
    with pytest.raises(OperationRefused) as caught:
        OperationCompiler(SCHEMA, LIMITS, hide_suggestions=True).compile("{ ech }", None)
    assert "Did you mean" not in str(caught.value)


def test_values_stay_as_sent_and_defaults_are_filled_in() -> None:
    compiled = COMPILER.compile(
        "query ($c: Color, $i: Input, $n: Int = 4) { echo(color: $c, input: $i, n: $n) }", None
    )
    sent = {"c": "RED", "i": {"text": "x"}, "unknown": 1}
    assert compiled.coerce(sent) == {"c": "RED", "i": {"text": "x"}, "n": 4}
    assert compiled.coerce({"n": None}) == {"n": None}


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"n": None},
        {"n": "1"},
        {"n": 2**31},
        {"n": 1.5},
        {"n": True},
        {"n": 1, "c": "BLUE"},
        {"n": 1, "i": {}},
        {"n": 1, "i": {"text": "x", "more": 1}},
        {"n": 1, "i": {"text": 1}},
        {"n": 1, "i": []},
    ],
)
def test_values_that_do_not_fit_are_bad_user_input(variables: dict[str, object]) -> None:
    compiled = COMPILER.compile(
        "query ($n: Int!, $c: Color, $i: Input) { echo(n: $n, color: $c, input: $i) }", None
    )
    with pytest.raises(VariablesInvalid) as caught:
        compiled.coerce(variables)
    assert caught.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        ({"n": "hunter2"}, ["n"]),
        ({"n": 1, "i": {"text": ["hunter2"]}}, ["input", "text"]),
        ({"n": 1, "i": {"text": "x", "hunter": "hunter2"}}, ["input"]),
        ({"n": 1, "t": 2}, ["input", "text"]),
    ],
)
def test_a_variables_fault_names_its_argument_and_repeats_no_value(
    variables: dict[str, object], path: list[str]
) -> None:
    use = "a: echo(n: $n, input: $i) b: echo(input: {text: $t})"
    text = f'query ($n: Int!, $i: Input, $t: String = "") {{ {use} }}'
    compiled = COMPILER.compile(text, None)
    with pytest.raises(VariablesInvalid) as caught:
        compiled.coerce(variables)
    (item,) = caught.value.errors
    (violation,) = item["extensions"]["violations"]
    assert violation["path"] == path
    assert "hunter2" not in str(item)


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        ("n: 2147483648", ["n"]),
        ('n: "hunter2"', ["n"]),
        ("color: BLUE", ["color"]),
        ("input: {text: 5}", ["input", "text"]),
        ('input: {hunter: "hunter2", text: "x"}', ["input"]),
        ('input: "hunter2"', ["input"]),
    ],
)
def test_a_literal_that_does_not_fit_is_bad_user_input(argument: str, path: list[str]) -> None:
    with pytest.raises(OperationRefused) as caught:
        COMPILER.compile(f"{{ echo({argument}) }}", None)
    (item,) = caught.value.errors
    assert item["extensions"]["code"] == "BAD_USER_INPUT"
    (violation,) = item["extensions"]["violations"]
    assert violation["path"] == path
    assert "hunter2" not in str(item)
    assert item["locations"]


def test_many_bad_values_make_few_errors() -> None:
    compiled = COMPILER.compile("query ($i: Input) { echo(input: $i) }", None)
    with pytest.raises(VariablesInvalid) as caught:
        compiled.coerce({"i": {f"x{i}": 1 for i in range(5_000)}})
    assert len(caught.value.errors) <= 11


def test_a_mutation_with_a_string_literal_is_not_kept() -> None:
    assert not COMPILER.compile('mutation { set(name: "secret") }', None).keep
    assert not COMPILER.compile('mutation ($n: String = "secret") { set(name: $n) }', None).keep
    assert COMPILER.compile("mutation ($n: String) { set(name: $n) }", None).keep
    assert COMPILER.compile('{ echo(input: {text: "not secret"}) }', None).keep
    both = 'query A { echo } mutation B { set(name: "secret") }'
    assert not COMPILER.compile(both, "A").keep


def test_introspection_has_a_document_of_its_own() -> None:
    compiled = COMPILER.compile(
        "{ a: __typename ... { __schema { queryType { name } } } echo ...F } "
        'fragment F on Query { __type(name: "A") { name } node { id } }',
        None,
    )
    keys = [f.key for f in compiled.operation.selection.fields]
    assert keys == ["a", "__schema", "echo", "__type", "node"]
    assert compiled.introspection is not None
    assert "echo" not in print_ast(compiled.introspection.definitions[0])


def test_introspection_that_multiplies_is_refused() -> None:
    whole = "types { name fields { name args { name type { name } } type { name } } }"
    assert COMPILER.compile(get_introspection_query(), None).introspection is not None
    assert COMPILER.compile(f"{{ a: __schema {{ {whole} }} }}", None).introspection is not None
    for text in (
        "{" + " ".join(f"a{i}: __schema {{ {whole} }}" for i in range(90)) + "}",
        "{ __schema {" + " ".join(f"a{i}: {whole}" for i in range(200)) + "} }",
    ):
        assert code_of(text) == "OPERATION_TOO_COMPLEX"
