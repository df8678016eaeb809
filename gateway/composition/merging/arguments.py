"""Merges the arguments of a field: those that every subgraph with the field knows."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import ConstValueNode, print_ast

from gateway.composition.merging.applied import merge_applied
from gateway.composition.merging.defaults import meaning
from gateway.composition.merging.descriptions import merge_description
from gateway.composition.merging.references import merge_reference
from gateway.composition.merging.state import Merging, group
from gateway.composition.model import Field, InputValue


def merge_arguments(
    state: Merging, fields: Mapping[int, Field], coordinate: str
) -> dict[str, InputValue]:
    """Return the merged arguments; what only some subgraphs know must be optional, and goes."""
    names = dict.fromkeys(name for field in fields.values() for name in field.arguments)
    merged = {}
    for name in names:
        given = {i: f.arguments[name] for i, f in fields.items() if name in f.arguments}
        where = f"{coordinate}({name}:)"
        if any(argument.has("fromContext") for argument in given.values()):
            _check_contextual(state, given, where)
        elif len(given) < len(fields):
            _check_dropped(state, given, fields, where)
        else:
            merged[name] = merge_argument(state, given, where)
    return merged


def merge_argument(state: Merging, given: Mapping[int, InputValue], where: str) -> InputValue:
    """Merge one argument that all have."""
    merged, _ = merge_reference(
        state,
        {index: argument.type for index, argument in given.items()},
        f'argument "{where}"',
        where,
        "FIELD_ARGUMENT_TYPE_MISMATCH",
        input_position=True,
    )
    first = next(iter(given.values()))
    return InputValue(
        name=first.name,
        description=merge_description(state, given.values(), where),
        directives=merge_applied(state, given, where),
        type=merged,
        default=merge_default(
            state, given, f'Argument "{where}"', where, "FIELD_ARGUMENT_DEFAULT_MISMATCH"
        ),
    )


def merge_default(
    state: Merging, given: Mapping[int, InputValue], what: str, coordinate: str, code: str
) -> ConstValueNode | None:
    """Return the default all agree on; one that only some subgraphs have is dropped."""
    values = {meaning(v.default) for v in given.values()}
    if len(values) == 1:
        return next(iter(given.values())).default
    defaults = group(
        (i, f"default value {print_ast(v.default)}") for i, v in given.items() if v.default
    )
    if None in values and len(values) == 2:  # noqa: PLR2004 - none and one default
        state.hint(
            "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
            f"{what} has a default value in only some subgraphs, so the supergraph has none: "
            f"it has {state.describe(defaults)}",
            coordinate,
        )
    else:
        state.refuse(
            code,
            f"{what} has incompatible default values across subgraphs: it has "
            f"{state.describe(defaults)}",
            coordinate,
            given,
            "Use one default everywhere.",
        )
    return None


def _check_dropped(
    state: Merging, given: Mapping[int, InputValue], fields: Mapping[int, Field], where: str
) -> None:
    """What some subgraph does not know is left out, unless another cannot do without."""
    required = [index for index, argument in given.items() if argument.required]
    missing = [index for index in fields if index not in given]
    if required:
        state.refuse(
            "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
            f'Argument "{where}" is required in some subgraphs but does not appear in all '
            f"subgraphs: it is required in {state.subgraph_names(required)} but does not appear in "
            f"{state.subgraph_names(missing)}",
            where,
            (*required, *missing),
            "Add it everywhere, or make it optional.",
        )
    else:
        state.hint(
            "INCONSISTENT_ARGUMENT_PRESENCE",
            f'Optional argument "{where}" is not in the supergraph: it is defined in '
            f"{state.subgraph_names(given)} but not in {state.subgraph_names(missing)}",
            where,
        )


def _check_contextual(state: Merging, given: Mapping[int, InputValue], where: str) -> None:
    """A contextual argument is the gateway's to fill: clients never see it."""
    for index, argument in given.items():
        if argument.has("fromContext"):
            continue
        if argument.required:
            state.refuse(
                "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
                f'Argument "{where}" is contextual in at least one subgraph but in subgraph '
                f'"{state.subgraphs[index].name}" it does not have @fromContext, is not nullable '
                "and has no default value.",
                where,
                given,
            )
        else:
            state.hint(
                "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
                f'Argument "{where}" is contextual in some subgraphs and left out in '
                f'"{state.subgraphs[index].name}", where it is not.',
                where,
            )
