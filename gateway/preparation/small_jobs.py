"""Small documents, prepared on the event loop: one in a turn of the loop, clients in turns.

The way to the process and back costs as much as preparing ``{ me { name } }`` does. What counts as
small bounds how long the loop is held: few characters, and few states while planning. Between two
of them everybody else who waits for the loop has a turn.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from graphql import GraphQLSchema

from gateway.operation.errors import OperationRefused
from gateway.operation.schema_types import schema_types
from gateway.preparation.fair_queue import FairQueue

T = TypeVar("T")
MOST_CHARACTERS = 400
MOST_STATES = 16
"""Half a millisecond of planning; one subgraph asked for six fields takes a dozen."""
MOST_TYPES = 32
"""How many concrete types an interface or union may have: with each of them planning does more."""

_INTROSPECTS = re.compile(r"__(?:schema|type\b)")


def has_small_types(schema: GraphQLSchema) -> bool:
    """Whether what a small document selects is small: ``{ node { id } }`` may be of 1,000 types."""
    return all(len(types) <= MOST_TYPES for types in schema_types(schema).possible.values())


def is_small(text: str) -> bool:
    """Whether reading ``text`` takes a millisecond at most, in a schema that has small types."""
    return len(text) <= MOST_CHARACTERS and not _INTROSPECTS.search(text)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    work: Callable[[], Any]
    result: asyncio.Future[Any]


class SmallJobs:
    """Does work on the loop that runs, a piece at a time."""

    def __init__(self) -> None:
        self._queue: FairQueue[_Waiting] = FairQueue()
        self._is_going_on = False

    async def run(self, work: Callable[[], T], client: str, size: int) -> T:
        """Have ``work`` done; ``client`` is whom it delays. Raises what it raises."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(work, loop.create_future())
        self._queue.put(client, size, waiting)
        if not self._is_going_on:
            self._is_going_on = True
            loop.call_soon(self._turn, loop)
        result: T = await waiting.result
        return result

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting = self._queue.take()
        self._is_going_on = bool(self._queue)
        if self._is_going_on:
            loop.call_soon(self._turn, loop)  # after all that is ready by then
        if waiting.result.done():  # nobody waits any more
            return
        try:
            waiting.result.set_result(waiting.work())
        except OperationRefused as refusal:
            waiting.result.set_exception(refusal.anew())
        except Exception as error:  # noqa: BLE001  whoever waits for it is told
            waiting.result.set_exception(error)
