"""Gives root types their default names, so that all subgraphs speak of one Query."""

from __future__ import annotations

from dataclasses import replace

from graphql import DocumentNode, SchemaDefinitionNode, SchemaExtensionNode

from gateway.composition.errors import CompositionError
from gateway.composition.model import (
    ROOTS,
    Field,
    InputValue,
    Kind,
    ListOf,
    Named,
    NonNull,
    Subgraph,
    Type,
    TypeRef,
)

Names = dict[str, str]


def rename_roots(
    subgraph: Subgraph, document: DocumentNode
) -> tuple[Subgraph, list[CompositionError]]:
    """Rename the root types that ``schema { … }`` names otherwise; add a missing Query."""
    renamed: Names = {}
    errors = []
    for node in document.definitions:
        if not isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            continue
        for root in node.operation_types or ():
            actual, default = root.type.name.value, ROOTS[root.operation.value]
            if actual == default:
                continue
            if default in subgraph.types:
                errors.append(_used(default, actual))
            renamed[actual] = default
    if errors:
        return subgraph, errors
    types = {renamed.get(t.name, t.name): _rename(t, renamed) for t in subgraph.types.values()}
    # Every subgraph has a query root: federation itself puts _service there.
    types.setdefault("Query", Type(name="Query", kind=Kind.OBJECT))
    return replace(subgraph, types=types), []


def _used(default: str, actual: str) -> CompositionError:
    return CompositionError(
        f"ROOT_{default.upper()}_USED",
        f'The schema has a type named "{default}" but it is not set as the {default.lower()} root '
        f'type ("{actual}" is instead).',
        (default,),
        hint=f"Rename the type {default}, or make it the root.",
    )


def _rename(declared: Type, renamed: Names) -> Type:
    return replace(
        declared,
        name=renamed.get(declared.name, declared.name),
        fields={name: _rename_field(field, renamed) for name, field in declared.fields.items()},
        inputs={name: _rename_input(value, renamed) for name, value in declared.inputs.items()},
        interfaces=tuple(renamed.get(name, name) for name in declared.interfaces),
        members=tuple(renamed.get(name, name) for name in declared.members),
    )


def _rename_field(field: Field, renamed: Names) -> Field:
    return replace(field, type=_rename_ref(field.type, renamed))


def _rename_input(value: InputValue, renamed: Names) -> InputValue:
    return replace(value, type=_rename_ref(value.type, renamed))


def _rename_ref(ref: TypeRef, renamed: Names) -> TypeRef:
    if isinstance(ref, Named):
        return Named(renamed.get(ref.name, ref.name))
    if isinstance(ref, ListOf):
        return ListOf(_rename_ref(ref.of, renamed))
    inner = _rename_ref(ref.of, renamed)
    return NonNull(inner) if isinstance(inner, Named | ListOf) else inner
