"""``@authenticated``: only for who is signed in. One subgraph that demands it is enough.

Spread over interfaces by ``merging/authorization.py``.
"""

from __future__ import annotations

from gateway.composition.specification.authorization import refused_on_interfaces, signed_in
from gateway.composition.specification.directive import (
    Carried,
    Definition,
    Directive,
    Specification,
)
from gateway.composition.specification.locations import PROTECTED
from gateway.composition.specification.merges import once

DIRECTIVE = Directive(
    name="authenticated",
    definitions=(Definition((2, 5), f" on {PROTECTED}"),),
    checks=(refused_on_interfaces("authenticated"),),
    carried=Carried(
        specification=Specification("authenticated", (0, 1), "SECURITY"),
        merge=once,
    ),
    requirement=signed_in,
)
