"""Labels: a way through the supergraph settles an override label where it takes a moving field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from gateway.composition.satisfiability.subgraph_map import Location, Settled, SubgraphMap


@dataclass(frozen=True)
class Labels:
    """How labels may stand on a way. Only ``tracked`` ones are held to what they were before."""

    subgraph_map: SubgraphMap
    tracked: frozenset[str] = frozenset()

    def choices(
        self, locations: Iterable[Location], field: str, before: Settled
    ) -> Iterator[Settled]:
        """Yield each way in which the labels that move a field may stand."""
        asked = {
            label for location in locations for label in self.subgraph_map.labels(location, field)
        }
        return map(frozenset, product(*(self._options(label, before) for label in sorted(asked))))

    def _options(self, label: str, before: Settled) -> list[tuple[str, bool]]:
        both = [(label, False), (label, True)]
        held = [option for option in both if label in self.tracked and option in before]
        return held or both

    def held(self, settled: Settled) -> Settled:
        """Return what makes a difference further on."""
        return frozenset(option for option in settled if option[0] in self.tracked)


def contradictory(settled: Settled) -> set[str]:
    """Return the labels that would have to be on and off at once."""
    return {label for label, on in settled if (label, not on) in settled}
