"""What a field takes from others by ``@requires`` or ``@fromContext`` it must also protect.

Rule of late 2025: a field whose value may be computed from protected data carries at least the
requirements of that data (its fields, their types). MISSING_TRANSITIVE_AUTH_REQUIREMENTS.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from gateway.composition.contexts import context_setters, contextual_arguments
from gateway.composition.directives import authorizing
from gateway.composition.field_sets import FieldSet, On, fields_of, parse_field_set
from gateway.composition.merging.relations import runtime_types
from gateway.composition.merging.state import Merging
from gateway.composition.model import Element, Kind, Type, base_name
from gateway.composition.specification.directive import Alternatives, Directive

Requirement = tuple[Alternatives, ...]
"""What each authorization directive demands, in their order; no alternatives: nothing."""


def check_transitive_authorization(merged: Merging) -> None:
    """Compare each such field's requirement with that of what it selects."""
    if not merged.used_directives.isdisjoint(d.name for d in authorizing()):
        _check_requires(merged)
        _check_contexts(merged)


def _check_requires(merged: Merging) -> None:
    for index, subgraph in enumerate(merged.subgraphs):
        for declared in subgraph.types.values():
            for field in declared.fields.values():
                for applied in field.every("requires"):
                    selections = fields_of(applied) or ()
                    _check(merged, index, declared.name, field.name, selections, "@requires")


def _check_contexts(merged: Merging) -> None:
    for index, subgraph in enumerate(merged.subgraphs):
        setters = context_setters(subgraph)
        for taken in contextual_arguments(subgraph):
            for setter in setters.get(taken.context or "", ()):
                owned = _of_element(merged.types[taken.parent.name])
                field = merged.types[taken.parent.name].fields[taken.field.name]
                have = _both(owned, _of_element(field))
                if not _covers(have, _of_element(merged.types[setter.name])):
                    where = f"{taken.parent.name}.{taken.field.name}"
                    _refuse(merged, index, where, f'context "{taken.context}"', "@fromContext")
                selections = parse_field_set(taken.selection)
                names = taken.parent.name, taken.field.name
                _check(merged, index, *names, selections, "@fromContext", setter=setter.name)


def _check(
    merged: Merging,
    index: int,
    parent: str,
    field: str,
    selections: FieldSet,
    directive: str,
    setter: str | None = None,
) -> None:
    # What an interface object declares, a client may ask of one implementation alone.
    for name in sorted(runtime_types(merged, parent)) or [parent]:
        declared = merged.types[name]
        have = _both(_of_element(declared), _of_element(declared.fields[field]))
        for coordinate, need in _needs(merged, merged.types[setter or name], selections):
            if not _covers(have, need):
                _refuse(merged, index, f"{parent}.{field}", f'"{coordinate}"', directive)
                return


def _refuse(merged: Merging, index: int, coordinate: str, what: str, directive: str) -> None:
    merged.refuse(
        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
        f'[{merged.subgraphs[index].name}] Field "{coordinate}" does not specify necessary '
        "@authenticated, @requiresScopes and/or @policy auth requirements to access the "
        f"transitive {what} data from {directive} selection set.",
        coordinate,
        (index,),
        f'Repeat on "{coordinate}" what protects the {what}.',
    )


def _needs(
    merged: Merging, parent: Type, selections: FieldSet
) -> Iterator[tuple[str, Requirement]]:
    """Yield what protects each field and type of a selection, with its coordinate."""
    for selection in selections:
        if isinstance(selection, On):
            target = merged.types.get(selection.type) if selection.type else parent
            if target is not None:
                if selection.type:
                    yield target.name, _of_element(target)
                yield from _needs(merged, target, selection.selections)
            continue
        for owner in _owners(merged, parent):
            field = owner.fields.get(selection.name)
            if field is not None:
                coordinate = f"{owner.name}.{field.name}"
                yield coordinate, _of_element(field)
                if owner is not parent:
                    yield owner.name, _of_element(owner)
        field = parent.fields.get(selection.name)
        target = merged.types.get(base_name(field.type)) if field else None
        if target is not None:
            yield target.name, _of_element(target)
            yield from _needs(merged, target, selection.selections)


def _owners(merged: Merging, parent: Type) -> Iterator[Type]:
    """A field of an interface is one of any type implementing it."""
    yield parent
    if parent.kind is Kind.INTERFACE:
        for name in sorted(runtime_types(merged, parent.name)):
            yield merged.types[name]


def _of_element(element: Element) -> Requirement:
    return tuple(_demanded(element, directive) for directive in authorizing())


def _demanded(element: Element, directive: Directive) -> Alternatives:
    applied = element.first(directive.name)
    return directive.requirement(applied) if applied and directive.requirement else ()


def _both(one: Requirement, other: Requirement) -> Requirement:
    return tuple(map(_and, one, other))


def _and(one: Alternatives, other: Alternatives) -> Alternatives:
    if not one or not other:
        return one or other
    return tuple(left | right for left, right in product(one, other))


def _covers(have: Requirement, need: Requirement) -> bool:
    return all(map(_implies, have, need))


def _implies(have: Alternatives, need: Alternatives) -> bool:
    if not need:
        return True
    return bool(have) and all(any(wanted <= given for wanted in need) for given in have)
