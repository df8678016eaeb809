"""``@cost`` on an interface's field would have no resolver to weigh."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Kind


def check_costs(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """COST_APPLIED_TO_INTERFACE_FIELD."""
    for declared in facts.subgraph.types.values():
        if declared.kind is not Kind.INTERFACE:
            continue
        for field in declared.fields.values():
            if field.has("cost"):
                coordinate = f"{declared.name}.{field.name}"
                problem = f'@cost cannot be applied to interface field "{coordinate}"'
                hint = "Apply it to the fields of the implementing types."
                yield CompositionError(
                    "COST_APPLIED_TO_INTERFACE_FIELD", problem, (coordinate,), (), hint
                )
