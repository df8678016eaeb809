"""Reading a file that somebody may write anew while the gateway runs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

Identity = tuple[int, ...]
"""Of a file as it is at present: another one is in its place, or it was written, if it differs."""


class NotRead(Exception):
    """It could not be read this time; the message says why."""


class FileReader:
    """A file, read again when it is another: times, size and place on the disk tell."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: Identity | None = None

    def read_now(self) -> str:
        """Read it. Raises NotRead."""
        text, self._seen = self._read()
        return text

    async def read(self) -> str | None:
        """Return its text; None: it is the same as the last time, or just being written.

        Raises NotRead.
        """
        try:
            found = _identity(self.path.stat())
        except OSError as error:
            raise NotRead(f"{self.path}: {error.strerror}") from None
        if found == self._seen:
            return None
        text, identity = await asyncio.to_thread(self._read)
        if identity is not None:
            self._seen = identity
            return text
        return None

    def forget(self) -> None:
        """Have it read once more, though it did not change."""
        self._seen = None

    def _read(self) -> tuple[str, Identity | None]:
        """Its text and whose it is; None where it was written meanwhile. Raises NotRead."""
        try:
            before = _identity(self.path.stat())
            text = self.path.read_text(encoding="utf-8-sig")
            after = _identity(self.path.stat())
        except FileNotFoundError:
            raise NotRead(f"{self.path} does not exist") from None
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise NotRead(f"{self.path} cannot be read: {reason}") from None
        return text, before if before == after else None


class FilesBeside:
    """Files that are read elsewhere, looked at only for whether they are others."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._seen = self._look()

    def changed(self) -> bool:
        """Whether one is another than when ``changed`` was last true, or than at the beginning."""
        seen, self._seen = self._seen, self._look()
        return seen != self._seen

    def _look(self) -> list[Identity | None]:
        return [_identity_at(path) for path in self._paths]


def _identity_at(path: Path) -> Identity | None:
    try:
        return _identity(path.stat())
    except OSError:
        return None


def _identity(stat: os.stat_result) -> Identity:
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino, stat.st_dev
