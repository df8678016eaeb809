"""Upgrades Federation 1 subgraphs to the meaning of Federation 2, as migration guides describe.

Federation 1 had no ``@shareable`` (value types were shared by being identical, fields by being
repeated), demanded ``@external`` on the key fields of extensions, and ignored misplaced
directives instead of refusing them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.composition.federation1.bases import check_bases
from gateway.composition.federation1.extensions import (
    resolve_keys_of_extensions,
    settle_extensions,
)
from gateway.composition.federation1.inactive import drop_inactive_selections
from gateway.composition.federation1.literals import read_unquoted_field_sets
from gateway.composition.federation1.misplaced import (
    drop_directives_on_interfaces,
    drop_misplaced_external,
    drop_provides_on_leaves,
)
from gateway.composition.federation1.sharing import share_what_was_shared
from gateway.composition.federation1.tags import drop_tags_on_externals
from gateway.composition.federation1.unused import check_emptied, drop_unused_externals
from gateway.composition.model import Subgraph

Upgrade = Callable[[Subgraph, Sequence[Subgraph]], Subgraph]
"""Takes a subgraph of Federation 1 and all the others."""

UPGRADES: tuple[Upgrade, ...] = (
    read_unquoted_field_sets,  # first: all others read field sets
    drop_misplaced_external,
    resolve_keys_of_extensions,  # before what asks which fields are external
    settle_extensions,  # after the keys of extensions are known
    drop_inactive_selections,
    drop_directives_on_interfaces,
    drop_provides_on_leaves,
    drop_unused_externals,  # after all that takes a use away
    share_what_was_shared,
    drop_tags_on_externals,
)


def upgrade_federation1(subgraphs: Sequence[Subgraph]) -> tuple[Subgraph, ...]:
    """Return the subgraphs with those of Federation 1 upgraded; the others are untouched."""
    upgraded = list(subgraphs)
    for upgrade in UPGRADES:
        upgraded = [
            upgrade(subgraph, [s for s in upgraded if s is not subgraph])
            if subgraph.version < (2, 0)
            else subgraph
            for subgraph in upgraded
        ]
    return tuple(upgraded)


__all__ = ["check_bases", "check_emptied", "upgrade_federation1"]
