"""Plans for tests: subgraph SDLs → supergraph → plan."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from graphql import parse

from gateway.composition import SubgraphSource, compose
from gateway.operation.normalise import normalise
from gateway.planning import Plan, plan_operation
from gateway.supergraph import Supergraph, load_supergraph

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key" '
    '"@requires" "@provides" "@external" "@shareable" "@override" "@inaccessible"])\n'
)


@cache
def _composed(sdls: tuple[tuple[str, str], ...]) -> Supergraph:
    sources = [SubgraphSource(name, f"http://{name}.test", _LINK + sdl) for name, sdl in sdls]
    return load_supergraph(compose(sources).supergraph_sdl)


def supergraph_of(subgraphs: Mapping[str, str]) -> Supergraph:
    """Compose subgraphs; remembered."""
    return _composed(tuple(subgraphs.items()))


def plan_of(subgraphs: Mapping[str, str], query: str, **options: Any) -> Plan:
    """Plan a valid query."""
    supergraph = supergraph_of(subgraphs)
    operation = normalise(parse(query), None, supergraph.api_schema)
    return plan_operation(supergraph, operation, **options)
