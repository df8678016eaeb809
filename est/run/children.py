"""The running servers of one run: stopped together, and the first that dies ends them all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from est.errors import ServerFailed
from est.run.child import Child
from est.run.readiness import require_ready
from est.run.server_specs import ServerSpec


class Children:
    """`async with Children(...) as children:` — leaving the block stops every child."""

    def __init__(self, inherited: Mapping[str, str], logs: Path | None, seconds: float) -> None:
        self._inherited = inherited
        self._logs = logs
        self._seconds = seconds
        self._running: list[Child] = []
        self._watchers: list[asyncio.Task[None]] = []
        self._dead: asyncio.Queue[Child] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*(child.stop() for child in self._running))

    async def start(self, spec: ServerSpec) -> None:
        """Start a server and wait until it is ready; raise `ServerFailed` if it is not in time."""
        child = await Child.start(spec, self._inherited, self._logs)
        self._running.append(child)
        self._watchers.append(asyncio.create_task(self._watch(child)))
        await require_ready(child, self._seconds)

    def pids(self) -> dict[str, int]:
        """Return the process id of every child by its server's name."""
        return {child.spec.name: child.pid for child in self._running}

    async def first_death(self) -> None:
        """Wait until any child ends by itself, then raise `ServerFailed` with its last words."""
        child = await self._dead.get()
        raise ServerFailed(f"{child.spec.name} {await child.how_it_ended()}.{child.last_words()}")

    async def _watch(self, child: Child) -> None:
        await child.ended()
        self._dead.put_nowait(child)
