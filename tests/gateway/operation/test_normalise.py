"""The normal form: CollectFields of the specification, for every concrete type at once."""

from __future__ import annotations

import random
from typing import Any

import pytest
from graphql import GraphQLObjectType, parse, validate

from gateway.operation.errors import OperationNotFound
from gateway.operation.model import SelectionSet
from gateway.operation.normalise import normalise
from gateway.operation.printing import print_operation
from tests.gateway.operation.schema import SCHEMA

CASES = [
    (
        "fragments are resolved to concrete types",
        "{ any { ... on Node { id } ... on C { x } ... on A { x } } }",
        """
query on Query
  any → Any
    id on A | B
    x on A | C
""",
    ),
    (
        "fields of one key with other arguments stay apart",
        "{ any { ... on A { y } ... on B { y(a: 1) } } }",
        """
query on Query
  any → Any
    y on A
    y(a: 1) on B
""",
    ),
    (
        "a field whose concrete types differ is one field for each",
        "{ node { child { id } } }",
        """
query on Query
  node → Node
    child → A on A
      id
    child → B on B
      id
""",
    ),
    (
        "equal fields are merged, with their selections",
        """{ node { id } ...F ... { node { __typename } } }
        fragment F on Query { node { id child { id } } }""",
        """
query on Query
  node → Node
    id
    child → A on A
      id
    child → B on B
      id
    __typename
""",
    ),
    (
        "literal conditions are decided",
        "{ node { id @skip(if: true) x: id @include(if: false) y: id @include(if: true) } }",
        """
query on Query
  node → Node
    y: id
""",
    ),
    (
        "a composite field whose selection is skipped stays, empty",
        "{ node { id @skip(if: true) } }",
        """
query on Query
  node → Node
""",
    ),
    (
        "a condition stays on its field and is not repeated below",
        "query($a: Boolean!) { node @include(if: $a) { id @include(if: $a) y: id @skip(if: $a) } }",
        """
query($a: Boolean!) on Query
  node → Node when $a
    id
""",
    ),
    (
        "a child keeps the condition of its own occurrence",
        "query ($a: Boolean!) { node @include(if: $a) { id } node { y: id } }",
        """
query($a: Boolean!) on Query
  node → Node
    id when $a
    y: id
""",
    ),
    (
        "complementary conditions make none",
        "query ($a: Boolean!) { node @include(if: $a) { id } node @skip(if: $a) { id } }",
        """
query($a: Boolean!) on Query
  node → Node
    id
""",
    ),
    (
        "conditions on the way through fragments are joined",
        """query ($a: Boolean!, $b: Boolean!) { ... @include(if: $a) { ...F @skip(if: $b) } }
        fragment F on Query { echo }""",
        """
query($a: Boolean!, $b: Boolean!) on Query
  echo when $a and not $b
""",
    ),
    (
        "arguments are in one order and one print; block strings are ordinary ones",
        'query ($v: Int) { any { ... on B { y(b: {text: """x""", number: $v}, a: 1) } } }',
        """
query($v: Int) on Query
  any → Any
    y(a: 1, b: {number:$v,text:"x"}) on B
""",
    ),
    (
        "a merged field has each directive of the first that has it: not every one is repeatable",
        """query ($n: Int) {
          node @once(n: 1) @often(n: 1) @often(n: $n) { id }
          node @once(n: 2) @often(n: 3) { id @once(n: $n) }
          node { id @often }
        }""",
        """
query($n: Int) on Query
  node @once(n:1) @often(n:1) @often(n:$n) → Node
    id @once(n:$n) @often
""",
    ),
    (
        "the order of every type survives the merging of types",
        "{ any { ... on A { x y } ... on B { y(a: 1) x } } }",
        """
query on Query
  any → Any
    x on A
    y on A
    y(a: 1) on B
    x on B
""",
    ),
]


@pytest.mark.parametrize(("title", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_normal_form(title: str, text: str, expected: str) -> None:
    assert not validate(SCHEMA, parse(text)), title
    assert print_operation(normalise(parse(text), None, SCHEMA)) == expected.lstrip()


def test_a_fragment_that_is_spread_twice_at_every_level_is_walked_once() -> None:
    chain = "".join(f"fragment F{i} on Node {{ ...F{i + 1} ...F{i + 1} }}" for i in range(60))
    operation = normalise(
        parse("{ node { ...F0 } }" + chain + "fragment F60 on Node { id }"), None, SCHEMA
    )
    [node] = operation.selection.fields
    assert node.selection is not None
    assert [field.key for field in node.selection.fields] == ["id"]


def test_the_operation_is_chosen_by_name() -> None:
    document = parse("query A { echo } query B { node { id } }")
    assert normalise(document, "B", SCHEMA).name == "B"
    with pytest.raises(OperationNotFound):
        normalise(document, None, SCHEMA)
    with pytest.raises(OperationNotFound):
        normalise(document, "C", SCHEMA)


def test_a_default_is_printed() -> None:
    operation = normalise(parse("query ($n: Int = 3) { echo(n: $n) }"), None, SCHEMA)
    assert operation.variables["n"].type == "Int"
    assert operation.variables["n"].default == "3"


def keys_on(selection: SelectionSet, type_name: str, variables: dict[str, bool]) -> list[str]:
    """Read a normal form as the specification's CollectFields would answer."""
    return [
        field.key
        for field in selection.fields
        if type_name in field.on and field.when.holds(variables)
    ]


def random_selection(draw: random.Random, type_name: str, depth: int) -> str:
    condition = draw.choice(["", "", " @include(if: $a)", " @skip(if: $b)"])
    parts = []
    for _ in range(draw.randint(1, 4)):
        kind = draw.randint(0, 3)
        if kind == 0 and depth:
            inner = draw.choice(["A", "B", "Node"])
            parts.append(
                f"... on {inner}{condition} {{ {random_selection(draw, inner, depth - 1)} }}"
            )
        elif kind == 1 and depth:
            parts.append(f"...{condition} {{ {random_selection(draw, type_name, depth - 1)} }}")
        else:
            parts.append(draw.choice(["id", "x1: id", "__typename"]) + condition)
    return " ".join(parts)


def oracle(document: Any, type_name: str, variables: dict[str, bool]) -> set[str]:
    """CollectFields, by the letter (6.3.2), for inline fragments only."""
    found: list[str] = []

    def walk(selection_set: Any) -> None:
        for selection in selection_set.selections:
            if not all(
                variables[d.arguments[0].value.name.value] is (d.name.value == "include")
                for d in selection.directives or ()
            ):
                continue
            if hasattr(selection, "alias"):
                found.append((selection.alias or selection.name).value)
            elif selection.type_condition is None or selection.type_condition.name.value in (
                type_name,
                "Node",
            ):
                walk(selection.selection_set)

    walk(document.definitions[0].selection_set.selections[0].selection_set)
    return set(found)


def test_random_selections_agree_with_collect_fields() -> None:
    for seed in range(300):
        draw = random.Random(seed)
        text = (
            "query ($a: Boolean!, $b: Boolean!) { node { "
            + random_selection(draw, "Node", 3)
            + " } }"
        )
        document = parse(text)
        node = normalise(document, None, SCHEMA).selection.fields[0]
        assert node.selection is not None
        for type_name in ("A", "B"):
            assert isinstance(SCHEMA.type_map[type_name], GraphQLObjectType)
            for a in (True, False):
                for b in (True, False):
                    values = {"a": a, "b": b}
                    keys = keys_on(node.selection, type_name, values)
                    assert len(keys) == len(set(keys)), (seed, text)
                    assert set(keys) == oracle(document, type_name, values), (seed, text)
