"""What is kept for long, out of the garbage collector's sight.

A kept plan is up to ten thousand objects. The collector goes over what is young, and the young of a
flood of new documents are their plans: 400,000 objects, for which it held the loop 120 ms at a
time. It would find nothing: what is kept is part of no cycle, so that counting references frees it
when it is let go.

    a plan is kept → all that lives goes to the permanent generation, which is never looked at

Requests under way go with it. They leave no cycles either, so they are freed as they end. Both are
held by tests. What was left by planning small documents here (its trees lead back up: cycles) is
collected before. A supergraph's schema is made of cycles; it is looked for when it was replaced.
"""

from __future__ import annotations

import gc

ENOUGH = 4_000
"""Young objects from which on they are set aside: looking at them takes a millisecond."""


def are_many_young() -> bool:
    """Whether so much is young that it should be set aside."""
    return gc.get_count()[0] >= ENOUGH


def set_aside(*, has_litter: bool) -> None:
    """Take what lives out of the collector's sight.

    ``has_litter``: cycles may have been left, and are collected before. Else it takes no time.
    """
    if has_litter:
        gc.collect(1)
    gc.freeze()


def reclaim() -> None:
    """Look through everything once, for what was set aside and is not used any more.

    Takes 0.3 s for a million objects.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
