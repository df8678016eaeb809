"""One request on the straight path, and the writing of its answer.

It stands where uvicorn keeps the ``RequestResponseCycle`` of a connection's request, with what
uvicorn's protocol looks at: whether the answer is complete, and what to do when the client hangs up
or the server shuts down meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl

from gateway.subgraphs.http1.joint_writes import JointWrites
from shared.http.protocol import StrictProtocol

_WRITTEN_APART = 16_384
"""A longer body is not copied behind its head."""
_WRITTEN = b"", b""


class _NobodyWaits:
    """Stands for the event by which a cycle's ``receive`` is woken: here nobody receives."""

    def set(self) -> None:
        """Nothing to wake."""


class Exchange:
    """A request of ``protocol``'s connection that one task answers, by the loop's ``writes``."""

    __slots__ = (
        "_answer",
        "_has_begun",
        "_has_ended",
        "_protocol",
        "_writes",
        "disconnected",
        "keep_alive",
        "loop",
        "response_complete",
        "task",
    )
    message_event = _NobodyWaits()

    def __init__(self, protocol: StrictProtocol, writes: JointWrites) -> None:
        self._protocol = protocol
        self._writes = writes
        self.loop: asyncio.AbstractEventLoop = protocol.loop
        self.response_complete = False
        self.disconnected = False
        self.keep_alive = True
        self.task: asyncio.Task[None] | None = None
        self._has_begun = self._has_ended = False
        self._answer = _WRITTEN

    def run(self, answering: Coroutine[Any, Any, None]) -> None:
        """Answer in a task, which the server waits for when it shuts down."""
        starts = self._protocol.starts
        if starts is None:
            self._start(answering)
        else:
            starts.add(partial(self._start, answering))

    def _start(self, answering: Coroutine[Any, Any, None]) -> None:
        self.task = self.loop.create_task(answering)
        self._protocol.tasks.add(self.task)

    def hang_up(self) -> None:
        """The client is gone: nobody reads an answer."""
        if not self.response_complete:
            self.disconnected = True
            if self._has_begun and self.task is not None:
                self.task.cancel()

    def begin(self) -> None:
        """Called first in the task. Raises CancelledError where the client is gone already.

        A task that is cancelled before it begins never runs, not even what it ends with.
        """
        self._has_begun = True
        if self.disconnected:
            raise asyncio.CancelledError

    async def write(self, head: bytes, body: bytes) -> None:
        """Write the answer, now or with others'.

        ``head`` ends after its last header's line break.
        """
        flow: FlowControl = self._protocol.flow
        if flow.write_paused:
            await flow.drain()
        self._answer = head, body
        self._writes.send(self._write)

    def _write(self) -> None:
        """Write it, unless the client has gone; from now on the server may close the connection."""
        head, body = self._answer
        self._answer = _WRITTEN  # the connection keeps this exchange until its next
        if self.disconnected:
            return
        self.response_complete = True
        transport = self._protocol.transport
        end = b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n"
        if len(body) < _WRITTEN_APART:
            transport.write(b"".join((head, end, body)))
        else:
            transport.writelines((head, end, body))
        if not self.keep_alive:
            transport.close()
        if self._has_ended:
            self._protocol.on_response_complete()

    def end(self) -> None:
        """The task is at its end: with its answer written, the next request may begin."""
        self._has_ended = True
        if self.task is not None:
            self._protocol.tasks.discard(self.task)
        if self.response_complete:
            self._protocol.on_response_complete()
