"""Merges enums by use: what clients send must be known everywhere, what they get need not.

Used as an input only: the values all subgraphs have. As an output only (or not at all): those any
has. As both: the subgraphs must agree, ``@inaccessible`` values excepted.
"""

from __future__ import annotations

from gateway.composition.merging.applied import merge_applied
from gateway.composition.merging.descriptions import merge_description
from gateway.composition.merging.joins import join_types, join_value
from gateway.composition.merging.state import Merging, Sources
from gateway.composition.model import EnumValue, Kind, Type


def merge_enums(state: Merging) -> None:
    """Fill in every enum type; runs after the fields, which tell how enums are used."""
    for name, kind in state.kinds.items():
        if kind is Kind.ENUM:
            state.types[name] = _merge(state, name, state.sources_by_type[name])


def _merge(state: Merging, name: str, sources: Sources) -> Type:
    """How an enum is used decides which values are kept: see ``_kept``."""
    usage = state.enum_usage.get(name, {})
    names = dict.fromkeys(value for declared in sources.values() for value in declared.values)
    values = {}
    for value in names:
        merged = _value(state, name, sources, value)
        if _kept(state, name, sources, merged, usage):
            values[value] = merged
    if not values:
        state.refuse(
            "EMPTY_MERGED_ENUM_TYPE",
            f'None of the values of enum type "{name}" are defined consistently in all the '
            "subgraphs defining that type. As only values common to all subgraphs are merged, "
            "this would result in an empty type.",
            name,
            sources,
        )
    return Type(
        name=name,
        kind=Kind.ENUM,
        description=merge_description(state, sources.values(), name),
        values=values,
        directives=(*join_types(state, sources), *merge_applied(state, sources, name)),
    )


def _value(state: Merging, name: str, sources: Sources, value: str) -> EnumValue:
    found = {i: t.values[value] for i, t in sources.items() if value in t.values}
    coordinate = f"{name}.{value}"
    return EnumValue(
        name=value,
        description=merge_description(state, found.values(), coordinate),
        directives=(
            *join_value(state, sources, value),
            *merge_applied(state, found, coordinate),
        ),
    )


def _kept(
    state: Merging, name: str, sources: Sources, merged: EnumValue, usage: dict[str, str]
) -> bool:
    """Given only: all values. Taken only: those that all know. Both: all must define the same."""
    missing = [index for index, declared in sources.items() if merged.name not in declared.values]
    if not missing or "input" not in usage:
        return True
    hidden = merged.has("inaccessible")
    if "output" in usage:
        if not hidden:
            _mismatch(state, name, merged.name, sources, missing, usage)
        return True
    if hidden:
        return False
    state.hint(
        "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
        f'Value "{merged.name}" of enum type "{name}" is not in the supergraph: the enum is used '
        f"as an input and {state.subgraph_names(missing)} does not define it.",
        f"{name}.{merged.name}",
    )
    return False


def _mismatch(
    state: Merging,
    name: str,
    value: str,
    sources: Sources,
    missing: list[int],
    usage: dict[str, str],
) -> None:
    defining = [index for index in sources if index not in missing]
    state.refuse(
        "ENUM_VALUE_MISMATCH",
        f'Enum type "{name}" is used as both input type (for example, as type of '
        f'"{usage["input"]}") and output type (for example, as type of "{usage["output"]}"), but '
        f'value "{value}" is not defined in all the subgraphs defining "{name}": "{value}" is '
        f"defined in {state.subgraph_names(defining)} but not in {state.subgraph_names(missing)}",
        f"{name}.{value}",
        sources,
        f'Define "{value}" everywhere, or mark it @inaccessible until it is.',
    )
