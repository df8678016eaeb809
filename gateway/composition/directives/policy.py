"""``@policy``: only where these policies allow it. What each subgraph demands must hold.

Spread over interfaces by ``merging/authorization.py``.
"""

from __future__ import annotations

from gateway.composition.specification.authorization import one_of, refused_on_interfaces
from gateway.composition.specification.directive import (
    Carried,
    Definition,
    Directive,
    Specification,
)
from gateway.composition.specification.locations import PROTECTED
from gateway.composition.specification.merges import all_of

DIRECTIVE = Directive(
    name="policy",
    definitions=(Definition((2, 6), f"(policies: [[{{Policy}}!]!]!) on {PROTECTED}"),),
    scalars={"Policy": (2, 6)},
    checks=(refused_on_interfaces("policy"),),
    carried=Carried(
        specification=Specification("policy", (0, 1), "SECURITY"),
        merge=all_of("policies"),
    ),
    requirement=one_of("policies"),
)
