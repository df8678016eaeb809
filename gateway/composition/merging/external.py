"""What a subgraph says of a field it does not resolve must agree with those that do."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import print_ast

from gateway.composition.directives import by_name
from gateway.composition.merging.defaults import meaning
from gateway.composition.merging.relations import is_subtype
from gateway.composition.merging.state import Merging, group
from gateway.composition.model import Applied, Field, InputValue


def resolving_only(state: Merging, parent: str, fields: Mapping[int, Field]) -> dict[int, Field]:
    """Return the fields that are not external; MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL."""
    kept = {}
    for index, field in fields.items():
        if (parent, field.name) not in state.facts[index].external:
            kept[index] = field
            continue
        for applied in field.directives:
            if applied.federation and _only_where_resolved(applied.name):
                state.refuse(
                    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
                    f"[{state.subgraphs[index].name}] Cannot apply merged directive "
                    f'{_written(applied)} to external field "{parent}.{field.name}"',
                    f"{parent}.{field.name}",
                    (index,),
                    "Apply it where the field is resolved.",
                )
    return kept


def _only_where_resolved(directive: str) -> bool:
    way = by_name()[directive].carried
    return way is not None and way.refused_on_external


def _written(applied: Applied) -> str:
    given = ", ".join(f"{name}: {print_ast(value)}" for name, value in applied.arguments.items())
    return f"@{applied.name}({given})" if given else f"@{applied.name}"


def check_external(
    state: Merging, parent: str, fields: Mapping[int, Field], merged: Field, *, same_type: bool
) -> None:
    """EXTERNAL_TYPE_MISMATCH, EXTERNAL_ARGUMENT_MISSING, …_TYPE_MISMATCH, …_DEFAULT_MISMATCH.

    Where all that resolve the field agree on its type (``same_type``) it must be exactly that.
    """
    coordinate = f"{parent}.{merged.name}"
    external = {i: f for i, f in fields.items() if (parent, f.name) in state.facts[i].external}
    resolving = [index for index in fields if index not in external]
    bad_type = any(
        f.type != merged.type and (same_type or not is_subtype(state, f.type, merged.type))
        for f in external.values()
    )
    if bad_type:
        grouped = group((i, f'type "{f.type}"') for i, f in _resolving_first(fields, resolving))
        state.refuse(
            "EXTERNAL_TYPE_MISMATCH",
            f'Type of field "{coordinate}" is incompatible across subgraphs (where marked '
            f"@external): it has {state.describe(grouped)}",
            coordinate,
            fields,
            "Give the external field the type it has where it is resolved.",
        )
    for name, argument in merged.arguments.items():
        _check_argument(state, coordinate, name, argument, external, resolving)


def _resolving_first(fields: Mapping[int, Field], resolving: list[int]) -> list[tuple[int, Field]]:
    return sorted(fields.items(), key=lambda pair: pair[0] not in resolving)


def _check_argument(
    state: Merging,
    coordinate: str,
    name: str,
    merged: InputValue,
    external: Mapping[int, Field],
    resolving: list[int],
) -> None:
    """An external field takes the arguments that it takes where it is resolved."""
    where = f"{coordinate}({name}:)"
    elsewhere = state.subgraph_names(resolving) if resolving else "other subgraphs"
    for index, field in external.items():
        argument = field.arguments.get(name)
        subgraph = state.subgraphs[index].name
        if argument is None:
            problem = (
                f'Field "{coordinate}" is missing argument "{where}" in some subgraphs where it is '
                f'marked @external: argument "{where}" is declared in {elsewhere} but not in '
                f'subgraph "{subgraph}" (where "{coordinate}" is @external).'
            )
            state.refuse("EXTERNAL_ARGUMENT_MISSING", problem, where, (index, *resolving))
        elif not is_subtype(state, merged.type, argument.type):
            problem = (
                f'Type of argument "{where}" is incompatible across subgraphs (where '
                f'"{coordinate}" is marked @external): it has type "{merged.type}" in '
                f'{elsewhere} but type "{argument.type}" in subgraph "{subgraph}"'
            )
            state.refuse("EXTERNAL_ARGUMENT_TYPE_MISMATCH", problem, where, (index, *resolving))
        elif meaning(argument.default) != meaning(merged.default):
            problem = (
                f'Argument "{where}" has incompatible defaults across subgraphs (where '
                f'"{coordinate}" is marked @external): it has {_default(merged)} in '
                f'{elsewhere} but {_default(argument)} in subgraph "{subgraph}"'
            )
            state.refuse("EXTERNAL_ARGUMENT_DEFAULT_MISMATCH", problem, where, (index, *resolving))


def _default(value: InputValue) -> str:
    return f"default value {print_ast(value.default)}" if value.default else "no default value"
