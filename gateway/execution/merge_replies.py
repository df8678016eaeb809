"""What comes back from a fetch, put where it belongs: data merged, errors placed."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

import msgspec

from gateway.execution.absent_values import errors_of_absent, fetches_above
from gateway.execution.calls import Call, GroupCall
from gateway.execution.entity_alignment import misplaced, of_another_type
from gateway.execution.errors import ErrorPolicy, failure_error, subgraph_error
from gateway.execution.merge_objects import merge_entities, merge_into_each, merge_object
from gateway.execution.paths import ConcretePath
from gateway.execution.place_errors import EntityErrorPlaces, root_error_paths
from gateway.execution.replies import Response
from gateway.planning.plan import Fetch, Leaf
from gateway.request.gathered import MAX_ERRORS, FieldError, Gathered
from gateway.subgraphs.protocol import SubgraphError, SubgraphReplyInvalid

_NONE: Final[AbstractSet[int]] = frozenset()
_MAX_ENTRIES = 1_000
"""Errors of one reply that are looked at: many more than are ever shown."""


class ReplyMerger(msgspec.Struct):
    """Merges replies and failures of one operation's fetches into ``gathered``.

    ``told``: the errors by the fetches that they are of.
    """

    gathered: Gathered
    typename_key: str
    request_id: str
    policy: ErrorPolicy
    told: dict[int, list[FieldError]] = {}

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
        for path in failed.error_paths:
            error = failure_error(
                failure,
                path,
                subgraph=fetch.spec.subgraph,
                request_id=self.request_id,
                policy=self.policy,
                is_mutation=was_sent and not fetch.is_query,
            )
            self._tell(call, error)
        self.gathered.failed.update(failed.missing_paths)

    def merge(self, call: Call, response: Response) -> None:
        """Merge a response: entities, or the data of a root or reentry fetch."""
        if len(response.errors) > _MAX_ENTRIES:
            self.gathered.dropped += len(response.errors) - _MAX_ENTRIES
            self.gathered.failed.update(call.fetch.missing_paths)
            response = Response(response.data, response.errors[:_MAX_ENTRIES])
        if call.groups:
            self._merge_entity_reply(call, response)
        else:
            self._merge_root_reply(call, response)

    def note_absent(self, call: Call, fetches: Sequence[Fetch]) -> None:
        """Tell where nothing could be asked for because something before it failed.

        Without any error so far nothing has failed: then a subgraph left out what it was asked.
        ``fetches`` are the plan's.
        """
        if not (self.gathered.errors or self.gathered.failed):
            return
        for part in call.groups:
            if part.has_absent:
                self.gathered.failed.update(part.group.missing_paths)
                above = sorted(fetches_above(fetches, call.fetch.spec.id))
                causes = [error for id_ in above for error in self.told.get(id_, ())]
                for error in errors_of_absent(part, self.gathered, causes) if causes else ():
                    self._tell(call, error)

    def _merge_root_reply(self, call: Call, response: Response) -> None:
        """Errors first: they are placed by the keys that the data has before it is merged."""
        if response.errors:
            for entry, paths in root_error_paths(call, response.errors, self.gathered.data):
                self._add_entry(call, entry, paths)
        if response.data is None:
            self.gathered.failed.update(call.fetch.missing_paths)
            return
        if call.fetch.rename is not None:
            call.fetch.rename(response.data)
        if call.fetch.is_root:
            merge_object(self.gathered.data, response.data)
        else:
            merge_into_each(call.targets, response.data)

    def _merge_entity_reply(self, call: Call, response: Response) -> None:
        """Merge each group's entities into the objects that they were asked for.

        A group whose list is missing, or of another length than was asked, has failed: entities
        are tied to representations by position alone, and none is guessed at. Where errors of the
        reply explain that already, no further one is added.
        """
        data = response.data or {}
        places = self._add_entity_errors(call, response.errors) if response.errors else None
        for part in call.groups:
            if not part.representations:
                continue
            entities = data.get(part.group.spec.alias)
            if type(entities) is list and len(entities) == len(part.representations):
                self._merge_entities(call, part, entities)
            elif places is not None and places.explain(part):
                self.gathered.failed.update(part.group.missing_paths)
            else:
                mismatch = SubgraphReplyInvalid("_entities does not match what was asked")
                self.fail(call, mismatch, part=part)

    def _add_entity_errors(self, call: Call, errors: list[Any]) -> EntityErrorPlaces:
        """Add the errors of an entity reply; return what they explain."""
        places = EntityErrorPlaces(call, self.gathered.data)
        for entry in errors:
            paths = places.of(entry)
            self._add_entry(call, entry, paths)
            if paths and places.is_whole(entry):
                self.gathered.broken.update(paths)
        return places

    def _merge_entities(self, call: Call, part: GroupCall, entities: list[Any]) -> None:
        """Merge ``entities``, one for each representation of ``part``, null ones left out."""
        group = part.group
        keeps_typename = group.spec.representation.typename is not None
        wrong = _misplaced(part, entities)
        if wrong:
            entities = [None if at in wrong else entity for at, entity in enumerate(entities)]
        if group.rename is not None or keeps_typename:
            for entity in entities:
                if type(entity) is not dict:
                    continue
                if group.rename is not None:
                    group.rename(entity)
                if keeps_typename:
                    # An @interfaceObject subgraph calls every object by the interface's name.
                    entity.pop(self.typename_key, None)
        are_entities = merge_entities(part.targets, entities, is_shared=group.is_shared)
        if wrong:
            self.fail(call, SubgraphReplyInvalid("_entities is out of order"), part=part)
        elif not are_entities:  # null says that there is none; a number in its place says nothing
            self.fail(call, SubgraphReplyInvalid("an entity is no object"), part=part)

    def _add_entry(self, call: Call, entry: Any, paths: list[ConcretePath] | None) -> None:
        """Add an entry of a reply's ``errors`` at ``paths``.

        None: it names no target, and stands once at each index-free place of the fetch, whose
        values may all be missing because of it. Root fields that share a fetch share it too: it
        can name none of them.
        """
        if paths is None:
            own = call.fetch.error_paths
            paths = list(own) if len(own) == 1 or call.groups else [()]
            self.gathered.failed.update(call.fetch.missing_paths)
        for path in paths:
            error = subgraph_error(
                entry,
                path,
                subgraph=call.fetch.spec.subgraph,
                request_id=self.request_id,
                policy=self.policy,
            )
            self._tell(call, error)

    def _tell(self, call: Call, error: FieldError) -> None:
        self.gathered.add_error(error)
        told = self.told.setdefault(call.fetch.spec.id, [])
        if len(told) < MAX_ERRORS:
            told.append(error)


def _misplaced(part: GroupCall, entities: list[Any]) -> AbstractSet[int]:
    """Return the positions in ``entities`` that hold another representation's entity.

    Looked for only where the first entity tells who it is: most replies tell nothing.
    """
    group = part.group
    for first in entities:
        if type(first) is dict:
            break
    else:
        return _NONE
    wrong: set[int] = set()
    representation = group.spec.representation
    if "__typename" in first and not group.asks_typename and representation.typename is None:
        typed = [targets[0].get(group.typename_key) for targets in part.targets]
        wrong |= of_another_type(entities, typed, representation.default_typename)
    if group.telling_keys and (
        keys := sorted(key for key in group.telling_keys if first.get(key) is not None)
    ):
        leaves = (leaf for leaf in representation.keys if isinstance(leaf, Leaf))
        sources = {leaf.field: leaf.source for leaf in leaves}
        sent = [[targets[0].get(sources[key]) for key in keys] for targets in part.targets]
        wrong |= misplaced(entities, sent, keys)
    return wrong
