"""``@key``: selects fields that identify an entity. Merged: the ``key`` of ``@join__type``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.field_sets import fields_of
from gateway.composition.model import Applied, Kind, Type
from gateway.composition.specification.directive import FIELD_SET, Definition, Directive
from gateway.composition.specification.field_set_check import FieldSetCheck, check_field_set

_SINCE_INTERFACE_KEYS = (2, 3)


def check_keys(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """KEY_… codes."""
    for declared in facts.subgraph.types.values():
        for key in declared.every("key"):
            if declared.kind is Kind.INTERFACE and facts.subgraph.version < _SINCE_INTERFACE_KEYS:
                problem = f'Cannot use @key on interface "{declared.name}": it needs Federation 2.3'
                hint = "Link federation v2.3 or later."
                yield CompositionError(
                    "KEY_UNSUPPORTED_ON_INTERFACE", problem, (declared.name,), (), hint
                )
            where = f'type "{declared.name}"'
            check = FieldSetCheck(facts, key, where, declared.name)
            yield from check_field_set(check, declared)


def check_interface_keys(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """INTERFACE_KEY_NOT_ON_IMPLEMENTATION: every implementation has its interface's keys."""
    types = facts.subgraph.types.values()
    for interface in types:
        if interface.kind is not Kind.INTERFACE:
            continue
        implementations = [
            t for t in types if interface.name in t.interfaces and t.kind is Kind.OBJECT
        ]
        for key in interface.every("key"):
            yield from _check(interface, key, implementations)


def _check(
    interface: Type, key: Applied, implementations: Sequence[Type]
) -> Iterator[CompositionError]:
    """Find the implementations without this key, or with one that leads nowhere."""
    written = f'@key(fields: "{key.value("fields")}")'
    missing = []
    unresolvable = []
    for implementation in implementations:
        same = [k for k in implementation.every("key") if _same(k, key)]
        if not same:
            missing.append(implementation.name)
        elif key.value("resolvable") is not False and all(
            k.value("resolvable") is False for k in same
        ):
            unresolvable.append(implementation.name)
    if missing:
        problem = (
            f'Key {written} on interface type "{interface.name}" is missing on implementation '
            f"{_types(missing)}."
        )
        hint = f"Add {written} there."
        yield CompositionError(
            "INTERFACE_KEY_NOT_ON_IMPLEMENTATION", problem, (interface.name, *missing), (), hint
        )
    elif unresolvable:
        problem = (
            f'Key {written} on interface type "{interface.name}" should be resolvable on all '
            f"implementation types, but resolvable is false in {_types(unresolvable)}."
        )
        yield CompositionError(
            "INTERFACE_KEY_NOT_ON_IMPLEMENTATION", problem, (interface.name, *unresolvable)
        )


def _same(one: Applied, other: Applied) -> bool:
    mine, theirs = fields_of(one), fields_of(other)
    return mine is not None and theirs is not None and set(mine) == set(theirs)


def _types(names: Sequence[str]) -> str:
    quoted = " and ".join(f'"{name}"' for name in names)
    return f"type{'s' if len(names) > 1 else ''} {quoted}"


DIRECTIVE = Directive(
    name="key",
    order=1,
    definitions=(
        Definition(
            (1, 0),
            "(fields: {FieldSet}!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE",
        ),
    ),
    scalars=FIELD_SET,
    checks=(check_keys, check_interface_keys),
)
