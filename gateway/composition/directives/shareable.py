"""``@shareable``: on fields of objects, once per declaration. INVALID_SHAREABLE_USAGE."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Kind
from gateway.composition.specification.directive import Definition, Directive


def check_shareable(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """A directive on a declaration has been read as one on each of its fields."""
    for declared in facts.subgraph.types.values():
        for field in declared.fields.values():
            coordinate = f"{declared.name}.{field.name}"
            marks = field.every("shareable")
            if marks and declared.kind is Kind.INTERFACE:
                problem = (
                    f'Invalid use of @shareable on field "{coordinate}": only object type fields '
                    "can be marked with @shareable"
                )
                yield CompositionError("INVALID_SHAREABLE_USAGE", problem, (coordinate,))
            elif len(marks) > 1:
                problem = (
                    f'Invalid duplicate application of @shareable on field "{coordinate}": it may '
                    "stand on a type's definition and on its extensions, but once on each"
                )
                yield CompositionError("INVALID_SHAREABLE_USAGE", problem, (coordinate,))


DIRECTIVE = Directive(
    name="shareable",
    definitions=(
        Definition((2, 0), " on OBJECT | FIELD_DEFINITION"),
        Definition((2, 2), " repeatable on OBJECT | FIELD_DEFINITION"),
    ),
    checks=(check_shareable,),
    on_type_means_fields=True,
)
