"""``@provides``: selects external fields of what a field returns. PROVIDES_… codes."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import COMPOSITE, Applied, Field, Kind, Type
from gateway.composition.specification.directive import FIELD_SET, Definition, Directive
from gateway.composition.specification.field_set_check import FieldSetCheck, check_field_set


def check_provides(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """Check every ``@provides`` of the subgraph."""
    for declared in facts.subgraph.types.values():
        for field in declared.fields.values():
            for applied in field.every("provides"):
                yield from _check(facts, declared, field, applied)


def _check(
    facts: SubgraphFacts, declared: Type, field: Field, applied: Applied
) -> Iterator[CompositionError]:
    coordinate = f"{declared.name}.{field.name}"
    target = facts.subgraph.type_of(field.type)
    if target is None or target.kind not in COMPOSITE:
        problem = (
            f'Invalid @provides directive on field "{coordinate}": field has type "{field.type}" '
            "which has no fields to provide"
        )
        yield CompositionError("PROVIDES_ON_NON_OBJECT_FIELD", problem, (coordinate,))
        return
    if declared.kind is Kind.INTERFACE:
        problem = (
            f'Cannot use @provides on field "{coordinate}": '
            "@provides is not supported within interfaces"
        )
        yield CompositionError("PROVIDES_UNSUPPORTED_ON_INTERFACE", problem, (coordinate,))
    check = FieldSetCheck(facts, applied, f'field "{coordinate}"', coordinate, external_only=True)
    yield from check_field_set(check, target)


DIRECTIVE = Directive(
    name="provides",
    order=3,
    definitions=(Definition((1, 0), "(fields: {FieldSet}!) on FIELD_DEFINITION"),),
    scalars=FIELD_SET,
    checks=(check_provides,),
)
