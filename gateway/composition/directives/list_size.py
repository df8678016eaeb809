"""``@listSize``: how long a list may get, by an assumption or by arguments. LIST_SIZE_… codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphql import ConstValueNode

from gateway.composition.directives.cost import COST
from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.literals import flag, listing, number, string
from gateway.composition.model import (
    COMPOSITE,
    Applied,
    Field,
    ListOf,
    Named,
    NonNull,
    Type,
    TypeRef,
)
from gateway.composition.specification.directive import Arguments, Carried, Definition, Directive
from gateway.composition.specification.merges import written_arguments


def check_list_sizes(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """Check every ``@listSize``."""
    for declared in facts.subgraph.types.values():
        for field in declared.fields.values():
            applied = field.first("listSize")
            if applied is not None:
                coordinate = f"{declared.name}.{field.name}"
                yield from _applied_to_list(coordinate, field, applied)
                yield from _assumed(coordinate, applied)
                yield from _slicing(coordinate, field, applied)
                yield from _sized(coordinate, field, applied, facts.subgraph.type_of(field.type))


def _wrong(code: str, problem: str, coordinate: str) -> CompositionError:
    return CompositionError(f"LIST_SIZE_{code}", problem, (coordinate,))


def _is_list(ref: TypeRef) -> bool:
    return isinstance(ref.of if isinstance(ref, NonNull) else ref, ListOf)


def _applied_to_list(coordinate: str, field: Field, applied: Applied) -> Iterator[CompositionError]:
    if not applied.value("sizedFields") and not _is_list(field.type):
        yield _wrong("APPLIED_TO_NON_LIST", f'"{coordinate}" is not a list', coordinate)


def _assumed(coordinate: str, applied: Applied) -> Iterator[CompositionError]:
    size = applied.value("assumedSize")
    if size is not None and size < 0:
        problem = f'Assumed size of "{coordinate}" cannot be negative'
        yield _wrong("INVALID_ASSUMED_SIZE", problem, coordinate)


def _slicing(coordinate: str, field: Field, applied: Applied) -> Iterator[CompositionError]:
    for name in applied.value("slicingArguments") or ():
        argument = field.arguments.get(name)
        if argument is None:
            problem = f'Slicing argument "{name}" is not an argument of "{coordinate}"'
            yield _wrong("INVALID_SLICING_ARGUMENT", problem, coordinate)
        elif argument.type not in {Named("Int"), NonNull(Named("Int"))}:
            problem = f'Slicing argument "{coordinate}({name}:)" must be Int or Int!'
            yield _wrong("INVALID_SLICING_ARGUMENT", problem, coordinate)


def _sized(
    coordinate: str, field: Field, applied: Applied, target: Type | None
) -> Iterator[CompositionError]:
    """A connection is sized by the lists in it: ``offers(first: 10)`` by its ``edges``."""
    sized = applied.value("sizedFields") or ()
    if sized and (target is None or target.kind not in COMPOSITE):
        problem = f'Sized fields cannot be used because "{field.type}" is not a composite type'
        yield _wrong("INVALID_SIZED_FIELD", problem, coordinate)
        return
    for name in sized:
        below = target.fields.get(name) if target else None
        owner = target.name if target else ""
        if below is None:
            problem = f'Sized field "{name}" is not a field on type "{owner}"'
            yield _wrong("INVALID_SIZED_FIELD", problem, coordinate)
        elif not _is_list(below.type):
            yield _wrong(
                "APPLIED_TO_NON_LIST", f'Sized field "{owner}.{name}" is not a list', coordinate
            )


def _sizes(found: Sequence[Applied]) -> list[Arguments]:
    merged: dict[str, ConstValueNode] = {}
    assumed = [a.value("assumedSize") for a in found if a.value("assumedSize") is not None]
    if assumed:
        merged["assumedSize"] = number(max(map(int, assumed)))
    for argument in ("slicingArguments", "sizedFields"):
        lists = [a.value(argument) for a in found if a.value(argument) is not None]
        if lists:
            names = dict.fromkeys(name for one in lists for name in one)
            merged[argument] = listing([string(name) for name in names])
    required = [a.value("requireOneSlicingArgument") for a in found]
    if len(set(map(written_arguments, found))) > 1 or required[0] is not None:
        merged["requireOneSlicingArgument"] = flag(all(value is not False for value in required))
    return [merged]


DIRECTIVE = Directive(
    name="listSize",
    definitions=(
        Definition(
            (2, 9),
            "(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],"
            " requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
        ),
    ),
    checks=(check_list_sizes,),
    carried=Carried(specification=COST, merge=_sizes),
)
