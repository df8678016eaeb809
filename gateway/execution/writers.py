"""Who writes where in the gathered data."""

from __future__ import annotations

from collections import Counter

from gateway.execution.paths import keys_of
from gateway.planning.plan import EntityFetch, EntityGroup, Plan, ReentryFetch, RootFetch

_Keys = tuple[str, ...]


class Writers:
    """What the fetches of one plan write at and below each place.

    An entity that several targets share may stand at all of them as one object only if nothing
    else is written there: what a later fetch added for one target would show at the others, whose
    types or conditions may differ.
    """

    def __init__(self, plan: Plan) -> None:
        self._below: dict[_Keys, set[int]] = {}
        self._roots = Counter(
            key for f in plan.fetches if isinstance(f, RootFetch) for key in f.root_keys
        )
        for fetch in plan.fetches:
            if isinstance(fetch, EntityFetch):
                for group in fetch.groups:
                    for path in group.targets:
                        self._add(keys_of(path), id(group))
            elif isinstance(fetch, ReentryFetch):
                for path in fetch.targets:
                    self._add(keys_of(path), id(fetch))

    def is_alone(self, group: EntityGroup) -> bool:
        """Whether nothing else is written at or below the targets of ``group``.

        That would be: another fetch or group with targets there, a target of its own below
        another, or a second root fetch whose data is merged from the top.
        """
        own = {keys_of(path) for path in group.targets}
        return not any(
            self._below[keys] != {id(group)}
            or (keys and self._roots[keys[0]] > 1)
            or any(keys[:length] in own for length in range(len(keys)))
            for keys in own
        )

    def _add(self, keys: _Keys, writer: int) -> None:
        for length in range(len(keys) + 1):
            self._below.setdefault(keys[:length], set()).add(writer)
