"""What must hold of the merged supergraph: one rule a file."""

from __future__ import annotations

from collections.abc import Callable

from gateway.composition.merging.state import Merging
from gateway.composition.supergraph_checks.api import check_api
from gateway.composition.supergraph_checks.authorization import check_transitive_authorization
from gateway.composition.supergraph_checks.inaccessible import check_inaccessible
from gateway.composition.supergraph_checks.interface_fields import check_interface_fields
from gateway.composition.supergraph_checks.interface_keys import check_interface_keys
from gateway.composition.supergraph_checks.queries import check_queries
from gateway.composition.supergraph_checks.requires import check_required_arguments

CHECKS: tuple[Callable[[Merging], None], ...] = (
    check_interface_fields,
    check_interface_keys,
    check_required_arguments,
    check_transitive_authorization,
    check_inaccessible,
    check_api,  # last: graphql-core's own rules, for what no rule above names better
)


def check_supergraph(merged: Merging) -> None:
    """Add what is wrong to ``merged.errors``; a rule runs only if those before found nothing."""
    check_queries(merged)
    for check in CHECKS:
        if not merged.errors:
            check(merged)
