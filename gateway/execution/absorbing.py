"""What comes back from a fetch, put where it belongs: data merged, errors placed.

Placing an error: one with a usable path goes to every target that the entity at that path was
asked for, in client keys; one without goes once to each index-free place that the fetch fills.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.execution.calls import Call, GroupCall
from gateway.execution.checks import misplaced
from gateway.execution.errors import ErrorPolicy, failure_error, subgraph_error
from gateway.execution.merging import merge_into_each, merge_object
from gateway.execution.paths import ConcretePath, locate
from gateway.execution.renaming import rename_path
from gateway.execution.replies import Response
from gateway.planning.plan import EntityFetch, Leaf, ReentryFetch
from gateway.request.gathered import MAX_ERRORS, Gathered
from gateway.subgraphs.protocol import SubgraphError, SubgraphReplyInvalid

_MAX_ENTRIES = 1_000
"""Errors of one reply that are looked at: many more than are ever shown."""


@dataclass(frozen=True, slots=True)
class Absorber:
    """Puts replies and failures of one operation's fetches into ``gathered``."""

    gathered: Gathered
    typename_key: str
    request_id: str
    policy: ErrorPolicy

    def fail(
        self,
        call: Call,
        failure: SubgraphError,
        *,
        part: GroupCall | None = None,
        was_sent: bool = True,
    ) -> None:
        """Settle a fetch that got no usable answer: one error at each index-free place.

        ``part``: only this group of it failed. A mutation that ``was_sent`` may have taken effect;
        its error says so.
        """
        fetch = call.fetch
        failed = fetch if part is None else part.group
        for place in failed.places:
            self.gathered.add_error(
                failure_error(
                    failure,
                    place,
                    subgraph=fetch.fetch.subgraph,
                    request_id=self.request_id,
                    policy=self.policy,
                    is_mutation=was_sent and not fetch.is_query,
                )
            )
        self.gathered.failed.update(failed.fills)

    def absorb(self, call: Call, response: Response) -> None:
        """Take in a response: entities, or the data of a root or reentry fetch."""
        if len(response.errors) > _MAX_ENTRIES:
            self.gathered.dropped += len(response.errors) - _MAX_ENTRIES
            self.gathered.failed.update(call.fetch.fills)
            response = Response(response.data, response.errors[:_MAX_ENTRIES])
        if call.groups:
            self._absorb_entities(call, response)
        else:
            self._absorb_root(call, response)

    def note_absent(self, call: Call) -> None:
        """Remember where nothing could be asked for because something before it failed.

        Without any error so far nothing has failed: then a subgraph left out what it was asked.
        """
        if self.gathered.errors or self.gathered.failed:
            for part in call.groups:
                if part.has_absent:
                    self.gathered.failed.update(part.group.fills)

    def _absorb_root(self, call: Call, response: Response) -> None:
        if response.errors:
            self._place_root_errors(call, response.errors)
        if response.data is None:
            self.gathered.failed.update(call.fetch.fills)
            return
        if call.fetch.rename is not None:
            call.fetch.rename(response.data)
        is_reentry = isinstance(call.fetch.fetch, ReentryFetch)
        merge_into_each(call.targets if is_reentry else [self.gathered.data], response.data)

    def _place_root_errors(self, call: Call, errors: list[Any]) -> None:
        fetch = call.fetch.fetch
        renames = () if isinstance(fetch, EntityFetch) else fetch.renames
        bases: list[ConcretePath] = [()]
        if isinstance(fetch, ReentryFetch):
            data, key = self.gathered.data, self.typename_key
            bases = [at for path in fetch.targets for _, at in locate(data, path, key)]
        for entry in errors:
            path = _path_of(entry)
            if path is None or not bases:
                self.place_generally(call, entry)
                continue
            for base in bases[:MAX_ERRORS]:
                self.add_entry(call, entry, (*base, *rename_path(renames, path)))

    def _absorb_entities(self, call: Call, response: Response) -> None:
        data = response.data or {}
        places = _Places(self, call) if response.errors else None
        if places is not None:
            for entry in response.errors:
                places.place(entry)
        for part in call.groups:
            if not part.representations:
                continue
            entities = data.get(part.group.group.alias)
            if type(entities) is list and len(entities) == len(part.representations):
                self._merge_entities(call, part, entities)
            elif places is None or not places.explain(part):
                mismatch = SubgraphReplyInvalid("_entities does not match what was asked")
                self.fail(call, mismatch, part=part)
            else:
                self.gathered.failed.update(part.group.fills)

    def _merge_entities(self, call: Call, part: GroupCall, entities: list[Any]) -> None:
        group = part.group
        keeps_typename = group.group.representation.typename is not None
        wrong = _misplaced(part, entities) if group.plain_keys else frozenset()
        for index, (targets, entity) in enumerate(zip(part.targets, entities, strict=True)):
            if type(entity) is not dict or index in wrong:
                continue
            if group.rename is not None:
                group.rename(entity)
            if keeps_typename:
                # An @interfaceObject subgraph calls every object by the interface's name.
                entity.pop(self.typename_key, None)
            if group.is_shared:
                for target in targets:
                    merge_object(target, entity)
            else:
                merge_into_each(targets, entity)
        if wrong:
            self.fail(call, SubgraphReplyInvalid("_entities is out of order"), part=part)

    def place_generally(self, call: Call, entry: Any) -> None:
        """Add an error that names no target: once for each index-free place of the fetch."""
        places = call.fetch.places
        # Root fields that share a fetch share its pathless error: it names a field only if it can.
        for place in places if len(places) == 1 or call.groups else ((),):
            self.add_entry(call, entry, place)
        self.gathered.failed.update(call.fetch.fills)

    def add_entry(self, call: Call, entry: Any, path: ConcretePath) -> None:
        """Add an entry of a reply's ``errors`` at ``path``."""
        self.gathered.add_error(
            subgraph_error(
                entry,
                path,
                subgraph=call.fetch.fetch.subgraph,
                request_id=self.request_id,
                policy=self.policy,
            )
        )


