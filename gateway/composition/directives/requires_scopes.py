"""``@requiresScopes``: only for tokens with these scopes. What each subgraph demands must hold.

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
    name="requiresScopes",
    definitions=(Definition((2, 5), f"(scopes: [[{{Scope}}!]!]!) on {PROTECTED}"),),
    scalars={"Scope": (2, 5)},
    checks=(refused_on_interfaces("requiresScopes"),),
    carried=Carried(
        specification=Specification("requiresScopes", (0, 1), "SECURITY"),
        merge=all_of("scopes"),
    ),
    requirement=one_of("scopes"),
)
