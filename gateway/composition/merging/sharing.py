"""A field that several subgraphs resolve must be ``@shareable`` in all of them."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.merging.state import Merging, Overridden
from gateway.composition.model import Type


def check_sharing(
    state: Merging, parent: str, name: str, sources: Mapping[int, Type], overridden: Overridden
) -> None:
    """INVALID_FIELD_SHARING. Interface objects resolve fields for every implementation."""
    shareable: list[str] = []
    unshareable: list[tuple[int, str]] = []
    for index in _candidates(state, parent, sources):
        if overridden.lost(index) or index in overridden.givers:
            continue  # with a label, one of the two resolves the field at any time
        facts = state.facts[index]
        for owner in _resolving(state, parent, name, index, sources):
            if not facts.resolves((owner, name)):
                continue
            resolver = f'subgraph "{facts.subgraph.name}"'
            if owner != parent:
                resolver += f' (through @interfaceObject field "{owner}.{name}")'
            if (owner, name) in facts.shareable:
                shareable.append(resolver)
            else:
                unshareable.append((index, resolver))
    if unshareable and len(shareable) + len(unshareable) > 1:
        _refuse(state, f"{parent}.{name}", shareable, unshareable)


def _candidates(state: Merging, parent: str, sources: Mapping[int, Type]) -> list[int]:
    """Return the subgraphs that have the type, or an interface object standing for it."""
    abstracting = {
        index
        for interface in state.implemented.get(parent, ())
        for index, declared in state.sources_by_type.get(interface, {}).items()
        if declared.is_interface_object
    }
    return sorted(abstracting.union(sources))


def _resolving(
    state: Merging, parent: str, name: str, index: int, sources: Mapping[int, Type]
) -> list[str]:
    """Return the types under whose name a subgraph resolves the field."""
    declared = sources.get(index)
    if declared is not None and name in declared.fields:
        return [parent]
    if declared is not None:
        return []
    types = state.subgraphs[index].types
    return [
        interface
        for interface in state.implemented.get(parent, ())
        if interface in types
        and types[interface].is_interface_object
        and name in types[interface].fields
    ]


def _refuse(
    state: Merging, coordinate: str, shareable: list[str], unshareable: list[tuple[int, str]]
) -> None:
    everywhere = [resolver for _, resolver in unshareable] + shareable
    missing = "all of them" if not shareable else ", ".join(resolver for _, resolver in unshareable)
    state.refuse(
        "INVALID_FIELD_SHARING",
        f'Non-shareable field "{coordinate}" is resolved from multiple subgraphs: it is resolved '
        f"from {' and '.join(everywhere)} and defined as non-shareable in {missing}",
        coordinate,
        [index for index, _ in unshareable],
        "If they all give the same answer, mark it @shareable in each; "
        "otherwise rename or @override it.",
    )