class _Places:
    """Where the errors of one entity response belong. Concrete paths are found once, if needed."""

    def __init__(self, absorber: Absorber, call: Call) -> None:
        self._absorber = absorber
        self._call = call
        self._parts = {part.group.group.alias: part for part in call.groups}
        self._located: dict[str, dict[int, ConcretePath]] = {}
        self._explained: dict[str, set[int]] = {alias: set() for alias in self._parts}
        self._is_general = False

    def place(self, entry: Any) -> None:
        """Add ``entry`` at every target it concerns, or once at each place of the fetch."""
        path = _path_of(entry) or ()
        part = self._parts.get(path[0]) if path and isinstance(path[0], str) else None
        index = path[1] if len(path) > 1 else None
        if part is None or type(index) is not int or not 0 <= index < len(part.targets):
            self._absorber.place_generally(self._call, entry)
            self._is_general = True
            return
        rest = rename_path(part.group.group.renames, path[2:])
        for base in self._bases(part, index):
            self._absorber.add_entry(self._call, entry, (*base, *rest))
        self._explained[part.group.group.alias].add(index)

    def explain(self, part: GroupCall) -> bool:
        """Whether every representation of ``part`` has an error that tells why nothing came."""
        explained = self._explained[part.group.group.alias]
        return self._is_general or len(explained) == len(part.representations)

    def _bases(self, part: GroupCall, index: int) -> Iterator[ConcretePath]:
        alias = part.group.group.alias
        if alias not in self._located:
            data, key = self._absorber.gathered.data, self._absorber.typename_key
            self._located[alias] = {
                id(item): at
                for path in part.group.group.targets
                for item, at in locate(data, path, key)
            }
        located = self._located[alias]
        for target in part.targets[index][:MAX_ERRORS]:
            if id(target) in located:
                yield located[id(target)]


def _path_of(entry: Any) -> ConcretePath | None:
    path = entry.get("path") if type(entry) is dict else None
    if type(path) is not list or not path:
        return None
    return tuple(path) if all(type(step) in (str, int) for step in path) else None


def _misplaced(part: GroupCall, entities: list[Any]) -> set[int]:
    keys = sorted(part.group.plain_keys)
    sources = {
        leaf.field: leaf.source
        for leaf in part.group.group.representation.keys
        if isinstance(leaf, Leaf)
    }
    sent = [[targets[0].get(sources[key]) for key in keys] for targets in part.targets]
    return misplaced(entities, sent, keys)
