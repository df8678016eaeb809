"""``@inaccessible`` must leave a whole API schema: nothing visible may depend on what is hidden."""

from __future__ import annotations

from collections.abc import Callable

from gateway.composition.merging.state import Merging
from gateway.composition.model import Type
from gateway.composition.supergraph_checks.inaccessible.children import check_children
from gateway.composition.supergraph_checks.inaccessible.defaults import check_defaults
from gateway.composition.supergraph_checks.inaccessible.directives import check_directives
from gateway.composition.supergraph_checks.inaccessible.implementations import (
    check_implementations,
)
from gateway.composition.supergraph_checks.inaccessible.references import check_references
from gateway.composition.supergraph_checks.inaccessible.required import check_required

CHECKS: tuple[Callable[[Merging, Type], None], ...] = (
    check_children,
    check_implementations,
    check_required,
    check_references,
    check_defaults,
)
"""In any order: none depends on another."""


def check_inaccessible(merged: Merging) -> None:
    """Check every directive and visible type; QUERY_ROOT_TYPE_INACCESSIBLE if Query is not one."""
    check_directives(merged)
    if "inaccessible" not in merged.used_directives:
        return
    if merged.types["Query"].has("inaccessible"):
        problem = (
            'Type "Query" is @inaccessible but is the root query type, which must be in the API '
            "schema."
        )
        merged.refuse("QUERY_ROOT_TYPE_INACCESSIBLE", problem, "Query")
        return
    for declared in merged.types.values():
        if not declared.has("inaccessible"):
            for check in CHECKS:
                check(merged, declared)


__all__ = ["check_inaccessible"]
