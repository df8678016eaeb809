"""Merges input objects: the fields that all subgraphs with the type know."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.merging.applied import merge_applied
from gateway.composition.merging.arguments import merge_default
from gateway.composition.merging.descriptions import merge_description
from gateway.composition.merging.joins import join_inputs, join_types
from gateway.composition.merging.references import merge_reference
from gateway.composition.merging.state import Merging, Sources
from gateway.composition.model import InputValue, Kind, Type


def merge_inputs(state: Merging) -> None:
    """Fill in every input object type."""
    for name, kind in state.kinds.items():
        if kind is Kind.INPUT:
            state.types[name] = _merge(state, name, state.sources_by_type[name])


def _merge(state: Merging, name: str, sources: Sources) -> Type:
    inputs = {value.name: value for value in _inputs(state, name, sources)}
    if not inputs:
        state.refuse(
            "EMPTY_MERGED_INPUT_TYPE",
            f'None of the fields of input object type "{name}" are consistently defined in all the '
            "subgraphs defining that type. As only fields common to all subgraphs are merged, "
            "this would result in an empty type.",
            name,
            sources,
        )
    return Type(
        name=name,
        kind=Kind.INPUT,
        description=merge_description(state, sources.values(), name),
        inputs=inputs,
        directives=(*join_types(state, sources), *merge_applied(state, sources, name)),
    )


def _inputs(state: Merging, parent: str, sources: Sources) -> Iterator[InputValue]:
    names = dict.fromkeys(name for declared in sources.values() for name in declared.inputs)
    for name in names:
        found = {i: t.inputs[name] for i, t in sources.items() if name in t.inputs}
        if len(found) < len(sources):
            _check_dropped(state, f"{parent}.{name}", found, sources)
        else:
            yield _input(state, f"{parent}.{name}", found, sources)


def _input(
    state: Merging, coordinate: str, found: dict[int, InputValue], sources: Sources
) -> InputValue:
    name = coordinate.partition(".")[2]
    reference, same = merge_reference(
        state,
        {index: value.type for index, value in found.items()},
        f'field "{coordinate}"',
        coordinate,
        "FIELD_TYPE_MISMATCH",
        input_position=True,
    )
    return InputValue(
        name=name,
        description=merge_description(state, found.values(), coordinate),
        type=reference,
        default=merge_default(
            state, found, f'Input field "{coordinate}"', coordinate, "INPUT_FIELD_DEFAULT_MISMATCH"
        ),
        directives=(
            *join_inputs(state, sources, name, same_type=same),
            *merge_applied(state, found, coordinate),
        ),
    )


def _check_dropped(
    state: Merging, coordinate: str, found: dict[int, InputValue], sources: Sources
) -> None:
    """What some subgraph does not know is left out, unless another cannot do without."""
    required = [index for index, value in found.items() if value.required]
    missing = [index for index in sources if index not in found]
    if required:
        state.refuse(
            "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
            f'Input object field "{coordinate}" is required in some subgraphs but does not appear '
            f"in all subgraphs: it is required in {state.subgraph_names(required)} but does not "
            f"appear in {state.subgraph_names(missing)}",
            coordinate,
            (*required, *missing),
            "Add it everywhere, or make it optional.",
        )
    else:
        state.hint(
            "INCONSISTENT_INPUT_OBJECT_FIELD",
            f'Input object field "{coordinate}" is not in the supergraph: it is not defined in '
            f"{state.subgraph_names(missing)}",
            coordinate,
        )
