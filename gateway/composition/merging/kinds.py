"""Every type is of one kind in all subgraphs, and defined (not only extended) somewhere."""

from __future__ import annotations

from gateway.composition.merging.state import Merging, Sources, group
from gateway.composition.model import ROOT_NAMES, Kind, Type

_INTERFACE_OBJECT = "Interface Object Type (Object Type with @interfaceObject)"


def settle_kinds(state: Merging) -> None:
    """Fill ``state.kinds``; TYPE_KIND_MISMATCH, EXTENSION_WITH_NO_BASE."""
    for name, sources in state.sources_by_type.items():
        kinds = {_kind(declared) for declared in sources.values()}
        if len(kinds) > 1:
            _mismatch(state, name, sources)
            _check_base(state, name, sources)
            continue
        state.kinds[name] = kinds.pop()
        _check_base(state, name, sources)
        _check_interface_object(state, name, sources)


def _kind(declared: Type) -> Kind:
    """An interface object counts as the interface that it stands for."""
    return Kind.INTERFACE if declared.is_interface_object else declared.kind


def _mismatch(state: Merging, name: str, sources: Sources) -> None:
    grouped = group(
        (i, _INTERFACE_OBJECT if t.is_interface_object else t.kind.value)
        for i, t in sources.items()
    )
    state.refuse(
        "TYPE_KIND_MISMATCH",
        f'Type "{name}" has mismatched kind: it is defined as {state.describe(grouped)}',
        name,
        sources,
        "Make it the same kind everywhere, or rename one of the types.",
    )


def _check_base(state: Merging, name: str, sources: Sources) -> None:
    if name in ROOT_NAMES or any(map(_defines, sources.values())):
        return
    for index in sources:
        state.refuse(
            "EXTENSION_WITH_NO_BASE",
            f'[{state.subgraphs[index].name}] Type "{name}" is an extension type, but there is no '
            f'type definition for "{name}" in any subgraph.',
            name,
            (index,),
            f'Define "{name}" in the subgraph that owns it, or write "type" for "extend type".',
        )


def _defines(declared: Type) -> bool:
    return declared.defined or declared.is_interface_object


def _check_interface_object(state: Merging, name: str, sources: Sources) -> None:
    if all(declared.is_interface_object for declared in sources.values()):
        state.refuse(
            "INTERFACE_OBJECT_USAGE_ERROR",
            f'Type "{name}" is declared with @interfaceObject in all the subgraphs in which it is '
            f"defined (it is defined in {state.subgraph_names(sources)} but should be defined as "
            "an interface in at least one subgraph)",
            name,
            sources,
        )
