"""Merges the definitions of executable directives: those that all subgraphs share.

A client may use a directive on a query only if every subgraph understands it: of the locations
and arguments, too, what all have is kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import DirectiveLocation

from gateway.composition.merging.arguments import merge_argument
from gateway.composition.merging.descriptions import merge_description
from gateway.composition.merging.state import Merging
from gateway.composition.model import DirectiveDefinition

EXECUTABLE = frozenset(
    {
        DirectiveLocation.QUERY,
        DirectiveLocation.MUTATION,
        DirectiveLocation.SUBSCRIPTION,
        DirectiveLocation.FIELD,
        DirectiveLocation.FRAGMENT_DEFINITION,
        DirectiveLocation.FRAGMENT_SPREAD,
        DirectiveLocation.INLINE_FRAGMENT,
        DirectiveLocation.VARIABLE_DEFINITION,
    }
)
SPECIFIED = frozenset({"skip", "include", "deprecated", "specifiedBy", "oneOf", "defer", "stream"})


def merge_executable_directives(state: Merging) -> None:
    """Fill ``state.directives`` with what clients may use."""
    names = dict.fromkeys(name for subgraph in state.subgraphs for name in subgraph.directives)
    for name in names:
        found = {
            index: subgraph.directives[name]
            for index, subgraph in enumerate(state.subgraphs)
            if name in subgraph.directives
        }
        if name in SPECIFIED or name in state.composed:
            continue
        if not any(set(d.locations) & EXECUTABLE for d in found.values()):
            continue
        merged = _merge(state, name, found)
        if merged is not None:
            state.directives[name] = merged


def _merge(
    state: Merging, name: str, found: Mapping[int, DirectiveDefinition]
) -> DirectiveDefinition | None:
    """Return what all subgraphs define alike, None (and a hint) if that is nothing."""
    first = next(iter(found.values()))
    locations = tuple(
        location
        for location in first.locations
        if location in EXECUTABLE and all(location in d.locations for d in found.values())
    )
    if len(found) < len(state.subgraphs) or not locations:
        state.hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
            f'Executable directive "@{name}" is not in the supergraph: not all subgraphs define it '
            "for the same places.",
            f"@{name}",
        )
        return None
    arguments = {}
    for argument in first.arguments:
        if all(argument in d.arguments for d in found.values()):
            given = {index: d.arguments[argument] for index, d in found.items()}
            arguments[argument] = merge_argument(state, given, f"@{name}({argument}:)")
    return DirectiveDefinition(
        name=name,
        description=merge_description(state, found.values(), f"@{name}"),
        arguments=arguments,
        locations=locations,
        repeatable=all(d.repeatable for d in found.values()),
    )
