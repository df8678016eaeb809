"""The builder of representations by itself: what is sent, what suppresses, and why."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.execution.representations import Unbuilt, compile_representation
from gateway.planning.plan import Leaf, Nested, PerType, Representation

ID = Leaf("id", "id")
ORG = Nested("org", "o", (Leaf("code", "c"),))
NAME = Leaf("name", "n")
ABSENT, NULL_KEY = Unbuilt.ABSENT, Unbuilt.NULL_KEY


@pytest.mark.parametrize(
    ("representation", "target", "expected"),
    [
        (Representation((ID,)), {"tn": "A", "id": 1}, {"__typename": "A", "id": 1}),
        (Representation((ID,)), {"id": 1}, ABSENT),
        (Representation((ID,), default_typename="B"), {"id": 1}, {"__typename": "B", "id": 1}),
        (Representation((ID,), typename="I"), {"tn": "A", "id": 1}, {"__typename": "I", "id": 1}),
        (
            Representation((ID, ORG)),
            {"tn": "A", "id": 1, "o": {"c": 2}},
            {"__typename": "A", "id": 1, "org": {"code": 2}},
        ),
        (
            Representation((ID, ORG)),
            {"tn": "A", "id": 1, "o": None},
            {"__typename": "A", "id": 1, "org": None},
        ),
        (
            Representation((ID, ORG)),
            {"tn": "A", "id": 1, "o": {"c": None}},
            {"__typename": "A", "id": 1, "org": {"code": None}},
        ),
        (Representation((ID, ORG)), {"tn": "A", "id": None, "o": None}, NULL_KEY),
        (Representation((ID, ORG)), {"tn": "A", "id": None, "o": {"c": None}}, NULL_KEY),
        (Representation((ID, ORG)), {"tn": "A", "id": None, "o": [{"c": None}, None]}, NULL_KEY),
        (Representation((ORG,)), {"tn": "A", "o": None}, NULL_KEY),
        (Representation((ORG,)), {"tn": "A", "o": []}, {"__typename": "A", "org": []}),
        (Representation((ORG,), (ID,)), {"tn": "A", "id": 1, "o": {"c": None}}, NULL_KEY),
        (Representation((ID, NAME)), {"tn": "A", "id": None, "n": None}, NULL_KEY),
        (
            Representation((ID, NAME)),
            {"tn": "A", "id": None, "n": "x"},
            {"__typename": "A", "id": None, "name": "x"},
        ),
        (
            Representation((ID, NAME), (Leaf("x", "x"),)),
            {"tn": "A", "id": 1, "n": None, "x": None},
            {"__typename": "A", "id": 1, "name": None, "x": None},
        ),
        (Representation((ID, ORG)), {"tn": "A", "id": 1}, ABSENT),
        (Representation((ORG,)), {"tn": "A", "o": {}}, ABSENT),
        (Representation((ORG,)), {"o": {"c": 1}}, ABSENT),
        (
            Representation((ID,), (ORG,)),
            {"tn": "A", "id": 1, "o": None},
            {"__typename": "A", "id": 1, "org": None},
        ),
        (
            Representation((ID,), (ORG,)),
            {"tn": "A", "id": 1, "o": {"c": None}},
            {"__typename": "A", "id": 1, "org": {"code": None}},
        ),
        (Representation((ID,), (ORG,)), {"tn": "A", "id": 1, "o": {}}, ABSENT),
        (
            Representation((ID,), (ORG,)),
            {"tn": "A", "id": 1, "o": [{"c": 1}, None]},
            {"__typename": "A", "id": 1, "org": [{"code": 1}, None]},
        ),
        (Representation((ID,), (ORG,)), {"tn": "A", "id": 1, "o": [{"c": 1}, {}]}, ABSENT),
        (
            Representation((ORG,)),
            {"tn": "A", "o": [{"c": 1}, None]},
            {"__typename": "A", "org": [{"code": 1}, None]},
        ),
        (
            Representation((ORG,), (Nested("org", "o", (Leaf("name", "n"),)),)),
            {"tn": "A", "o": {"c": 1, "n": "x"}},
            {"__typename": "A", "org": {"code": 1, "name": "x"}},
        ),
        (
            Representation((ORG,), (Nested("org", "o", (Leaf("name", "n"),)),)),
            {"tn": "A", "o": [{"c": 1, "n": "x"}, {"c": 2, "n": None}]},
            {"__typename": "A", "org": [{"code": 1, "name": "x"}, {"code": 2, "name": None}]},
        ),
        (
            Representation((ID,), (PerType(frozenset({"A"}), (Leaf("x", "x"),)),)),
            {"tn": "A", "id": 1, "x": 2},
            {"__typename": "A", "id": 1, "x": 2},
        ),
        (
            Representation((ID,), (PerType(frozenset({"A"}), (Leaf("x", "x"),)),)),
            {"tn": "B", "id": 1},
            {"__typename": "B", "id": 1},
        ),
    ],
)
def test_building(representation: Representation, target: Any, expected: Any) -> None:
    assert compile_representation(representation, "tn")(target) == expected
