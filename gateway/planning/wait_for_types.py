"""Fetches whose objects are told apart by a type that somebody else tells are sent later.

Where different types have different fields under one response key, the path to what stands below
tests the type. An ``@interfaceObject`` cannot tell it: then the fetch waits for the one that does.
Levels were given by what a site is entered with; here they rise to what its path needs, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from gateway.planning.improve import top
from gateway.planning.places import Bucket, Site
from gateway.planning.target_paths import KeysInUse, target_path

Sources = Callable[[Site], Iterable[Site]]


def tellers(site: Site, in_use: KeysInUse) -> Iterator[Site]:
    """The sites that tell the types which the path to ``site`` tests and its own way does not."""
    passed = list(_passed(site))
    for step in target_path(site, in_use):
        if step.position is None or step.position is site.position:
            continue  # at its own place ``waits_for_typename`` says who tells
        on_the_way = [each for each in passed if each.position is step.position]
        if any(not each.opaque for each in on_the_way):
            continue
        for other in step.position.sites:
            if other.wants_typename and not other.opaque:
                yield other


def wait_for_types(
    buckets: Mapping[Bucket, list[Site]], sources: Sources
) -> dict[Bucket, list[Site]]:
    """The sites in the buckets that they belong to once each is after all its ``sources``."""
    sites = [site for group in buckets.values() for site in group]
    moved = True
    while moved:
        moved = False
        for site in sites:
            level = 1 + max((top(source).level for source in sources(site)), default=0)
            if site.level < level <= len(sites):  # no chain is longer than there are sites
                site.level, moved = level, True
    found: dict[Bucket, list[Site]] = {}
    for site in sites:
        found.setdefault(site.bucket, []).append(site)
    return found


def _passed(site: Site) -> Iterator[Site]:
    """The sites through which ``site`` is reached."""
    above = site.arrival or site.parent
    while above is not None:
        yield above
        above = above.arrival or above.parent
