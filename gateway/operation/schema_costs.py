"""What a schema says by ``@cost`` and ``@listSize`` of the work behind its fields.

Source: IBM's GraphQL Cost Directives specification, as the cost specification v0.1 of supergraphs
has it (weights are Ints, slicing arguments are names of arguments).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Coordinate = tuple[str, str]
"""(type, field)."""


@dataclass(frozen=True, slots=True)
class ListSize:
    """``@listSize`` of one field: how long the list is, or those in ``sized_fields`` below it.

    The largest value of the slicing arguments counts, ``assumed`` where none has one.
    ``require_one``: exactly one of them must have a value.
    """

    assumed: int | None = None
    slicing_arguments: tuple[str, ...] = ()
    sized_fields: frozenset[str] = frozenset()
    require_one: bool = True


@dataclass(frozen=True, slots=True)
class SchemaCosts:
    """The weights and list sizes of a schema. ``types``: objects, scalars and enums."""

    types: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[Coordinate, int] = field(default_factory=dict)
    arguments: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    input_fields: Mapping[Coordinate, int] = field(default_factory=dict)
    list_sizes: Mapping[Coordinate, ListSize] = field(default_factory=dict)


NO_COSTS = SchemaCosts()
