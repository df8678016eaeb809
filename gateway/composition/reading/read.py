"""Reads the subgraphs: parse, understand the links, validate as GraphQL, build the model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphql import DocumentNode, GraphQLSyntaxError, parse

from gateway.composition.errors import CompositionError, CompositionFailed
from gateway.composition.model import Subgraph
from gateway.composition.reading.build import build_subgraph
from gateway.composition.reading.definitions import (
    check_definitions,
    complete,
    without_entry_points,
)
from gateway.composition.reading.links import Names, read_names
from gateway.composition.reading.roots import rename_roots
from gateway.composition.reading.validity import validate_graphql


@dataclass(frozen=True, slots=True)
class SubgraphSource:
    """A subgraph to compose: its name, where it is served (None: nowhere yet), its SDL."""

    name: str
    url: str | None
    sdl: str


def read_subgraphs(sources: Sequence[SubgraphSource]) -> tuple[Subgraph, ...]:
    """Return the subgraphs by name; raises CompositionFailed with what every one of them lacks."""
    errors = list(_check_names(sources))
    ordered = sorted(sources, key=lambda source: source.name)
    graphs = name_graphs([source.name for source in ordered])
    subgraphs = []
    for source, graph in zip(ordered, graphs, strict=True):
        subgraph, found = read_subgraph(source, graph)
        errors += found
        if subgraph is not None:
            subgraphs.append(subgraph)
    if errors:
        raise CompositionFailed(errors)
    return tuple(subgraphs)


def read_subgraph(
    source: SubgraphSource, graph: str
) -> tuple[Subgraph | None, list[CompositionError]]:
    """Read one subgraph; without errors the subgraph is there."""
    try:
        document = parse(source.sdl, no_location=True)
    except GraphQLSyntaxError as error:
        where = error.locations[0] if error.locations else None
        place = f" (line {where.line}, column {where.column})" if where else ""
        problem = CompositionError("INVALID_GRAPHQL", f"{error.message}{place}")
        return None, [_of(problem, source.name)]
    names, errors = read_names(document)
    if not errors:
        subgraph, errors = _understand(source, graph, document, names)
        if not errors:
            return subgraph, []
    return None, [_of(error, source.name) for error in errors]


def _understand(
    source: SubgraphSource, graph: str, document: DocumentNode, names: Names
) -> tuple[Subgraph | None, list[CompositionError]]:
    errors = check_definitions(document, names)
    if errors:
        return None, errors
    own = without_entry_points(document)
    errors = validate_graphql(complete(own, names), names)
    if errors:
        return None, errors
    subgraph = build_subgraph(source.name, source.url or "", graph, own, names)
    return rename_roots(subgraph, own)


def _of(error: CompositionError, subgraph: str) -> CompositionError:
    return replace(error, message=f"[{subgraph}] {error.message}", subgraphs=(subgraph,))


def _check_names(sources: Sequence[SubgraphSource]) -> list[CompositionError]:
    errors = []
    seen: set[str] = set()
    for source in sources:
        if source.name in seen:
            problem = f'Two subgraphs are named "{source.name}": names must be unique.'
            errors.append(CompositionError("INVALID_SUBGRAPH_NAME", problem, (), (source.name,)))
        if source.name in {"", "_"}:
            problem = f'Invalid name "{source.name}" for a subgraph: this name is reserved.'
            errors.append(CompositionError("INVALID_SUBGRAPH_NAME", problem, (), (source.name,)))
        elif _graph(source.name).startswith("__"):
            problem = (
                f'Invalid name "{source.name}" for a subgraph: as a GraphQL name it begins with '
                '"__", which is reserved.'
            )
            errors.append(CompositionError("INVALID_GRAPHQL", problem, (), (source.name,)))
        seen.add(source.name)
    return errors


def name_graphs(names: Sequence[str]) -> list[str]:
    """Return the ``join__Graph`` value of each subgraph name, as the join specification says.

    Characters that no GraphQL name may have become ``_``; what then collides, or could be taken
    for a numbered name, is numbered.
    """
    plain = [_graph(name) for name in names]
    taken: dict[str, int] = {}
    result = []
    for value in plain:
        if plain.count(value) == 1:
            result.append(value)
            continue
        taken[value] = taken.get(value, 0) + 1
        result.append(f"{value}_{taken[value]}")
    return result


def _graph(name: str) -> str:
    value = re.sub(r"\W", "_", name, flags=re.ASCII).upper()
    if value[:1].isdigit():
        value = "_" + value
    return value + "_" if re.search(r"_\d+$", value) else value
