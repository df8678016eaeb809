"""Composition from front to back: subgraph SDLs in, supergraph and API schema out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.composition.errors import CompositionFailed, Hint
from gateway.composition.federation1 import check_bases, check_emptied, upgrade_federation1
from gateway.composition.merging.merge import merge
from gateway.composition.printing.api import print_api_schema
from gateway.composition.printing.supergraph import print_supergraph
from gateway.composition.reading.read import SubgraphSource, read_subgraphs
from gateway.composition.satisfiability import check_satisfiability
from gateway.composition.subgraph_checks import check_subgraphs
from gateway.composition.supergraph_checks import check_supergraph


@dataclass(frozen=True, slots=True)
class Composed:
    """A supergraph: for gateways (join specification), for people (API schema), and remarks."""

    supergraph_sdl: str
    api_sdl: str
    hints: tuple[Hint, ...] = ()


def compose(sources: Sequence[SubgraphSource]) -> Composed:
    """Compose subgraphs; raises CompositionFailed with every error of the stage that failed."""
    read = read_subgraphs(sources)
    errors = list(check_bases(read))
    if errors:
        raise CompositionFailed(errors)
    subgraphs = upgrade_federation1(read)
    errors = [*check_emptied(read, subgraphs), *check_subgraphs(subgraphs)]
    if errors:
        raise CompositionFailed(errors)
    merged = merge(subgraphs)
    check_supergraph(merged)
    if not merged.errors:
        check_satisfiability(merged)
    if merged.errors or merged.api is None:
        raise CompositionFailed(merged.errors)
    return Composed(print_supergraph(merged), print_api_schema(merged.api), tuple(merged.hints))
