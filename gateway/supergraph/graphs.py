"""The subgraphs: values of ``enum join__Graph``."""

from __future__ import annotations

from graphql import DocumentNode, EnumTypeDefinitionNode

from gateway.supergraph.directives import applied, text
from gateway.supergraph.errors import SupergraphInvalid
from gateway.supergraph.links import Features
from gateway.supergraph.model import SubgraphInfo


def read_graphs(document: DocumentNode, features: Features) -> dict[str, SubgraphInfo]:
    """Enum value → subgraph. Names are unique: overrides and settings go by them."""
    enum_name = features.directive("join", "Graph")
    for definition in document.definitions:
        if isinstance(definition, EnumTypeDefinitionNode) and definition.name.value == enum_name:
            return _graphs(definition, features)
    raise SupergraphInvalid(
        "SUPERGRAPH_MALFORMED", f"The supergraph has no enum {enum_name}: it names no subgraphs."
    )


def _graphs(definition: EnumTypeDefinitionNode, features: Features) -> dict[str, SubgraphInfo]:
    graphs: dict[str, SubgraphInfo] = {}
    for value in definition.values or ():
        arguments, *others = list(applied(value, features.directive("join", "graph"))) or [{}]
        if others:
            raise SupergraphInvalid(
                "SUPERGRAPH_MALFORMED", f"{value.name.value} is said to be several subgraphs."
            )
        name = text(arguments, "name") or value.name.value
        if any(info.name == name for info in graphs.values()):
            raise SupergraphInvalid(
                "SUPERGRAPH_MALFORMED", f"Two subgraphs are named {name!r}; rename one."
            )
        graphs[value.name.value] = SubgraphInfo(name, text(arguments, "url") or "")
    return graphs
