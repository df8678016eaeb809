"""Our rule for overlapping fields says what graphql-core's says."""

from __future__ import annotations

import random

import pytest
from graphql import OverlappingFieldsCanBeMergedRule, parse, validate

from shared.validation.overlaps import OverlappingFieldsRule
from tests.gateway.operation.schema import SCHEMA

FIELDS = {
    "Node": [
        "id",
        "x: id",
        "child",
        "c: child",
        "kids",
        "kids(first: 1)",
        "page",
        "page(first: 2)",
    ],
    "A": ["id", "x", "y", "x: y", "y: x", "child", "c: child", "tags", "x: tags", "kids"],
    "B": ["id", "x", "y", "y(a: 1)", "x: y(a: 2)", "z", "x: z", "child", "kids"],
}
COMPOSITE = {"child": "Node", "c: child": "Node", "kids": "Node", "kids(first: 1)": "Node"}


def selection(draw: random.Random, type_name: str, depth: int) -> str:
    parts = []
    for _ in range(draw.randint(1, 4)):
        if draw.random() < 0.3:
            inner = draw.choice(["Node", "A", "B"])
            parts.append(f"... on {inner} {{ {selection(draw, inner, depth)} }}")
            continue
        if draw.random() < 0.15 and type_name == "Node":
            parts.append(draw.choice(["...F", "...G"]))
            continue
        field = draw.choice(FIELDS[type_name])
        if field.startswith("page"):
            field += " { next }"
        elif field in COMPOSITE:
            if not depth:
                continue
            concrete = type_name if "child" in field else "Node"
            field += f" {{ {selection(draw, concrete, depth - 1)} }}"
        parts.append(field)
    return " ".join(parts or ["id"])


@pytest.mark.parametrize("start", range(0, 600, 100))
def test_the_verdict_is_that_of_the_textbook_rule(start: int) -> None:
    for seed in range(start, start + 100):
        draw = random.Random(seed)
        text = (
            f"{{ node {{ {selection(draw, 'Node', 2)} }} f: node {{ ...F }} g: node {{ ...G }} }} "
            f"fragment F on A {{ {selection(draw, 'A', 1)} }} "
            f"fragment G on Node {{ {selection(draw, 'Node', 0).replace('...G', 'id')} }}"
        ).replace("...F ...F", "...F")
        document = parse(text)
        textbook = validate(SCHEMA, document, [OverlappingFieldsCanBeMergedRule])
        ours = validate(SCHEMA, document, [OverlappingFieldsRule])
        assert bool(ours) == bool(textbook), (seed, text, textbook, ours)


def test_the_message_names_the_key_and_the_reason() -> None:
    [error] = validate(SCHEMA, parse("{ node { id: child { id } id } }"), [OverlappingFieldsRule])
    assert "Fields 'id' conflict because they return conflicting types" in error.message
    text = "{ node { kids(first: 1) { id } kids { id } } }"
    [error] = validate(SCHEMA, parse(text), [OverlappingFieldsRule])
    assert "differing arguments" in error.message


def test_cycles_and_unknown_names_are_left_to_other_rules() -> None:
    text = "{ node { ...F ...Unknown } } fragment F on Node { child { ...F } nothing }"
    assert validate(SCHEMA, parse(text), [OverlappingFieldsRule]) == []


@pytest.mark.parametrize(
    ("first", "second", "are_same"),
    [
        ('{ text: "x", number: 1 }', '{ number: 1, text: "x" }', True),
        ('{ text: "x", nested: [{ text: "y", number: $n }] }',
         '{ nested: [{ number: $n, text: "y" }], text: "x" }', True),
        ('{ text: "x", number: 1 }', '{ number: 2, text: "x" }', False),
        ('{ text: "x", nested: [{ text: "y" }, { text: "z" }] }',
         '{ text: "x", nested: [{ text: "z" }, { text: "y" }] }', False),
    ],
)  # fmt: skip
def test_the_order_of_an_input_objects_fields_means_nothing(
    first: str, second: str, *, are_same: bool
) -> None:
    text = f"query ($n: Int) {{ echo(n: $n, input: {first}) echo(input: {second}, n: $n) }}"
    for rule in (OverlappingFieldsCanBeMergedRule, OverlappingFieldsRule):
        assert (validate(SCHEMA, parse(text), [rule]) == []) is are_same
