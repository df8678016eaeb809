"""Roots of a random supergraph: mutations, names of their own, the query root below the root."""

from __future__ import annotations

from tests.testkit.random_inputs import declare_inputs
from tests.testkit.random_parts import Parts
from tests.testkit.random_whole import ARGUMENTS
from tests.testkit.sdl_draft import DraftField, DraftSubgraph, DraftType


def add_mutations(parts: Parts, subgraph: DraftSubgraph) -> None:
    """Add root mutation fields that return an entity, a list of them, or a leaf."""
    mutation = DraftType("Mutation")
    for number in range(parts.dice.randint(1, 3)):
        name = f"{subgraph.name}m{number}"
        targets = [e for e in parts.whole.entities if (subgraph.name, e) not in parts.banned]
        target = parts.dice.choice(["", *targets])
        if target and not parts.need(subgraph, target):
            continue
        arguments = parts.dice.choice(ARGUMENTS)
        declare_inputs(subgraph, arguments, parts.dice)
        type_ = parts.dice.choice(("{}", "[{}!]", "{}!")).format(target or "Int")
        mutation.fields[name] = DraftField(name, type_, target, arguments)
    if mutation.fields:
        subgraph.types["Mutation"] = mutation


def add_query_below(parts: Parts, subgraph: DraftSubgraph) -> None:
    """Give an entity, or what a mutation returns, a way back to the query root."""
    for name in parts.entities_of(subgraph)[:1]:
        if "Query" in subgraph.types:
            below = DraftField(f"query{subgraph.name}", "Query", "Query")
            subgraph.types[name].fields[below.name] = below


def rename_roots(_parts: Parts, subgraph: DraftSubgraph) -> None:
    """Give root types names of the subgraph's own."""
    subgraph.roots = {"Query": f"{subgraph.name.upper()}Query", "Mutation": "Changes"}
