"""What is asked: the same document each time, or a structurally different one in every request."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

# Four levels of entities, each level back and forth between subgraphs: 7 fetches, 6 requests where
# entities of two of them are asked for in one (Hive sends 7, Apollo 16).
BIG = """
query Big {
  users { ...User reviews { ...Review product { ...Product reviews { ...Review
    author { ...User reviews { ...Review product { ...Product } } } } } } }
  topProducts { ...Product reviews { ...Review
    author { ...User reviews { ...Review product { ...Product } } } } }
}
fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }
"""
TWO = "query Two { users { id username name reviews { id body } } }"
ONE = "query One { topProducts(first: 5) { upc name price weight } }"
_LISTED = "query Listed {{ catalogue(first: {}) {{ upc name price weight }} }}"
_BATCH = 10

_PLAIN = {
    "User": ("id", "username", "name", "birthday"),
    "Product": ("upc", "name", "price", "weight", "inStock", "shippingEstimate"),
    "Review": ("id", "body"),
}
_OBJECTS = {
    "User": {"reviews": "Review"},
    "Product": {"reviews": "Review"},
    "Review": {"product": "Product", "author": "User"},
}
_IN_PRODUCTS = ("upc", "name", "price", "weight")


def _same(query: str) -> Callable[[int], bytes]:
    body = json.dumps({"query": query}).encode()
    return lambda _number: body


def _batch(number: int) -> bytes:
    return b"[" + b",".join([_same(TWO)(number)] * _BATCH) + b"]"


def _cold_one(number: int) -> bytes:
    """One fetch: a few of its fields, in an order and under names that no other request has."""
    dice = random.Random(f"one {number}")
    fields = [f"{_name(dice)}: {dice.choice(_IN_PRODUCTS)}" for _ in range(dice.randint(3, 6))]
    return json.dumps({"query": f"{{ topProducts(first: 5) {{ {' '.join(fields)} }} }}"}).encode()


def _cold_big(number: int) -> bytes:
    """As large and as deep as the big query, through the same subgraphs by other ways."""
    dice = random.Random(f"big {number}")
    roots = f"users {_selection(dice, 'User', 5)} topProducts {_selection(dice, 'Product', 4)}"
    return json.dumps({"query": f"{{ {roots} }}"}).encode()


def _selection(dice: random.Random, name: str, depth: int) -> str:
    plain = dice.sample(_PLAIN[name], dice.randint(1, len(_PLAIN[name])))
    parts = [field if dice.random() < 0.8 else f"{_name(dice)}: {field}" for field in plain]
    if depth > 0:
        children = _OBJECTS[name]
        chosen = dice.sample(sorted(children), dice.randint(1, len(children)))
        parts += [f"{field} {_selection(dice, children[field], depth - 1)}" for field in chosen]
    return "{ " + " ".join(parts) + " }"


def _name(dice: random.Random) -> str:
    return "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=6))


WORKLOADS: dict[str, Callable[[int], bytes]] = {
    "big": _same(BIG),
    "two": _same(TWO),
    "one": _same(ONE),
    "pass-200B": _same(_LISTED.format(3)),
    "pass-87KB": _same(_LISTED.format(1_440)),
    "pass-87KB-new": _same(_LISTED.format(1_440)),
    "cold-one": _cold_one,
    "cold-big": _cold_big,
    "batch": _batch,
    "delayed": _same(BIG),
}
"""Name → the body of the n-th request. ``delayed`` asks subgraphs that take 5 ms."""

DELAYS_MS = {"delayed": 5}
ANSWERED_ANEW = frozenset({"pass-87KB-new"})
"""Subgraphs answer each request with other bytes, though it is the same."""


def is_cold(workload: str) -> bool:
    """Whether every request is another."""
    return workload.startswith("cold-")


def is_answered_alike(workload: str) -> bool:
    """Whether every answer has the same bytes."""
    return not is_cold(workload) and workload not in ANSWERED_ANEW
