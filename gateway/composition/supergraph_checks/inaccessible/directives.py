"""Hidden arguments of directives: none that the supergraph applies, none that clients must give.

DISALLOWED_INACCESSIBLE, REQUIRED_INACCESSIBLE, REFERENCED_INACCESSIBLE.
"""

from __future__ import annotations

from gateway.composition.merging.state import Merging
from gateway.composition.model import DirectiveDefinition
from gateway.composition.supergraph_checks.inaccessible.references import check_reference
from gateway.composition.supergraph_checks.inaccessible.required import check_required_input


def check_directives(merged: Merging) -> None:
    """Check the composed and the executable directives."""
    for definition in merged.directives.values():
        if definition.name in merged.composed:
            _check_composed(merged, definition)
        else:
            _check_executable(merged, definition)


def _check_composed(merged: Merging, definition: DirectiveDefinition) -> None:
    for argument in definition.arguments.values():
        if argument.has("inaccessible"):
            where = f"@{definition.name}({argument.name}:)"
            merged.refuse(
                "DISALLOWED_INACCESSIBLE",
                f'Argument "{where}" is @inaccessible, but its directive is not in the API schema: '
                "it is composed into the supergraph.",
                where,
                merged.composed[definition.name],
                "Remove @inaccessible.",
            )


def _check_executable(merged: Merging, definition: DirectiveDefinition) -> None:
    for argument in definition.arguments.values():
        where = f"@{definition.name}({argument.name}:)"
        if argument.has("inaccessible"):
            check_required_input(merged, where, argument, "a required argument of its directive")
        else:
            check_reference(merged, where, argument.type)
