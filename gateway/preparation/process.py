"""The gateway's end of its preparing process: jobs in, one at a time, fairly; results out."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from typing import Any

import structlog

from gateway.preparation.fair_queue import FairQueue
from gateway.preparation.frames import pack, read_message
from gateway.preparation.jobs import Drop, Failed, Job, Load, Refused

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 15.0
"""After which a process that has a job is taken for stopped. Half of what a request may take."""
LOADING_SECONDS = 120.0
MOST_FAILED_STARTS = 3
"""In a row, until nobody waits for the next: where memory is short it may never come."""
_RESTART_SECONDS = 1.0


class NotReady(Exception):
    """The process has not loaded that supergraph (yet)."""


class ProcessLost(NotReady):
    """The process ended while it had the job: it may have died of it, or before it looked at it."""


class PreparationFault(Exception):
    """Preparing a document raised what nobody foresaw; the text is the traceback there."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    job: Job
    result: asyncio.Future[Any]


class PreparationProcess:
    """Starts the process, keeps it running, gives it jobs.

    It runs between ``start`` and ``close``.
    """

    def __init__(self) -> None:
        self._supergraphs: dict[int, Load] = {}
        self._loaded: set[int] = set()
        self._queue: FairQueue[_Waiting] = FairQueue()
        self._wake = asyncio.Event()
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failed_starts = 0

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return None if self._process is None else self._process.pid

    def add(self, supergraph: Load) -> None:
        """Have a supergraph loaded, beside those that are. May be called from any thread."""
        self._supergraphs[supergraph.generation] = supergraph
        self._wake_up()

    def keep_only(self, generation: int) -> None:
        """Forget all supergraphs before ``generation``."""
        for old in [number for number in self._supergraphs if number < generation]:
            del self._supergraphs[old]
        self._changed.set()
        self._wake_up()

    def start(self) -> None:
        """Start the process; until it has loaded a supergraph, ``run`` raises NotReady."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._keep_running())

    async def close(self) -> None:
        """End the process."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def wait_for(self, generation: int) -> None:
        """Wait until a supergraph is loaded there.

        Raises NotReady for one that is not kept, and where the process died at several starts.
        """
        while generation not in self._loaded:
            if generation not in self._supergraphs or self._failed_starts >= MOST_FAILED_STARTS:
                raise NotReady
            self._changed.clear()
            await self._changed.wait()

    async def run(self, job: Job, client: str) -> Any:
        """Have ``job`` done; ``client`` is whom it delays.

        Raises NotReady (ProcessLost, if it had begun) or OperationRefused.
        """
        if job.generation not in self._loaded:
            raise NotReady
        waiting = _Waiting(job, asyncio.get_running_loop().create_future())
        self._queue.put(client, job.size, waiting)
        self._wake.set()
        return await waiting.result

    def _wake_up(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _keep_running(self) -> None:
        """Serve; whenever the process is lost, start another after a while."""
        while True:
            try:
                await self._serve()
            except Exception as error:  # noqa: BLE001  garbage from it raises anything
                self._note_loss(error)
            finally:
                await self._end()
            await asyncio.sleep(_RESTART_SECONDS)

    def _note_loss(self, error: Exception) -> None:
        is_start = not self._loaded
        self._failed_starts = self._failed_starts + 1 if is_start else 0
        self._changed.set()
        log.error("preparing process lost", error=type(error).__name__, at_start=is_start)

    async def _serve(self) -> None:
        """Start the process and give it what there is to do, until it is lost."""
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "gateway.preparation.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        ended = asyncio.create_task(process.wait())
        ended.add_done_callback(lambda _: self._wake.set())  # so that an idle one is missed, too
        try:
            await self._serve_until(ended)
        finally:
            ended.cancel()

    async def _serve_until(self, ended: asyncio.Task[int]) -> None:
        """Give the process what there is to do. Raises EOFError when it has ended."""
        while not ended.done():
            self._wake.clear()
            await self._load_and_drop()
            if not self._queue:
                await self._wake.wait()
                continue
            waiting = self._queue.take()
            if not waiting.result.done():  # it is where nobody waits any more
                await self._do(waiting)
        raise EOFError("ended while it had nothing to do")

    async def _load_and_drop(self) -> None:
        """Bring what the process has loaded to what is wanted."""
        for generation in self._loaded - self._supergraphs.keys():
            self._loaded.discard(generation)
            await self._exchange(Drop(generation))
        for generation, supergraph in list(self._supergraphs.items()):
            if generation not in self._loaded:
                await self._exchange(supergraph, LOADING_SECONDS)
                self._loaded.add(generation)
                self._failed_starts = 0
                self._changed.set()

    async def _do(self, waiting: _Waiting) -> None:
        try:
            reply = await self._exchange(waiting.job)
        except Exception:
            if not waiting.result.done():
                waiting.result.set_exception(ProcessLost())
            raise
        if not waiting.result.done():
            if isinstance(reply, Refused):
                waiting.result.set_exception(reply.refusal)
            elif isinstance(reply, Failed):
                waiting.result.set_exception(PreparationFault(reply.trace))
            else:
                waiting.result.set_result(reply)

    async def _exchange(self, message: Load | Drop | Job, seconds: float | None = None) -> Any:
        """Send a message and wait for its reply. Raises TimeoutError.

        A process that is stopped is neither gone nor any good: without an end to the waiting, no
        new document would be answered until somebody lets it go on.
        """
        process = self._process
        assert process is not None  # noqa: S101 - it was just started
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        async with asyncio.timeout(SILENCE_SECONDS if seconds is None else seconds):
            process.stdin.write(pack(message))
            await process.stdin.drain()
            return await read_message(process.stdout)

    async def _end(self) -> None:
        """Stop the process; what waits for it is done without it."""
        self._loaded.clear()
        while self._queue:
            waiting = self._queue.take()
            if not waiting.result.done():
                waiting.result.set_exception(NotReady())
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()  # it has nothing to put in order
            await process.wait()
