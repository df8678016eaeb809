"""``@inaccessible`` must leave a whole API schema: nothing visible may depend on what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    ConstValueNode,
    EnumValueNode,
    ListValueNode,
    ObjectValueNode,
)

from gateway.composition.merging.state import Merging
from gateway.composition.model import (
    ROOT_NAMES,
    Element,
    Field,
    InputValue,
    Kind,
    Type,
    TypeRef,
    base_name,
)


def check_inaccessible(merged: Merging) -> None:
    """QUERY_ROOT_TYPE_INACCESSIBLE, …_INACCESSIBLE, ONLY_INACCESSIBLE_CHILDREN."""
    if "inaccessible" not in merged.used_directives:
        return
    query = merged.types["Query"]
    if query.has("inaccessible"):
        problem = (
            'Type "Query" is @inaccessible but is the root query type, which must be in the API '
            "schema."
        )
        merged.refuse("QUERY_ROOT_TYPE_INACCESSIBLE", problem, "Query")
        return
    for declared in merged.types.values():
        if not declared.has("inaccessible"):
            _check_children(merged, declared)
            _check_implementation(merged, declared)
            for coordinate, ref in _references(declared):
                _check_reference(merged, coordinate, ref)
            for coordinate, value in _inputs(declared):
                _check_default(merged, coordinate, value)


def _visible(elements: Mapping[str, Element]) -> list[Element]:
    return [element for element in elements.values() if not element.has("inaccessible")]


def _check_children(merged: Merging, declared: Type) -> None:
    parts: Mapping[str, Element]
    if declared.kind is Kind.UNION:
        hidden = [merged.types[m].has("inaccessible") for m in declared.members]
        if all(hidden):
            _only_hidden(merged, declared, "members")
        return
    for what, parts in (
        ("fields", declared.fields),
        ("input fields", declared.inputs),
        ("values", declared.values),
    ):
        if parts and not _visible(parts):
            if declared.name in ROOT_NAMES - {"Query"}:
                continue
            _only_hidden(merged, declared, what.removeprefix("input "))


def _only_hidden(merged: Merging, declared: Type, what: str) -> None:
    merged.refuse(
        "ONLY_INACCESSIBLE_CHILDREN",
        f'Type "{declared.name}" is in the API schema but all of its {what} are @inaccessible.',
        declared.name,
        (),
        f'Mark "{declared.name}" @inaccessible, too.',
    )


def _references(declared: Type) -> Iterator[tuple[str, TypeRef]]:
    for field in declared.fields.values():
        if not field.has("inaccessible"):
            coordinate = f"{declared.name}.{field.name}"
            yield coordinate, field.type
            for argument in field.arguments.values():
                if not argument.has("inaccessible"):
                    yield f"{coordinate}({argument.name}:)", argument.type
    for value in declared.inputs.values():
        if not value.has("inaccessible"):
            yield f"{declared.name}.{value.name}", value.type


def _check_reference(merged: Merging, coordinate: str, ref: TypeRef) -> None:
    target = merged.types.get(base_name(ref))
    if target is not None and target.has("inaccessible"):
        merged.refuse(
            "REFERENCED_INACCESSIBLE",
            f'Type "{target.name}" is @inaccessible but is referenced by "{coordinate}", which is '
            "in the API schema.",
            coordinate,
            (),
            f'Hide "{coordinate}" as well.',
        )


def _check_implementation(merged: Merging, declared: Type) -> None:
    for name in declared.interfaces:
        interface = merged.types[name]
        if interface.has("inaccessible"):
            continue
        for promised in interface.fields.values():
            field = declared.fields.get(promised.name)
            if field is None or promised.has("inaccessible"):
                continue
            if field.has("inaccessible"):
                problem = (
                    f'Field "{declared.name}.{field.name}" is @inaccessible but implements the '
                    f'interface field "{name}.{field.name}", which is in the API schema.'
                )
                where = f"{declared.name}.{field.name}"
                merged.refuse("IMPLEMENTED_BY_INACCESSIBLE", problem, where)
            else:
                _check_arguments(merged, f"{declared.name}.{field.name}", field, name, promised)
    for field in declared.fields.values():
        if not field.has("inaccessible"):
            for argument in field.arguments.values():
                where = f"{declared.name}.{field.name}({argument.name}:)"
                _check_required(merged, where, argument, "a required argument of its field")
    for value in declared.inputs.values():
        where = f"{declared.name}.{value.name}"
        _check_required(merged, where, value, "a required input field of its type")


def _check_arguments(
    merged: Merging, coordinate: str, field: Field, interface: str, promised: Field
) -> None:
    for argument in promised.arguments.values():
        own = field.arguments.get(argument.name)
        if own is not None and own.has("inaccessible") and not argument.has("inaccessible"):
            where = f"{coordinate}({argument.name}:)"
            problem = (
                f'Argument "{where}" is @inaccessible but implements the interface argument '
                f'"{interface}.{promised.name}({argument.name}:)", which is in the API schema.'
            )
            merged.refuse("IMPLEMENTED_BY_INACCESSIBLE", problem, where)


def _check_required(merged: Merging, where: str, value: InputValue, what: str) -> None:
    if value.has("inaccessible") and value.required:
        kind = "Argument" if where.endswith(":)") else "Input field"
        merged.refuse(
            "REQUIRED_INACCESSIBLE",
            f'{kind} "{where}" is @inaccessible but is {what}.',
            where,
            (),
            "Make it optional, or visible.",
        )


def _inputs(declared: Type) -> Iterator[tuple[str, InputValue]]:
    for field in declared.fields.values():
        if not field.has("inaccessible"):
            for argument in field.arguments.values():
                if not argument.has("inaccessible"):
                    yield f"{declared.name}.{field.name}({argument.name}:)", argument
    for value in declared.inputs.values():
        if not value.has("inaccessible"):
            yield f"{declared.name}.{value.name}", value


def _check_default(merged: Merging, coordinate: str, value: InputValue) -> None:
    if value.default is None:
        return
    for kind, used in _used(merged, value.default, base_name(value.type)):
        merged.refuse(
            "DEFAULT_VALUE_USES_INACCESSIBLE",
            f'{kind} "{used}" is @inaccessible but is used in the default value of '
            f'"{coordinate}", which is in the API schema.',
            coordinate,
        )


def _used(merged: Merging, literal: ConstValueNode, name: str) -> Iterator[tuple[str, str]]:
    """Yield the hidden values and fields within a default."""
    declared = merged.types.get(name)
    if declared is None:
        return
    if isinstance(literal, ListValueNode):
        for item in literal.values:
            yield from _used(merged, item, name)
    elif isinstance(literal, EnumValueNode) and declared.kind is Kind.ENUM:
        value = declared.values.get(literal.value)
        if value is not None and value.has("inaccessible"):
            yield "Enum value", f"{name}.{value.name}"
    elif isinstance(literal, ObjectValueNode):
        for given in literal.fields:
            field = declared.inputs.get(given.name.value)
            if field is not None:
                if field.has("inaccessible"):
                    yield "Input field", f"{name}.{field.name}"
                yield from _used(merged, given.value, base_name(field.type))
