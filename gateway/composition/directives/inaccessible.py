"""``@inaccessible``: kept out of the API schema. One subgraph that says so is enough.

What it must leave whole is checked on the supergraph (``supergraph_checks/inaccessible``).
"""

from __future__ import annotations

from gateway.composition.specification.directive import (
    Carried,
    Definition,
    Directive,
    Specification,
)
from gateway.composition.specification.locations import NAMED
from gateway.composition.specification.merges import once

DIRECTIVE = Directive(
    name="inaccessible",
    order=7,
    definitions=(Definition((1, 0), f" on {NAMED}"),),
    carried=Carried(
        specification=Specification("inaccessible", (0, 2), "SECURITY"),
        merge=once,
        refused_on_external=True,
    ),
)
