"""``@cost``: what a field, argument or value weighs. The highest weight counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.literals import number
from gateway.composition.model import Applied, Kind
from gateway.composition.specification.directive import (
    Arguments,
    Carried,
    Definition,
    Directive,
    Specification,
)


def check_costs(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """An interface's field has no resolver to weigh. COST_APPLIED_TO_INTERFACE_FIELD."""
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


def _highest(found: Sequence[Applied]) -> list[Arguments]:
    return [{"weight": number(max(int(applied.value("weight")) for applied in found))}]


COST = Specification("cost", (0, 1))

DIRECTIVE = Directive(
    name="cost",
    definitions=(
        Definition(
            (2, 9),
            "(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION"
            " | INPUT_FIELD_DEFINITION | OBJECT | SCALAR",
        ),
    ),
    checks=(check_costs,),
    carried=Carried(specification=COST, merge=_highest),
)
