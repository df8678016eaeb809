"""Runs the walk, once for each way the override labels may stand, and reports."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from gateway.composition.errors import CompositionError
from gateway.composition.merging.state import Merging
from gateway.composition.satisfiability.reach import Reach
from gateway.composition.satisfiability.reasons import explain_split, explain_stop
from gateway.composition.satisfiability.scopes import Scopes
from gateway.composition.satisfiability.spots import Landscape
from gateway.composition.satisfiability.walk import Stop, Walk

_TRY_ALL = 4
"""Up to so many labels every combination is tried; beyond, all off, all on, each alone."""


def check_satisfiability(merged: Merging) -> None:
    """Add SATISFIABILITY_ERROR and SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES to the errors."""
    told: set[str] = set()
    scopes = Scopes(merged)
    for labels in _combinations(merged):
        reach = Reach(Landscape(merged, labels))
        walk = Walk(reach, scopes)
        walk.run()
        for stop in walk.stops:
            if stop.coordinate not in told:
                told.add(stop.coordinate)
                merged.errors.append(_stopped(reach, scopes, stop, labels))
        for split in walk.splits:
            if split.coordinate not in told:
                told.add(split.coordinate)
                merged.refuse(
                    "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
                    explain_split(merged, split),
                    split.coordinate,
                    (graph for graph, _ in split.runtimes),
                )


def _stopped(reach: Reach, scopes: Scopes, stop: Stop, labels: frozenset[str]) -> CompositionError:
    message = explain_stop(reach, scopes, stop)
    if labels:
        listed = ", ".join(f'"{label}"' for label in sorted(labels))
        message += f"\n(while the override labels {listed} are on)"
    graphs = sorted({place.graph for place in stop.starts})
    names = tuple(reach.merged.subgraphs[graph].name for graph in graphs)
    return CompositionError(
        "SATISFIABILITY_ERROR", message, (stop.coordinate,), names, _advice(reach, scopes, stop)
    )


def _advice(reach: Reach, scopes: Scopes, stop: Stop) -> str:
    if stop.field is None:
        return f'Give the interface "{stop.name}" a resolvable @key in a subgraph that defines it.'
    places = reach.all_from(stop.name, stop.starts)
    if any(scopes.missing(place, stop.field.name, stop.scope) for place in places):
        return "Set the context on a type above, with a value there that the gateway can fetch."
    return (
        f'Give "{stop.name}" a resolvable @key of fields that both sides have, or let the subgraph '
        f'that the query comes from resolve "{stop.field.name}" itself.'
    )


def _combinations(merged: Merging) -> Iterator[frozenset[str]]:
    labels = sorted({label for o in merged.overrides.values() for label in o.labels.values()})
    yield frozenset()
    if len(labels) > _TRY_ALL:
        yield frozenset(labels)
        yield from (frozenset({label}) for label in labels)
        return
    for size in range(1, len(labels) + 1):
        yield from map(frozenset, combinations(labels, size))
