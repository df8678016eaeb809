"""Arguments in ``@requires`` must be those of the subgraphs that resolve the field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.composition.field_sets import FieldSet, On, Pick, fields_of
from gateway.composition.merging.state import Merging
from gateway.composition.model import Subgraph, Type


def check_required_arguments(merged: Merging) -> None:
    """REQUIRES_INVALID_FIELDS, as far as other subgraphs are concerned."""
    for index, subgraph in enumerate(merged.subgraphs):
        for declared in subgraph.types.values():
            for field in declared.fields.values():
                for applied in field.every("requires"):
                    written = applied.value("fields")
                    for parent, pick in _picks(subgraph, declared, fields_of(applied) or ()):
                        for problem in _problems(merged, index, parent, pick):
                            merged.refuse(
                                "REQUIRES_INVALID_FIELDS",
                                f'[{subgraph.name}] On field "{declared.name}.{field.name}", for '
                                f'@requires(fields: "{written}"): {problem}',
                                f"{declared.name}.{field.name}",
                                (index,),
                            )


def _picks(subgraph: Subgraph, parent: Type, selections: FieldSet) -> Iterator[tuple[Type, Pick]]:
    for selection in selections:
        if isinstance(selection, On):
            target: Type | None = subgraph.types.get(selection.type) if selection.type else parent
        else:
            yield parent, selection
            field = parent.fields.get(selection.name)
            target = subgraph.type_of(field.type) if field else None
        if target is not None:
            yield from _picks(subgraph, target, selection.selections)


def _problems(merged: Merging, index: int, parent: Type, pick: Pick) -> Sequence[str]:
    """Where another subgraph resolves the required field, it must take the arguments given."""
    if parent.name not in merged.sources_by_type:
        return ()
    coordinate = f"{parent.name}.{pick.name}"
    given = dict(pick.arguments)
    found = []
    for other, source in merged.sources_by_type[parent.name].items():
        field = source.fields.get(pick.name)
        if field is None or other == index:
            continue
        name = merged.subgraphs[other].name
        found += [
            f'no value provided for argument "{one}" of field "{coordinate}" but a value is '
            f'mandatory as "{one}" is required in subgraph "{name}"'
            for one, argument in field.arguments.items()
            if argument.required and one not in given
        ]
        found += [
            f'cannot provide a value for argument "{one}" of field "{coordinate}" as argument '
            f'"{one}" is not defined in subgraph "{name}"'
            for one in given
            if one not in field.arguments
        ]
    return found
