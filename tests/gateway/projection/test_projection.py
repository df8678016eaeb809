"""Projection: order, kinds, names, null propagation, conditions, denials, text form."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_schema

from gateway.projection import Denial, compile_projection, print_projection
from gateway.request.gathered import FieldError, Gathered
from tests.testkit.running import operation

SDL = """
type Query {
  me: User
  must: User!
  users: [User]
  strict: [User!]!
  grid: [[Int!]]
  pet: Pet
  pets: [Pet!]
  colour: Colour
  colours: [Colour!]
  json: JSON
  text: String
  any: Any
}
type User { id: ID! name: String email: String! best: User! friend: User }
interface Pet { name: String }
type Dog implements Pet { name: String barks: Int owner: User! }
type Cat implements Pet { name: String lives: Int! }
union Any = Dog | User
enum Colour { RED GREEN }
scalar JSON
"""


def project(
    query: str,
    data: dict[str, Any],
    *,
    variables: dict[str, Any] | None = None,
    errors: list[FieldError] | None = None,
    failed: set[tuple[str, ...]] | None = None,
    denials: tuple[Denial, ...] = (),
    typename_key: str = "__typename",
) -> tuple[Any, list[tuple[str, str]]]:
    projection = compile_projection(operation(SDL, query), build_schema(SDL), typename_key, denials)
    gathered = Gathered(data, errors=errors or [], failed=failed or set())
    answer, found = projection(gathered, variables or {})
    return answer, [
        (".".join(map(str, error.path)), error.extensions.get("code", "")) for error in found
    ]


NULL = "INTERNAL"


@pytest.mark.parametrize(
    ("query", "data", "expected", "errors"),
    [
        ("{ me { name } }", {}, {"me": None}, []),
        (
            "{ me { name id } }",
            {"me": {"id": "1", "name": "x", "k": 0}},
            {"me": {"name": "x", "id": "1"}},
            [],
        ),
        ("{ me { id } }", {"me": {"id": None}}, {"me": None}, [("me.id", NULL)]),
        ("{ must { id } }", {"must": {}}, None, [("must.id", NULL)]),
        ("{ must { id } }", {}, None, [("must", NULL)]),
        (
            "{ users { id } }",
            {"users": [{"id": "1"}, {}, None]},
            {"users": [{"id": "1"}, None, None]},
            [("users.1.id", NULL)],
        ),
        ("{ strict { id } }", {"strict": [{"id": "1"}, {}]}, None, [("strict.1.id", NULL)]),
        ("{ strict { id } }", {"strict": [None]}, None, [("strict.0", NULL)]),
        (
            "{ me { best { best { id } } } }",
            {"me": {"best": {"best": {}}}},
            {"me": None},
            [("me.best.best.id", NULL)],
        ),
        (
            "{ me { id email } text }",
            {"me": {}, "text": "t"},
            {"me": None, "text": "t"},
            [("me.id", NULL)],
        ),
        (
            "{ grid }",
            {"grid": [[1], None, [2, None], []]},
            {"grid": [[1], None, None, []]},
            [("grid.2.1", NULL)],
        ),
        ("{ grid }", {"grid": [1]}, {"grid": [None]}, [("grid.0", NULL)]),
        ("{ grid }", {"grid": [[[1]]]}, {"grid": [None]}, [("grid.0.0", NULL)]),
        ("{ text }", {"text": {"a": 1}}, {"text": None}, [("text", NULL)]),
        ("{ text }", {"text": ["a"]}, {"text": None}, [("text", NULL)]),
        ("{ me { id } }", {"me": "x"}, {"me": None}, [("me", NULL)]),
        ("{ me { id } }", {"me": [{"id": "1"}]}, {"me": None}, [("me", NULL)]),
        ("{ users { id } }", {"users": {"id": "1"}}, {"users": None}, [("users", NULL)]),
        ("{ colour }", {"colour": "RED"}, {"colour": "RED"}, []),
        ("{ colour }", {"colour": "BLUE"}, {"colour": None}, [("colour", NULL)]),
        ("{ colours }", {"colours": ["RED", "BLUE"]}, {"colours": None}, [("colours.1", NULL)]),
        ("{ json }", {"json": {"a": [1, {"b": None}]}}, {"json": {"a": [1, {"b": None}]}}, []),
        ("{ me { id: email } }", {"me": {"id": "a@x"}}, {"me": {"id": "a@x"}}, []),
    ],
)
def test_completion(query: str, data: Any, expected: Any, errors: Any) -> None:
    assert project(query, data) == (expected, errors)


def test_keys_come_in_the_order_of_the_operation_for_each_type() -> None:
    query = "{ pets { ... on Cat { lives name } name ... on Dog { barks } __typename } }"
    data = {
        "pets": [
            {"__typename": "Dog", "barks": 1, "name": "d", "lives": 0},
            {"name": "c", "lives": 9, "__typename": "Cat"},
        ]
    }
    answer, errors = project(query, data)
    assert [list(pet.items()) for pet in answer["pets"]] == [
        [("name", "d"), ("barks", 1), ("__typename", "Dog")],
        [("lives", 9), ("name", "c"), ("__typename", "Cat")],
    ]
    assert errors == []


@pytest.mark.parametrize("typename", ["Fish", "Colour", None, 7, "User"])
def test_an_unknown_type_is_null_with_an_error_never_a_guess(typename: Any) -> None:
    answer = project("{ pet { name } }", {"pet": {"__typename": typename, "name": "x"}})
    assert answer == ({"pet": None}, [("pet", NULL)])


def test_typename_is_the_schemas_and_may_stand_under_any_key() -> None:
    query = "{ __typename pet { t: __typename __typename: name } me { kind: __typename } }"
    data = {"pet": {"tn": "Cat", "__typename": "Tom", "t": "?"}, "me": {}}
    answer, errors = project(query, data, typename_key="tn")
    assert answer == {
        "__typename": "Query",
        "pet": {"t": "Cat", "__typename": "Tom"},
        "me": {"kind": "User"},
    }
    assert errors == []


def test_an_abstract_object_without_matching_fragments_is_empty() -> None:
    data = {"any": {"__typename": "User"}}
    assert project("{ any { ... on Dog { barks } } }", data) == ({"any": {}}, [])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((True, False), {"me": {"name": "n", "id": "1"}}),
        ((True, True), {"me": {"name": "n"}}),
        ((False, False), {"me": {"id": "1"}}),
        ((False, True), {"me": {}}),
    ],
)
def test_conditions_are_decided_per_request(given: tuple[bool, bool], expected: Any) -> None:
    query = """query ($a: Boolean!, $b: Boolean!) {
      me { name @include(if: $a) id @skip(if: $b) email @skip(if: $b) @include(if: $b) } }"""
    data = {"me": {"name": "n", "id": "1"}}
    answer = project(query, data, variables={"a": given[0], "b": given[1]})
    assert answer == (expected, [])


@pytest.mark.parametrize(("given", "keys"), [(True, "id name email"), (False, "name id email")])
def test_a_key_comes_where_it_is_first_collected(given: bool, keys: str) -> None:
    query = "query ($a: Boolean!) { me { ... @include(if: $a) { id } name id email } }"
    data = {"me": {"email": "e", "id": "1", "name": "n"}}
    answer, _ = project(query, data, variables={"a": given})
    assert list(answer["me"]) == keys.split()


@pytest.mark.parametrize(
    "path",
    [("must", "id"), ("must", "id", "below"), ("must", "best", 3, "x")],
)
def test_no_second_error_where_one_lies_on_or_below(path: tuple[str | int, ...]) -> None:
    query = "{ must { id best { id } } }" if "best" in path else "{ must { id } }"
    data = {"must": {"id": "1"} if "best" in path else {}}
    answer, errors = project(query, data, errors=[FieldError("m", path, {"code": "X"})])
    assert answer is None
    assert [code for _, code in errors] == ["X"]


def test_an_error_elsewhere_does_not_explain_a_null() -> None:
    given = [FieldError("m", ("users",), {"code": "X"})]
    answer, errors = project(
        "{ users { id } must { id } }", {"users": None, "must": {}}, errors=given
    )
    assert answer is None
    assert errors == [("users", "X"), ("must.id", NULL)]


def test_nulls_at_and_below_a_failed_place_are_explained() -> None:
    data = {"users": [{"best": {}}, {"best": {"id": "1"}}]}
    answer, errors = project("{ users { best { id } } }", data, failed={("users", "best")})
    assert answer == {"users": [None, {"best": {"id": "1"}}]}
    assert errors == []


def test_errors_at_what_only_the_planner_asked_for_are_told_at_its_object() -> None:
    given = [
        FieldError("m", ("users", 1, "_key", "id"), {"code": "X"}),
        FieldError("m", ("users", 0, "name"), {"code": "Y"}),
    ]
    _, errors = project("{ users { name } }", {"users": [{}, {}]}, errors=given)
    assert errors == [("users.1", "X"), ("users.0.name", "Y")]


def test_denied_fields_are_null_with_an_error_whatever_was_gathered() -> None:
    denials = (
        Denial(("users", "name"), frozenset({"User"})),
        Denial(("me", "email"), frozenset({"User"}), "UNAVAILABLE", "later"),
        Denial(("me", "friend"), frozenset({"User"})),
    )
    query = """query ($x: Boolean!) {
      users { id name } me { id email friend @include(if: $x) { id } } }"""
    data = {"users": [{"id": "1", "name": "n"}], "me": {"id": "1", "email": "e"}}
    answer, errors = project(query, data, denials=denials, variables={"x": False})
    assert answer == {"users": [{"id": "1", "name": None}], "me": None}
    assert errors == [
        ("users.0.name", "UNAUTHORIZED_FIELD_OR_TYPE"),
        ("me.email", "UNAVAILABLE"),
    ]


def test_a_denied_field_of_one_type_leaves_the_others() -> None:
    denials = (Denial(("pets", "name"), frozenset({"Dog"})),)
    data = {"pets": [{"__typename": "Dog", "name": "d"}, {"__typename": "Cat", "name": "c"}]}
    answer, errors = project("{ pets { name } }", data, denials=denials)
    assert answer == {"pets": [{"name": None}, {"name": "c"}]}
    assert errors == [("pets.0.name", "UNAUTHORIZED_FIELD_OR_TYPE")]


def test_projection_of_a_thousand_faults_has_a_hundred_errors() -> None:
    _, errors = project("{ users { id } }", {"users": [{}] * 1_000})
    assert len(errors) == 100
    assert errors[-1] == ("", "TOO_MANY_ERRORS")


def test_text_form() -> None:
    query = """query ($full: Boolean!) {
      me { id full: name email @include(if: $full) }
      pets { __typename name ... on Cat { lives } }
    }"""
    text = print_projection(operation(SDL, query), build_schema(SDL))
    assert text == (
        "query\n"
        "  me: User\n"
        "    id: ID!\n"
        "    full: String  = name\n"
        "    email: String!  if $full\n"
        "  pets: [Pet!]\n"
        "    __typename: String!\n"
        "    name: String\n"
        "    [Cat] lives: Int!\n"
    )
