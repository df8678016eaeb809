"""Random sets of subgraph SDLs that mostly compose: entities with several, composite and nested
keys, values, interfaces, unions, enums, inputs, roots, and the directives of Federation 2.9.

A model of the whole graph is drawn first; each subgraph then holds a part of it. What cannot be
known while drawing (whether every field can be reached from everywhere) composition decides:
``compose`` refuses some sets, and the caller draws again.
"""

from __future__ import annotations

import random

from tests.testkit.random_contexts import add_context
from tests.testkit.random_differences import give_own_argument, hide_on_interface
from tests.testkit.random_directives import (
    add_inaccessible,
    add_override,
    add_requires,
)
from tests.testkit.random_interface_objects import add_interface_object
from tests.testkit.random_interfaces import add_parent_interface
from tests.testkit.random_parts import Parts
from tests.testkit.random_provides import add_provides
from tests.testkit.random_roots import add_mutations, add_query_below, rename_roots
from tests.testkit.random_whole import draw_whole
from tests.testkit.random_wordings import reword
from tests.testkit.sdl_draft import finish, print_subgraphs

_ADDED = (
    (0.4, add_parent_interface),
    (0.8, add_requires),
    (0.6, add_requires),
    (0.4, add_requires),
    (0.4, add_requires),
    (0.6, add_provides),
    (0.3, add_provides),
    (0.4, add_override),
    (0.3, add_mutations),
    (0.3, add_mutations),
    (0.3, add_query_below),
    (0.3, rename_roots),
    (0.3, add_inaccessible),  # last: what others require or provide may be hidden, too
)


def random_supergraph(
    seed: int, *, with_contexts: bool = True, with_differences: bool = False
) -> dict[str, str]:
    """Subgraph SDLs by name. The same seed draws the same.

    ``with_differences``: between interfaces and the types that implement them, and in what all
    subgraphs say alike.
    """
    dice = random.Random(seed)
    parts = Parts(dice, draw_whole(dice))
    add_interface_object(parts)  # first: it says which types a subgraph must not hold
    for subgraph in parts.subgraphs:
        parts.hold_something(subgraph)
    parts.connect_keys()
    for probability, add in _ADDED:
        if parts.chance(probability):
            add(parts, dice.choice(parts.subgraphs))
    if parts.chance(0.3) and with_contexts:
        add_context(parts, dice.choice(parts.subgraphs))
    finish(parts.subgraphs, dice)
    for differ in (give_own_argument, hide_on_interface) if with_differences else ():
        if parts.chance(0.4):
            differ(parts.subgraphs, dice)
    sdls = print_subgraphs(parts.subgraphs)
    return reword(sdls, dice) if with_differences else sdls
