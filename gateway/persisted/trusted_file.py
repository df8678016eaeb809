"""The file of trusted documents while the gateway runs: looked at again and again.

One that does not do changes nothing, as of supergraphs: the documents of before stay, and the log
says why. What is taken holds from the next request on, in every kind of name.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from gateway.config.file_reader import FileReader, NotRead
from gateway.config.freshness import Freshness
from gateway.persisted.trusted import parse_trusted, read_trusted
from shared.errors import ConfigurationError
from shared.process.exhaustion import is_exhausted

log = structlog.get_logger(__name__)


class TrustedFile:
    """``texts`` are those in force, by their names."""

    def __init__(self, path: Path, poll_seconds: float) -> None:
        """Read it. Raises ConfigurationError."""
        self.freshness = Freshness("trusted documents")
        self.poll_seconds = poll_seconds
        self._reader = FileReader(path)
        self.texts = read_trusted(self._reader)

    async def refresh(self) -> None:
        """Look once more; take what is new, if it does."""
        try:
            text = await self._reader.read()
            if text is None:
                self.freshness.unchanged()
                return
            texts = await asyncio.to_thread(parse_trusted, text)
        except NotRead as error:
            self.freshness.unread(str(error))
        except ConfigurationError as error:
            self.freshness.refused(str(error))
        except Exception as error:  # no thread, no memory: polling goes on
            log.exception("reading the trusted documents failed")
            self.freshness.refused(f"reading them failed: {type(error).__name__}")
            if is_exhausted(error):
                self._reader.forget()
        else:
            self.texts = texts
            self.freshness.fresh()
            log.info("trusted documents in force", count=len(texts))

    @asynccontextmanager
    async def kept_current(self) -> AsyncIterator[None]:
        """Poll meanwhile, unless it is to be read once."""
        polling = asyncio.create_task(self._poll())
        try:
            yield
        finally:
            polling.cancel()
            with suppress(asyncio.CancelledError):
                await polling

    async def _poll(self) -> None:
        while self.poll_seconds > 0:
            await asyncio.sleep(self.poll_seconds)
            await self.refresh()
