"""Prints the API schema: what clients see, without machinery and ``@inaccessible`` parts."""

from __future__ import annotations

from dataclasses import replace

from graphql import (
    GraphQLSchema,
    build_ast_schema,
    lexicographic_sort_schema,
    parse,
    print_schema,
)

from gateway.composition.merging.definitions import EXECUTABLE
from gateway.composition.merging.state import Merging
from gateway.composition.model import (
    ROOTS,
    Applied,
    DirectiveDefinition,
    Element,
    Field,
    InputValue,
    Type,
)
from gateway.composition.printing.sdl import print_description, print_directive, print_type

_KEPT = frozenset({"deprecated", "specifiedBy", "oneOf"})


def build_api_schema(state: Merging) -> GraphQLSchema:
    """Return the API schema; it may still be invalid (see graphql-core's validate_schema)."""
    visible = {n: t for n, t in state.types.items() if _visible(t)}
    blocks = [print_type(_strip(t, visible), {}) for t in visible.values()]
    if state.description:
        roots = "".join(f" {kind}: {name}" for kind, name in ROOTS.items() if name in visible)
        blocks.append(f"{print_description(state.description)}schema {{{roots} }}")
    blocks += [
        print_directive(_strip_directive(d), {})
        for d in state.directives.values()
        if d.name not in state.composed and set(d.locations) & EXECUTABLE
    ]
    return build_ast_schema(parse("\n\n".join(blocks), no_location=True), assume_valid_sdl=True)


def print_api_schema(schema: GraphQLSchema) -> str:
    """Return the API schema's SDL in its canonical, sorted form."""
    return print_schema(lexicographic_sort_schema(schema)) + "\n"


def _strip(declared: Type, visible: dict[str, Type]) -> Type:
    return replace(
        declared,
        directives=_kept(declared),
        interfaces=tuple(name for name in declared.interfaces if name in visible),
        members=tuple(name for name in declared.members if name in visible),
        fields={f.name: _strip_field(f) for f in declared.fields.values() if _visible(f)},
        inputs={v.name: _strip_input(v) for v in declared.inputs.values() if _visible(v)},
        values={
            v.name: replace(v, directives=_kept(v)) for v in declared.values.values() if _visible(v)
        },
    )


def _strip_field(field: Field) -> Field:
    arguments = {a.name: _strip_input(a) for a in field.arguments.values() if _visible(a)}
    return replace(field, directives=_kept(field), arguments=arguments)


def _strip_input(value: InputValue) -> InputValue:
    return replace(value, directives=_kept(value))


def _strip_directive(definition: DirectiveDefinition) -> DirectiveDefinition:
    arguments = {a.name: _strip_input(a) for a in definition.arguments.values() if _visible(a)}
    locations = tuple(place for place in definition.locations if place in EXECUTABLE)
    return replace(definition, arguments=arguments, locations=locations)


def _kept(element: Element) -> tuple[Applied, ...]:
    return tuple(a for a in element.directives if not a.federation and a.name in _KEPT)


def _visible(element: Element) -> bool:
    return not element.has("inaccessible")
