"""``@override``: takes a field over from another subgraph, at once or by a label.

``merging/overrides.py`` says who resolves what then. A Federation 1 schema that defines it by
hand may use it.
"""

from __future__ import annotations

from gateway.composition.specification.directive import Definition, Directive

DIRECTIVE = Directive(
    name="override",
    definitions=(
        Definition((2, 0), "(from: String!) on FIELD_DEFINITION"),
        Definition((2, 7), "(from: String!, label: String) on FIELD_DEFINITION"),
    ),
    defined_by_hand=True,
)
