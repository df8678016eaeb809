"""``@key``: selects fields that identify an entity. KEY_… codes."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Kind
from gateway.composition.subgraph_checks.selections import FieldSetCheck, check_field_set

_SINCE_INTERFACE_KEYS = (2, 3)


def check_keys(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """Check every key of the subgraph."""
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
