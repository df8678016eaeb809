"""Input types of a random supergraph: a subgraph may lack what is optional of them."""

from __future__ import annotations

import random

from tests.testkit.sdl_draft import DraftSubgraph

_FIELDS = {
    "a": "a: Int = 5",
    "tags": 'tags: [String!]! = ["x", "y"]',
    "unit": "unit: Unit",
    "deep": "deep: [Deep]",
}
_DEEP = "input Deep { n: Int! = 2, f: Float, when: When }"


def declare_inputs(subgraph: DraftSubgraph, arguments: str, dice: random.Random) -> None:
    """Declare the input types that arguments name."""
    if "Unit" in arguments:
        subgraph.enums.setdefault("Unit", {"KG", "LB", *dice.sample(["G", "T"], 1)})
    if "Filter" not in arguments or "Filter" in subgraph.inputs:
        return
    lacking = dice.choice([(), (), ("unit",), ("deep",)])  # none with a default: all must know it
    kept = [name for name in _FIELDS if name not in lacking]
    subgraph.inputs["Filter"] = f"input Filter {{ {', '.join(_FIELDS[name] for name in kept)} }}"
    if "unit" in kept:
        declare_inputs(subgraph, "Unit", dice)
    if "deep" in kept:
        subgraph.scalars.add("When")
        subgraph.inputs["Deep"] = _DEEP
