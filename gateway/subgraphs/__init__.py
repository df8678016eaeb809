"""HTTP clients behind the narrow Subgraph protocol."""

from gateway.subgraphs.breaker import BreakerState
from gateway.subgraphs.client import HttpSubgraph, SubgraphObserver
from gateway.subgraphs.config import HeaderRules, SubgraphConfig, Tls
from gateway.subgraphs.registry import SubgraphClients, Subgraphs

__all__ = [
    "BreakerState",
    "HeaderRules",
    "HttpSubgraph",
    "SubgraphClients",
    "SubgraphConfig",
    "SubgraphObserver",
    "Subgraphs",
    "Tls",
]
