"""``@requires``: selects external fields of the same object. REQUIRES_… codes."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Kind
from gateway.composition.specification.directive import FIELD_SET, Definition, Directive
from gateway.composition.specification.field_set_check import FieldSetCheck, check_field_set


def check_requires(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """Check every ``@requires`` of the subgraph."""
    for declared in facts.subgraph.types.values():
        for field in declared.fields.values():
            coordinate = f"{declared.name}.{field.name}"
            for applied in field.every("requires"):
                if declared.kind is Kind.INTERFACE:
                    problem = (
                        f'Cannot use @requires on field "{coordinate}": '
                        "@requires is not supported within interfaces"
                    )
                    hint = "Put it on the fields of the implementing types."
                    yield CompositionError(
                        "REQUIRES_UNSUPPORTED_ON_INTERFACE", problem, (coordinate,), (), hint
                    )
                check = FieldSetCheck(
                    facts,
                    applied,
                    f'field "{coordinate}"',
                    coordinate,
                    external_only=True,
                    with_arguments=True,
                )
                yield from check_field_set(check, declared)


DIRECTIVE = Directive(
    name="requires",
    order=2,
    definitions=(Definition((1, 0), "(fields: {FieldSet}!) on FIELD_DEFINITION"),),
    scalars=FIELD_SET,
    checks=(check_requires,),
)
