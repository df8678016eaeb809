"""``@fromContext``: an argument takes its value from a context: ``"$name { selection }"``.

CONTEXT_NOT_SET, NO_CONTEXT_IN_SELECTION, CONTEXT_INVALID_SELECTION, CONTEXT_NO_RESOLVABLE_KEY.
Merged, it is among the ``contextArguments`` of ``@join__field``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graphql import GraphQLSyntaxError

from gateway.composition.contexts import FromContext, context_setters, contextual_arguments
from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.field_sets import FieldSet, On, Pick, parse_field_set
from gateway.composition.model import (
    COMPOSITE,
    Kind,
    ListOf,
    Named,
    NonNull,
    Subgraph,
    Type,
    TypeRef,
    base_name,
)
from gateway.composition.specification.directive import Definition, Directive


class Misfit(Exception):
    """A selection that does not give one value of the argument's type on some type."""


def check_contexts(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """Check what takes from contexts."""
    subgraph = facts.subgraph
    setters = context_setters(subgraph)
    for definition in subgraph.directives.values():
        for argument in definition.arguments.values():
            if argument.has("fromContext"):
                where = f"@{definition.name}({argument.name}:)"
                problem = f"@fromContext cannot be used on the argument of a directive {where}."
                yield CompositionError("CONTEXT_NOT_SET", problem, (where,))
    for taken in contextual_arguments(subgraph):
        yield from _check_place(subgraph, taken)
        yield from _check_value(subgraph, taken, setters)


def _check_place(subgraph: Subgraph, taken: FromContext) -> Iterator[CompositionError]:
    """The gateway fills the argument when it fetches the field anew, so the field needs a key."""
    where = taken.coordinate
    for name in taken.parent.interfaces:
        interface = subgraph.types.get(name)
        if interface is not None and taken.field.name in interface.fields:
            problem = (
                "@fromContext argument cannot be used on a field implementing an interface field "
                f'"{name}.{taken.field.name}".'
            )
            yield CompositionError("CONTEXT_NOT_SET", problem, (where,))
    if taken.argument.default is not None:
        problem = f'@fromContext arguments may not have a default value: "{where}".'
        yield CompositionError("CONTEXT_NOT_SET", problem, (where,))
    keys = taken.parent.every("key")
    if all(key.value("resolvable") is False for key in keys):
        problem = (
            f'Object "{taken.parent.name}" has no resolvable key but has a field with a '
            "contextual argument."
        )
        hint = "The field is fetched anew with the context's values: it needs a @key."
        yield CompositionError("CONTEXT_NO_RESOLVABLE_KEY", problem, (where,), (), hint)


def _check_value(
    subgraph: Subgraph, taken: FromContext, setters: Mapping[str, Sequence[Type]]
) -> Iterator[CompositionError]:
    """The context is set somewhere, and the selection fits every type that sets it."""
    where = taken.coordinate
    if taken.context is None:
        problem = f'@fromContext argument does not reference a context "{taken.selection}".'
        hint = 'Write "$context { field }".'
        yield CompositionError("NO_CONTEXT_IN_SELECTION", problem, (where,), (), hint)
        return
    if taken.context not in setters:
        problem = f'Context "{taken.context}" is used at location "{where}" but is never set.'
        yield CompositionError("CONTEXT_NOT_SET", problem, (where,))
        return
    try:
        selections = parse_field_set(taken.selection)
        for setter in setters[taken.context]:
            _check_on(subgraph, setter, selections, taken.argument.type)
    except (GraphQLSyntaxError, Misfit) as misfit:
        reason = misfit.message if isinstance(misfit, GraphQLSyntaxError) else str(misfit)
        problem = (
            f'Context "{taken.context}" is used in "{where}" but the selection is invalid: {reason}'
        )
        yield CompositionError("CONTEXT_INVALID_SELECTION", problem, (where,))


def _check_on(subgraph: Subgraph, setter: Type, selections: FieldSet, expected: TypeRef) -> None:
    """The selection gives one value: directly, or by one fragment per type."""
    if setter.is_interface_object:
        raise Misfit(f'one of the types in the selection is an interfaceObject: "{setter.name}"')
    fragments = [s for s in selections if isinstance(s, On) and s.type is not None]
    if fragments and len(fragments) == len(selections):
        matching = [f for f in fragments if _applies(subgraph, f.type or "", setter)]
        if not matching:
            raise Misfit(f'no type condition matches the location "{setter.name}"')
        for fragment in matching:
            target = subgraph.types[fragment.type or ""]
            _check_on(subgraph, target, fragment.selections, expected)
        return
    if len(selections) != 1:
        raise Misfit("multiple selections are made")
    selection = selections[0]
    if selection.directives:
        raise Misfit("directives are not allowed in the selection")
    if isinstance(selection, On):
        _check_on(subgraph, setter, selection.selections, expected)
        return
    if selection.alias:
        raise Misfit("aliases are not allowed in the selection")
    _check_pick(subgraph, setter, selection, expected)


def _applies(subgraph: Subgraph, condition: str, setter: Type) -> bool:
    declared = subgraph.types.get(condition)
    if declared is None:
        return False
    return (
        condition == setter.name
        or condition in setter.interfaces
        or condition in setter.members
        or setter.name in declared.interfaces
    )


def _check_pick(subgraph: Subgraph, setter: Type, pick: Pick, expected: TypeRef) -> None:
    """A field selected from a union must be on each of its members, as ``$c { name }`` asks all."""
    parents = [setter]
    if setter.kind is Kind.UNION:
        parents = [subgraph.types[name] for name in setter.members]
    for parent in parents:
        field = parent.fields.get(pick.name)
        if field is None:
            raise Misfit(f'cannot query field "{pick.name}" on type "{parent.name}".')
        target = subgraph.type_of(field.type)
        if target is not None and target.kind in COMPOSITE:
            _check_on(subgraph, target, pick.selections, expected)
        elif not _fits(field.type, expected):
            raise Misfit(
                f'the type of the selection "{field.type}" does not match the expected type '
                f'"{expected}"'
            )


def _fits(found: TypeRef, expected: TypeRef) -> bool:
    """Nullability may be lost on the way: the context's object may be null."""
    if isinstance(found, NonNull):
        found = found.of
    if isinstance(expected, NonNull):
        expected = expected.of
    if isinstance(found, ListOf) and isinstance(expected, ListOf):
        return _fits(found.of, expected.of)
    return isinstance(found, Named) and base_name(found) == str(expected)


DIRECTIVE = Directive(
    name="fromContext",
    definitions=(Definition((2, 8), "(field: {ContextFieldValue}) on ARGUMENT_DEFINITION"),),
    scalars={"ContextFieldValue": (2, 8)},
    checks=(check_contexts,),
)
