"""Federation v2 composition: subgraph SDLs to a supergraph in the join specification.

Pure: text in, text out. See ``compose`` for the stages, ``errors`` for what may go wrong.
"""

from gateway.composition.compose import Composed, compose
from gateway.composition.errors import (
    CompositionError,
    CompositionFailed,
    Hint,
    render_errors,
)
from gateway.composition.reading.read import SubgraphSource

__all__ = [
    "Composed",
    "CompositionError",
    "CompositionFailed",
    "Hint",
    "SubgraphSource",
    "compose",
    "render_errors",
]
