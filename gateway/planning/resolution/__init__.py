"""Who resolves what: the supergraph as the planner asks it."""

from gateway.planning.resolution.equivalence import group_equivalent
from gateway.planning.resolution.index import (
    EntityKey,
    ResolutionIndex,
    Resolver,
    resolution_index,
)
from gateway.planning.resolution.least_levels import LeastLevels, Levels

__all__ = [
    "EntityKey",
    "LeastLevels",
    "Levels",
    "ResolutionIndex",
    "Resolver",
    "group_equivalent",
    "resolution_index",
]
