"""Fetches of a batch's operations that become ready together leave as one request.

A key of the DataLoader is a whole fetch. There is one loader for each kind of request that can be
joined, so that a slow subgraph holds up nobody else's answers; the loader gathers what is ready in
the same turn of the loop, and no timer ever waits for more. Nothing is cached: what has been sent
is never answered from memory.

Entity fetches are joined if subgraph, document and used variables are equal: representations are
concatenated, de-duplicated, and the entities handed back to each operation in its own order, as
its own copies. Errors at ``_entities[i]`` go to every operation that asked for ``i``, all others
to each operation once. If the joined reply has no usable ``_entities``, each operation's part is
sent again once, alone; but not to a subgraph that just said that it has too much to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from orjson import Fragment
from strawberry.dataloader import DataLoader

from gateway.execution.calls import Call
from gateway.execution.merge_objects import copied
from gateway.execution.replies import NOT_AT_PRESENT, Response, decoded
from gateway.request.gathered import LARGE
from gateway.request.json_text import dumps
from gateway.request.large_answers import LargeAnswers
from gateway.subgraphs.protocol import SubgraphReply, SubgraphReplyInvalid

Transmit = Callable[[Call, bytes], Awaitable[SubgraphReply]]
"""Sends a body for a call, on behalf of the operation that the call belongs to."""
Note = Callable[[SubgraphReply], None]
"""Takes notice of a reply in an operation that it answers, whichever sent it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pending:
    call: Call
    transmit: Transmit
    note: Note
    large: LargeAnswers


class RequestLoaders:
    """The loaders of one HTTP request that carries a batch. Never shared between requests."""

    def __init__(self) -> None:
        self._identical: dict[Any, DataLoader[_Pending, SubgraphReply]] = {}
        self._entities: dict[Any, DataLoader[_Pending, Response]] = {}

    async def identical(
        self, call: Call, transmit: Transmit, note: Note, large: LargeAnswers
    ) -> SubgraphReply:
        """Send a root or reentry query, once for all operations that send the same now."""
        key = _key(call)
        loader = self._identical.get(key)
        if loader is None:
            loader = self._identical[key] = DataLoader(_send_once, cache=False)
        return await loader.load(_Pending(call, transmit, note, large))

    async def entities(
        self, call: Call, transmit: Transmit, note: Note, large: LargeAnswers
    ) -> Response:
        """Send an entity fetch, joined with those that differ in representations only."""
        key = (*_key(call), tuple(part.group.spec.alias for part in call.groups))
        loader = self._entities.get(key)
        if loader is None:
            loader = self._entities[key] = DataLoader(_send_joined, cache=False)
        return await loader.load(_Pending(call, transmit, note, large))


def _key(call: Call) -> tuple[str, str, bytes]:
    return call.fetch.spec.subgraph, call.document, call.variables


async def _send_once(pending: list[_Pending]) -> Sequence[SubgraphReply | BaseException]:
    first = pending[0]
    reply = await first.transmit(first.call, first.call.body())
    for one in pending:
        one.note(reply)
    return [reply] * len(pending)


async def _send_joined(pending: list[_Pending]) -> Sequence[Response | BaseException]:
    if len(pending) == 1:
        return [await _send_alone(pending[0])]
    joined = _join([one.call for one in pending])
    first = pending[0]
    try:
        reply = await first.transmit(first.call, joined.body(first.call))
        for one in pending:
            one.note(reply)
        exactly = first.call.fetch.spec.has_custom_scalars
        response = await decoded(reply, first.large, exactly=exactly)
    except SubgraphReplyInvalid:
        response = None
    if response is None or not (reply.status in NOT_AT_PRESENT or joined.is_usable(response)):
        return await asyncio.gather(*map(_send_alone, pending), return_exceptions=True)
    if len(reply.body) > LARGE:
        return await first.large.apart(joined.shares, response)
    return joined.shares(response)


async def _send_alone(pending: _Pending) -> Response:
    reply = await pending.transmit(pending.call, pending.call.body())
    pending.note(reply)
    exactly = pending.call.fetch.spec.has_custom_scalars
    return await decoded(reply, pending.large, exactly=exactly)


@dataclass(frozen=True, slots=True)
class _Joined:
    """Several calls as one: ``positions[call][group]`` are the places of its representations."""

    calls: list[Call]
    representations: list[list[Fragment]]
    positions: list[list[list[int]]]

    def body(self, first: Call) -> bytes:
        """The request body with all representations."""
        return first.body_with(self.representations)

    def is_usable(self, response: Response) -> bool:
        """Whether every group that was asked for came back as a list of the right length."""
        data = response.data or {}
        return all(
            not asked or (type(found := data.get(alias)) is list and len(found) == len(asked))
            for alias, asked in zip(self._aliases(), self.representations, strict=True)
        )

    def shares(self, response: Response) -> list[Response]:
        """What each call would have got alone."""
        return [self.share_of(number, response) for number in range(len(self.calls))]

    def share_of(self, number: int, response: Response) -> Response:
        """What call ``number`` would have got alone: its entities, its errors, in its order."""
        data = response.data or {}
        shares: dict[str, Any] = {}
        for group, alias in enumerate(self._aliases()):
            found = data.get(alias)
            if type(found) is list:
                shares[alias] = [copied(found[at]) for at in self.positions[number][group]]
        errors = [own for entry in response.errors for own in self._own_errors(number, entry)]
        return Response(shares, errors)

    def _own_errors(self, number: int, entry: Any) -> list[Any]:
        path = entry.get("path") if type(entry) is dict else None
        aliases = self._aliases()
        if type(path) is not list or len(path) < 2 or path[0] not in aliases:  # noqa: PLR2004
            return [entry]
        positions = self.positions[number][aliases.index(path[0])]
        if type(path[1]) is not int:
            return [entry]
        return [
            {**entry, "path": [path[0], own, *path[2:]]}
            for own, at in enumerate(positions)
            if at == path[1]
        ]

    def _aliases(self) -> list[str]:
        return [part.group.spec.alias for part in self.calls[0].groups]


def _join(calls: list[Call]) -> _Joined:
    """Concatenate and de-duplicate the representations of ``calls``, group by group."""
    representations: list[list[Fragment]] = []
    positions: list[list[list[int]]] = [[] for _ in calls]
    for group in range(len(calls[0].groups)):
        places: dict[bytes, int] = {}
        for number, call in enumerate(calls):
            own = map(dumps, call.groups[group].representations)
            positions[number].append([places.setdefault(text, len(places)) for text in own])
        representations.append([Fragment(text) for text in places])
    return _Joined(calls, representations, positions)
