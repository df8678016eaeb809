"""The rules that the field sets of ``@key``, ``@requires`` and ``@provides`` have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import GraphQLSyntaxError, print_ast

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.field_sets import FieldSet, On, Pick, parse_field_set, render_field_set
from gateway.composition.model import COMPOSITE, Applied, Field, Kind, Type


@dataclass(frozen=True, slots=True)
class FieldSetCheck:
    """One field set under examination. ``where`` is how messages call its place."""

    facts: SubgraphFacts
    applied: Applied
    where: str
    coordinate: str
    external_only: bool = False
    with_arguments: bool = False

    @property
    def directive(self) -> str:
        """``key``, ``requires`` or ``provides``."""
        return self.applied.name

    def wrong(self, code: str, problem: str, hint: str | None = None) -> CompositionError:
        """Make an error; ``code`` is completed with the directive's name."""
        written = print_ast(self.applied.arguments["fields"])
        name = self.facts.subgraph.spelled(self.directive)
        message = f"On {self.where}, for {name}(fields: {written}): {problem}"
        return CompositionError(
            f"{self.directive.upper()}_{code}", message, (self.coordinate,), (), hint
        )


def check_field_set(check: FieldSetCheck, parent: Type) -> Iterator[CompositionError]:
    """Yield everything wrong with a field set that selects on ``parent``."""
    text = check.applied.value("fields")
    if not isinstance(text, str) or _unquoted(check.applied):
        problem = 'Invalid value for argument "fields": must be a string.'
        yield check.wrong("INVALID_FIELDS_TYPE", problem, 'Write fields: "id".')
        return
    try:
        selections = parse_field_set(text)
    except GraphQLSyntaxError as error:
        yield check.wrong("INVALID_FIELDS", error.message)
        return
    yield from _check(check, parent, selections, external_above=False)


def _unquoted(applied: Applied) -> bool:
    return applied.arguments["fields"].kind != "string_value"


def _check(
    check: FieldSetCheck, parent: Type, selections: FieldSet, *, external_above: bool
) -> Iterator[CompositionError]:
    for selection in selections:
        unknown = _unknown_directive(check, selection)
        if unknown:
            yield check.wrong("INVALID_FIELDS", f'Unknown directive "{unknown}"')
        elif selection.directives:
            problem = (
                f"cannot have directive applications in the @{check.directive}(fields:) argument "
                f"but found {', '.join(selection.directives)}."
            )
            yield check.wrong("DIRECTIVE_IN_FIELDS_ARG", problem)
        elif isinstance(selection, On):
            yield from _check_fragment(check, parent, selection, external_above)
        else:
            yield from _check_pick(check, parent, selection, external_above)


def _unknown_directive(check: FieldSetCheck, selection: Pick | On) -> str | None:
    known = {"skip", "include", *check.facts.subgraph.directives}
    names = (written.partition("(")[0] for written in selection.directives)
    return next((name for name in names if name.removeprefix("@") not in known), None)


def _check_fragment(
    check: FieldSetCheck, parent: Type, selection: On, external_above: bool
) -> Iterator[CompositionError]:
    subgraph = check.facts.subgraph
    target = subgraph.types.get(selection.type) if selection.type else parent
    if target is None or target.kind not in COMPOSITE:
        yield check.wrong("INVALID_FIELDS", f'Unknown type "{selection.type}" in a fragment.')
    elif not _overlap(check.facts, parent, target):
        problem = f'Fragment cannot be spread here: "{parent.name}" can never be "{target.name}".'
        yield check.wrong("INVALID_FIELDS", problem)
    else:
        yield from _check(check, target, selection.selections, external_above=external_above)


def _overlap(facts: SubgraphFacts, one: Type, other: Type) -> bool:
    return bool(_possible(facts, one) & _possible(facts, other))


def _possible(facts: SubgraphFacts, declared: Type) -> set[str]:
    if declared.kind is Kind.UNION:
        return set(declared.members)
    if declared.kind is Kind.INTERFACE:
        return {
            t.name
            for t in facts.subgraph.types.values()
            if declared.name in t.interfaces and t.kind is Kind.OBJECT
        }
    return {declared.name}


