"""The order of merging: each rule sees what the ones before it settled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.composition.merging.authorization import spread_authorization
from gateway.composition.merging.composed import settle_composed
from gateway.composition.merging.definitions import merge_executable_directives
from gateway.composition.merging.descriptions import describe_schema
from gateway.composition.merging.enums import merge_enums
from gateway.composition.merging.inputs import merge_inputs
from gateway.composition.merging.interface_objects import spread_interface_objects
from gateway.composition.merging.kinds import settle_kinds
from gateway.composition.merging.leaves import merge_scalars_and_unions
from gateway.composition.merging.links import link_features
from gateway.composition.merging.outputs import merge_outputs
from gateway.composition.merging.relations import relate_types
from gateway.composition.merging.state import Merging
from gateway.composition.model import Subgraph

RULES: tuple[Callable[[Merging], None], ...] = (
    describe_schema,
    settle_composed,  # before anything that carries directives
    settle_kinds,
    relate_types,  # subtyping asks who implements what
    merge_scalars_and_unions,
    merge_outputs,
    merge_inputs,
    merge_executable_directives,
    merge_enums,  # after all fields and arguments: they tell how an enum is used
    spread_interface_objects,  # after the interfaces it copies from
    spread_authorization,  # when every field has its place
    link_features,  # last: it links what the others used
)


def merge(subgraphs: Sequence[Subgraph]) -> Merging:
    """Merge the subgraphs; what is wrong stands in the result's ``errors``."""
    state = Merging(tuple(subgraphs))
    for rule in RULES:
        rule(state)
    return state
