"""API_REFERENCE.md, made from the API schema: every operation, type, input, enum and scalar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    NullValueNode,
    build_schema,
    get_named_type,
    is_specified_scalar_type,
    print_ast,
)

REFERENCE = "API_REFERENCE.md"

_HEAD = """\
# API reference

Made from `schema/api.graphql` by `est schema compose`; edit the descriptions in the services.

One endpoint, `POST /graphql`, answers all of it (`http://127.0.0.1:4000/graphql` under `make run`).
Send an access token as `Authorization: Bearer …`. Failures that a caller can mend are GraphQL
errors with a stable `extensions.code`, named with each operation below; input that breaks several
rules is one `BAD_USER_INPUT` whose `extensions.violations` name each fault and, from the argument
down, its `path`. Everything else is `INTERNAL` with a request id. What lists UNAUTHENTICATED is not
even asked for on behalf of callers without an access token. Who may do what stands in
[AUTHORIZATION.md](AUTHORIZATION.md).
"""


def reference(api_sdl: str) -> str:
    """Return the reference as Markdown."""
    schema = build_schema(api_sdl)
    return "\n".join([_HEAD, *_sections(schema)]).rstrip("\n") + "\n"


def _sections(schema: GraphQLSchema) -> Iterator[str]:
    roots = [root for root in (schema.query_type, schema.mutation_type) if root]
    for title, root in zip(("Queries", "Mutations"), roots, strict=False):
        yield f"## {title}\n"
        for name, field in root.fields.items():
            yield from _operation(name, field)
    types = [
        type_
        for name, type_ in sorted(schema.type_map.items())
        if type_ not in roots and not name.startswith("__") and not is_specified_scalar_type(type_)
    ]
    for title, kind in (
        ("Types", GraphQLObjectType),
        ("Inputs", GraphQLInputObjectType),
        ("Enums", GraphQLEnumType),
        ("Scalars", GraphQLScalarType),
    ):
        yield f"## {title}\n"
        for type_ in types:
            if isinstance(type_, kind):
                yield from _type(type_)


def _operation(name: str, field: GraphQLField) -> Iterator[str]:
    yield f"### `{name}`: {_linked(field)}\n"
    yield f"{field.description}\n"
    if field.args:
        yield from _table(("argument", "type", ""), _input_rows(field.args))


def _type(type_: GraphQLNamedType) -> Iterator[str]:
    yield f"### {type_.name}\n"
    yield f"{type_.description}\n"
    if isinstance(type_, GraphQLObjectType):
        yield from _table(("field", "type", ""), _field_rows(type_.fields))
    elif isinstance(type_, GraphQLInputObjectType):
        yield from _table(("field", "type", ""), _input_rows(type_.fields))
    elif isinstance(type_, GraphQLEnumType):
        rows = ((f"`{name}`", value.description or "") for name, value in type_.values.items())
        yield from _table(("value", ""), rows)


def _field_rows(fields: Mapping[str, GraphQLField]) -> Iterator[tuple[str, ...]]:
    for name, field in fields.items():
        arguments = f"({', '.join(_signature(*item) for item in field.args.items())})"
        shown = f"`{name}{arguments if field.args else ''}`"
        yield shown, _linked(field), field.description or ""


def _input_rows(
    inputs: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
) -> Iterator[tuple[str, ...]]:
    for name, value in inputs.items():
        default = _default(value)
        shown = f"{_linked(value)} = `{default}`" if default else _linked(value)
        yield f"`{name}`", shown, value.description or ""


def _signature(name: str, argument: GraphQLArgument) -> str:
    default = _default(argument)
    return f"{name}: {argument.type}" + (f" = {default}" if default else "")


def _default(value: GraphQLArgument | GraphQLInputField) -> str | None:
    node = value.ast_node.default_value if value.ast_node else None
    return print_ast(node) if node and not isinstance(node, NullValueNode) else None


def _linked(value: GraphQLField | GraphQLArgument | GraphQLInputField) -> str:
    named = get_named_type(value.type)
    if is_specified_scalar_type(named):
        return f"`{value.type}`"
    return f"[`{value.type}`](#{named.name.lower()})"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