def _check_pick(
    check: FieldSetCheck, parent: Type, pick: Pick, external_above: bool
) -> Iterator[CompositionError]:
    """Check one field. ``external_above``: below an external field nothing is resolved here."""
    if pick.alias:
        problem = (
            f'Cannot use alias "{pick.alias}" in "{pick.alias}: {pick.name}": aliases are not '
            f"supported in @{check.directive}"
        )
        yield check.wrong("INVALID_FIELDS", problem)
        return
    if pick.name == "__typename":
        return
    field = parent.fields.get(pick.name)
    if field is None:
        hint = "If another subgraph defines the field, add it to this one with @external."
        problem = f'Cannot query field "{pick.name}" on type "{parent.name}".'
        yield check.wrong("INVALID_FIELDS", problem, hint)
        return
    coordinate = f"{parent.name}.{pick.name}"
    yield from _check_arguments(check, coordinate, field, pick)
    external = (parent.name, pick.name) in check.facts.external
    target = check.facts.subgraph.type_of(field.type)
    if target is None or target.kind not in COMPOSITE:
        yield from _check_leaf(check, parent, pick, external=external or external_above)
        return
    if check.directive == "key" and _abstract(target):
        kind = target.kind.value.removesuffix(" Type")
        problem = f'field "{coordinate}" is a {kind} type which is not allowed in @key'
        yield check.wrong("FIELDS_SELECT_INVALID_TYPE", problem)
    elif not pick.selections:
        problem = f'Invalid empty selection set for field "{coordinate}" of type {field.type}'
        hint = f"Select fields of it: {pick.name} {{ … }}"
        yield check.wrong("INVALID_FIELDS", problem, hint)
    else:
        above = external_above or external or _implementations_external(check, parent, pick)
        yield from _check(check, target, pick.selections, external_above=above)


def _abstract(declared: Type) -> bool:
    return declared.kind in {Kind.UNION, Kind.INTERFACE}


def _check_arguments(
    check: FieldSetCheck, coordinate: str, field: Field, pick: Pick
) -> Iterator[CompositionError]:
    """Only ``@requires`` may give arguments, and then all that the field cannot do without."""
    if field.arguments and not check.with_arguments:
        problem = (
            f"field {coordinate} cannot be included because it has arguments "
            f"(fields with argument are not allowed in @{check.directive})"
        )
        yield check.wrong("FIELDS_HAS_ARGS", problem)
        return
    given = dict(pick.arguments)
    for name in given:
        if name not in field.arguments:
            problem = f'Unknown argument "{name}" on field "{coordinate}".'
            yield check.wrong("INVALID_FIELDS", problem)
    for name, argument in field.arguments.items():
        if argument.required and name not in given:
            problem = f'no value provided for the required argument "{name}" of "{coordinate}"'
            yield check.wrong("INVALID_FIELDS", problem)


def _check_leaf(
    check: FieldSetCheck, parent: Type, pick: Pick, *, external: bool
) -> Iterator[CompositionError]:
    """``@requires`` and ``@provides`` are about what others resolve: their leaves are external."""
    coordinate = f"{parent.name}.{pick.name}"
    if pick.selections:
        problem = f'Field "{coordinate}" is a leaf and has no fields to select'
        yield check.wrong(
            "INVALID_FIELDS", problem, f"Drop {{ {render_field_set(pick.selections)} }}."
        )
    elif check.external_only and not external:
        why = (
            '"effectively" provided by this subgraph (a @key field of an extension, which is not '
            "internally considered external)"
            if (parent.name, pick.name) in check.facts.fake_external
            else "provided by this subgraph (it is not marked @external)"
        )
        problem = (
            f'field "{coordinate}" should not be part of a @{check.directive} since it is '
            f"already {why}"
        )
        hint = f'Drop it from the field set, or mark "{coordinate}" @external.'
        yield check.wrong("FIELDS_MISSING_EXTERNAL", problem, hint)


def _implementations_external(check: FieldSetCheck, parent: Type, pick: Pick) -> bool:
    """An interface field cannot be external itself: what an implementation's refers to counts."""
    if parent.kind is not Kind.INTERFACE:
        return False
    return any((name, pick.name) in check.facts.external for name in _possible(check.facts, parent))
