"""Where the supergraph comes from: a file or a URL, polled, swapped when it changed.

A new text is built into a runtime off the event loop, warmed with the documents most used, and
only then put in force. One that does not load changes nothing: the old one stays, and the log
says why. New certificates for subgraphs are taken the same way. The last text that worked may be
kept on disk, for a start while the URL is away.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import structlog

from gateway.config.file_reader import FileReader, FilesBeside, NotRead
from gateway.config.freshness import Freshness
from gateway.config.settings import GatewaySettings
from gateway.config.subgraphs import certificate_files
from gateway.runtime.runtime import ActiveRuntime, SupergraphRuntime
from gateway.runtime.supergraph_readers import UrlReader
from gateway.runtime.warming import warm
from gateway.supergraph import SupergraphInvalid
from shared.errors import ConfigurationError
from shared.process.exhaustion import is_exhausted

log = structlog.get_logger(__name__)

Build = Callable[[str, int], SupergraphRuntime]
T = TypeVar("T")


def reader_of(settings: GatewaySettings) -> FileReader | UrlReader:
    """Return what reads SUPERGRAPH. Raises ConfigurationError without one."""
    if settings.supergraph is None:
        raise ConfigurationError("SUPERGRAPH: is required (a file or a URL)")
    if settings.supergraph.startswith(("http://", "https://")):
        headers = {k: v.get_secret_value() for k, v in settings.supergraph_header.items()}
        return UrlReader(settings.supergraph, headers)
    return FileReader(Path(settings.supergraph))


def read_file(reader: FileReader, load: Callable[[str], T]) -> tuple[str, T]:
    """Return a file's text, and what ``load`` makes of it. Raises ConfigurationError."""
    try:
        text = reader.read_now()
        return text, load(text)
    except NotRead as error:
        raise ConfigurationError(f"SUPERGRAPH: {error}") from None
    except SupergraphInvalid as error:
        raise ConfigurationError(f"SUPERGRAPH: {reader.path}: {error} ({error.code})") from None


class SupergraphSource:
    """Keeps ``active.current`` up to date. ``swapped`` is called when another one is in force."""

    def __init__(
        self,
        settings: GatewaySettings,
        active: ActiveRuntime,
        build: Build,
        swapped: Callable[[], None] = lambda: None,
    ) -> None:
        self.reader = reader_of(settings)
        self.active = active
        self.build = build
        self.swapped = swapped
        self.poll_seconds = settings.supergraph_poll_seconds
        self.last_good = settings.supergraph_last_good
        self._digest = b""
        self._generation = 0
        self._certificates = FilesBeside(certificate_files(settings))
        self._is_due = False
        self.freshness = Freshness("supergraph", "not read yet")
        self._task: asyncio.Task[None] | None = None

    def load_file(self) -> None:
        """Load a file at once, before anything listens. Raises ConfigurationError."""
        if not isinstance(self.reader, FileReader):
            return
        text, self.active.current = read_file(self.reader, self._built)
        self._digest = _digest(text)
        self.freshness.fresh()

    async def check(self) -> str | None:
        """Say what is wrong, for readiness: only the lack of any supergraph is."""
        return None if self.active.current is not None else self.freshness.fault

    async def refresh(self) -> bool:
        """Read once more; swap if it changed, or the certificates of connections did.

        Returns whether a new supergraph is in force.
        """
        if self._certificates.changed():
            self._is_due = True
            self.reader.forget()
        try:
            text = await self.reader.read()
        except NotRead as error:
            self.freshness.unread(str(error))
            return False
        except Exception as error:  # no thread, no memory: polling goes on
            log.exception("reading the supergraph failed")
            self.freshness.unread(f"reading it failed: {type(error).__name__}")
            return False
        if text is None:
            self.freshness.unchanged()
            return False
        return await self.adopt(text)

    async def adopt(self, text: str) -> bool:
        """Build, warm and put ``text`` in force, unless it is the same or does not load."""
        digest = _digest(text)
        old = self.active.current
        if digest == self._digest and not self._is_due:
            self.freshness.fresh()  # it may be back after one that was not taken
            return False
        self._is_due = False
        try:
            new = await asyncio.to_thread(self._built, text)
            if old is not None:
                await warm(new, old)
            await asyncio.to_thread(self._keep, text)
        except SupergraphInvalid as error:
            self.freshness.refused(f"{error} ({error.code})")
            return False
        except ConfigurationError as error:
            self.freshness.refused(str(error))
            return False
        except Exception as error:  # a fault of ours: the next supergraph is taken all the same
            log.exception("making the supergraph's runtime failed")
            self.freshness.refused(f"making its runtime failed: {type(error).__name__}")
            if is_exhausted(error):
                self.reader.forget()  # it is not the text's fault, and may pass
                self._is_due = True
            return False
        self.active.current = new
        self._digest = digest
        self.freshness.fresh()
        log.info("supergraph in force", generation=new.generation, digest=digest.hex()[:16])
        self.swapped()
        return True

    def _built(self, text: str) -> SupergraphRuntime:
        """Build a runtime. No two of them have one number, also if they never come into force."""
        runtime = self.build(text, self._generation)
        self._generation += 1
        return runtime

    async def __aenter__(self) -> Self:
        """Load what is not loaded yet, and begin to poll."""
        if self.active.current is None and not await self.refresh():
            await self._from_last_good()
        self._task = asyncio.create_task(self._poll())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop polling."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if isinstance(self.reader, UrlReader):
            await self.reader.close()

    async def _poll(self) -> None:
        while self.poll_seconds > 0 or self.active.current is None:
            await asyncio.sleep(self.poll_seconds or 1.0)
            await self.refresh()

    async def _from_last_good(self) -> None:
        if self.last_good is None:
            return
        try:
            text = await asyncio.to_thread(self.last_good.read_text, encoding="utf-8")
        except OSError:
            return
        if await self.adopt(text):
            log.warning("serving the last good supergraph", path=str(self.last_good))

    def _keep(self, text: str) -> None:
        if self.last_good is None:
            return
        part = self.last_good.with_suffix(".part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(self.last_good)
        except OSError as error:
            log.warning("the last good supergraph is not kept", reason=error.strerror)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
