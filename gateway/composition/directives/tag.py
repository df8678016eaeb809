"""``@tag``: a label for contracts and tools; the labels of all subgraphs add up."""

from __future__ import annotations

from gateway.composition.specification.directive import (
    Carried,
    Definition,
    Directive,
    Specification,
)
from gateway.composition.specification.locations import NAMED
from gateway.composition.specification.merges import each_once

DIRECTIVE = Directive(
    name="tag",
    order=6,
    definitions=(
        Definition((1, 0), f"(name: String!) repeatable on {NAMED}"),
        Definition((2, 3), f"(name: String!) repeatable on {NAMED} | SCHEMA"),
    ),
    carried=Carried(
        specification=Specification("tag", (0, 3)),
        merge=each_once,
        refused_on_external=True,
    ),
)
