"""``load_supergraph``: the table of contents of this package."""

from __future__ import annotations

from types import MappingProxyType

from graphql import DocumentNode, GraphQLError, parse

from gateway.supergraph.api_schema import build_api_schema
from gateway.supergraph.costs import read_costs
from gateway.supergraph.errors import SupergraphInvalid
from gateway.supergraph.graphs import read_graphs
from gateway.supergraph.links import read_features
from gateway.supergraph.model import Supergraph
from gateway.supergraph.roots import read_roots
from gateway.supergraph.soundness import check_document, check_field_sets
from gateway.supergraph.types import read_types


def load_supergraph(sdl: str) -> Supergraph:
    """Read a supergraph in the join format. Raises SupergraphInvalid."""
    document = _parse(sdl)
    features = read_features(document)
    graphs = read_graphs(document, features)
    check_document(document, features)
    types = read_types(document, features, graphs)
    check_field_sets(types)
    labels = frozenset(
        known.override.label
        for type_ in types.values()
        for in_subgraph in type_.subgraphs.values()
        for known in in_subgraph.fields.values()
        if known.override and known.override.label
    )
    return Supergraph(
        subgraphs=MappingProxyType({info.name: info for info in graphs.values()}),
        types=MappingProxyType(types),
        roots=MappingProxyType(read_roots(document)),
        api_schema=build_api_schema(document, features),
        labels=labels,
        costs=read_costs(document, features),
    )


def _parse(sdl: str) -> DocumentNode:
    try:
        return parse(sdl, no_location=True)
    except GraphQLError as error:
        raise SupergraphInvalid(
            "SUPERGRAPH_SYNTAX", f"The supergraph is not a GraphQL document: {error}"
        ) from error
