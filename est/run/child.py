"""One server as a child process: started, watched, stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from est.launch import launched
from est.run.server_specs import ServerSpec

_TAIL_LINES = 20
_DRAIN_SECONDS = 25.0


class Child:
    """A running server. It gets SIGTERM when the supervisor dies, in whatever way."""

    def __init__(
        self, spec: ServerSpec, process: asyncio.subprocess.Process, log: Path | None
    ) -> None:
        self.spec = spec
        self._log = log
        self._process = process

    @classmethod
    async def start(
        cls, spec: ServerSpec, inherited: Mapping[str, str], logs: Path | None
    ) -> Child:
        """Start the server; its output goes to a file in `logs`, else to the terminal.

        It gets a session of its own: Ctrl-C is for the supervisor, which stops servers in order.
        """
        log = logs / f"{spec.name}.log" if logs else None
        output = log.open("wb") if log else None
        try:
            process = await asyncio.create_subprocess_exec(
                *launched("same", signal.SIGTERM, *spec.command),
                env=spec.environment(inherited),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            if output:
                output.close()
        return cls(spec, process, log)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ended(self) -> int:
        """Wait for its end; the exit code, or minus the number of the signal."""
        return await self._process.wait()

    async def how_it_ended(self) -> str:
        """Say in words how it ended."""
        code = await self.ended()
        if code >= 0:
            return f"ended by itself with exit code {code}"
        return f"was ended by {signal.Signals(-code).name}"

    async def stop(self) -> None:
        """Ask it to drain and end; after 25 seconds make it."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                self._process.send_signal(number)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), _DRAIN_SECONDS)
                return

    def last_words(self) -> str:
        """Return the end of its log, introduced by the file's name."""
        if self._log is None:
            return ""
        lines = self._log.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        return "\n".join([f" The end of {self._log}:", *(f"  {line}" for line in lines)])
