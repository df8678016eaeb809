"""Join SDL → frozen model → API schema. No I/O: callers bring the text."""

from gateway.supergraph.errors import SupergraphInvalid
from gateway.supergraph.load import load_supergraph
from gateway.supergraph.model import (
    Requirement,
    SubgraphInfo,
    Supergraph,
)

__all__ = [
    "Requirement",
    "SubgraphInfo",
    "Supergraph",
    "SupergraphInvalid",
    "load_supergraph",
]
