"""The fetch graph under construction: open sites, the buckets they fill, what a place costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.planning.places import NOTHING, Bucket, FetchPlace, Footprint, Inputs, Kind, Site

Cost = tuple[int, int, int, int, int]
"""Compared in this order: longest chain of fetches, longest chain of those that are certainly sent
if the places are, new requests, fields asked for, own level."""


@dataclass(slots=True)
class FetchGraph:
    """All open sites. ``banned`` buckets may not be opened (see ``improve``).

    ``depth`` is the longest chain, ``certain_depth`` the longest that every answer needs.
    """

    banned: frozenset[Bucket] = frozenset()
    buckets: dict[Bucket, list[Site]] = field(default_factory=dict)
    depth: int = 0
    certain_depth: int = 0

    def add(self, site: Site) -> None:
        """Enter a new root, entity or reentry site in its bucket."""
        self.buckets.setdefault(site.bucket, []).append(site)
        self.depth = max(self.depth, site.level)

    def new(self, bucket: Bucket) -> Footprint:
        """The footprint of opening something in ``bucket``."""
        return NOTHING if bucket in self.buckets else frozenset({bucket})

    def level_to_join(self, subgraph: str, kind: Kind, least: int) -> int | None:
        """The first level from ``least`` on at which ``subgraph`` is asked already."""
        levels = [
            bucket.level
            for bucket in self.buckets
            if bucket.subgraph == subgraph and bucket.kind is kind and bucket.level >= least
        ]
        return min(levels, default=None)

    def cost(self, places: Iterable[FetchPlace | Inputs], assumed: Footprint = NOTHING) -> Cost:
        """What opening ``places`` adds, where ``assumed`` buckets are counted as open."""
        depth, level, fields = self.depth, 0, 0
        footprint: set[Bucket] = set()
        for place in places:
            depth = max(depth, place.level)
            level = max(level, place.level)
            fields += place.fields
            footprint |= place.footprint
        certain = max(self.certain_depth, level)
        return (depth, certain, len(footprint - assumed), fields, level)
