"""Runs the walk until no label that was left open made a difference, and reports."""

from __future__ import annotations

from gateway.composition.errors import CompositionError
from gateway.composition.merging.state import Merging
from gateway.composition.satisfiability.labels import Labels
from gateway.composition.satisfiability.reach import Reach
from gateway.composition.satisfiability.reasons import explain_split, explain_stop
from gateway.composition.satisfiability.scopes import Scopes
from gateway.composition.satisfiability.subgraph_map import SubgraphMap
from gateway.composition.satisfiability.walk import Stop, Walk


def check_satisfiability(merged: Merging) -> None:
    """Add SATISFIABILITY_ERROR and SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES to the errors."""
    reported: set[str] = set()
    walk = _walk(Reach(SubgraphMap(merged)), Scopes(merged))
    for stop in walk.stops:
        if stop.coordinate not in reported:
            reported.add(stop.coordinate)
            merged.errors.append(_stopped(walk.reach, walk.scopes, stop))
    for split in walk.splits:
        if split.coordinate not in reported:
            reported.add(split.coordinate)
            merged.refuse(
                "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
                explain_split(merged, split),
                split.coordinate,
                (graph for graph, _ in split.runtimes),
            )


def _walk(reach: Reach, scopes: Scopes) -> Walk:
    """Track labels only once a way that fails has one on here and off there."""
    labels = Labels(reach.subgraph_map)
    while True:
        walk = Walk(reach, scopes, labels)
        walk.run()
        unsettled = walk.unsettled()
        if not unsettled:
            return walk
        labels = Labels(reach.subgraph_map, labels.tracked | unsettled)


def _stopped(reach: Reach, scopes: Scopes, stop: Stop) -> CompositionError:
    message = explain_stop(reach, scopes, stop)
    labels = sorted(label for label, on in stop.settled if on)
    if labels:
        listed = ", ".join(f'"{label}"' for label in labels)
        message += f"\n(while the override labels {listed} are on)"
    graphs = sorted({location.graph for location in stop.starts})
    names = tuple(reach.merged.subgraphs[graph].name for graph in graphs)
    return CompositionError(
        "SATISFIABILITY_ERROR", message, (stop.coordinate,), names, _advice(reach, scopes, stop)
    )


def _advice(reach: Reach, scopes: Scopes, stop: Stop) -> str:
    if stop.field is None:
        return f'Give the interface "{stop.name}" a resolvable @key in a subgraph that defines it.'
    locations = reach.all_from(stop.name, stop.starts)
    if any(scopes.missing(location, stop.field.name, stop.scope) for location in locations):
        return "Set the context on a type above, with a value there that the gateway can fetch."
    return (
        f'Give "{stop.name}" a resolvable @key of fields that both sides have, or let the subgraph '
        f'that the query comes from resolve "{stop.field.name}" itself.'
    )
