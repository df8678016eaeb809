"""What must hold within one subgraph, before it is merged with others: each directive's checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.composition.directives import directives
from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Subgraph


def check_subgraphs(subgraphs: Sequence[Subgraph]) -> list[CompositionError]:
    """Return what is wrong within each subgraph; messages begin with its name."""
    return [
        replace(error, message=f"[{subgraph.name}] {error.message}", subgraphs=(subgraph.name,))
        for subgraph in subgraphs
        for error in _check(SubgraphFacts(subgraph))
    ]


def _check(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """No check depends on another: a person sees all that is wrong at once."""
    for directive in directives():
        for check in directive.checks:
            yield from check(facts)
