"""What must hold within one subgraph, before it is merged with others: one rule a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Subgraph
from gateway.composition.subgraph_checks.authorization import check_authorization
from gateway.composition.subgraph_checks.composed import check_composed
from gateway.composition.subgraph_checks.contexts import check_contexts
from gateway.composition.subgraph_checks.costs import check_costs
from gateway.composition.subgraph_checks.external import check_external
from gateway.composition.subgraph_checks.interface_keys import check_interface_keys
from gateway.composition.subgraph_checks.interface_objects import check_interface_objects
from gateway.composition.subgraph_checks.keys import check_keys
from gateway.composition.subgraph_checks.list_sizes import check_list_sizes
from gateway.composition.subgraph_checks.provides import check_provides
from gateway.composition.subgraph_checks.requires import check_requires
from gateway.composition.subgraph_checks.shareable import check_shareable

Check = Callable[[SubgraphFacts], Iterator[CompositionError]]

CHECKS: tuple[Check, ...] = (
    check_keys,
    check_requires,
    check_provides,
    check_external,
    check_shareable,
    check_interface_keys,
    check_interface_objects,
    check_contexts,
    check_composed,
    check_authorization,
    check_costs,
    check_list_sizes,
)
"""In the order in which a person would mend them; none depends on another."""


def check_subgraphs(subgraphs: Sequence[Subgraph]) -> list[CompositionError]:
    """Return what is wrong within each subgraph; messages begin with its name."""
    return [
        replace(error, message=f"[{subgraph.name}] {error.message}", subgraphs=(subgraph.name,))
        for subgraph in subgraphs
        for check in CHECKS
        for error in check(SubgraphFacts(subgraph))
    ]
