"""Where automatic persisted queries are kept."""

from __future__ import annotations

from typing import Protocol

from gateway.operation.cache import BoundedCache


class DocumentStore(Protocol):
    """Texts by the SHA-256 of themselves. A store that fails knows nothing; it never raises."""

    async def get(self, name: str) -> str | None:
        """Return the text kept under ``name``."""
        ...

    async def put(self, name: str, text: str) -> None:
        """Keep ``text``."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class MemoryStore:
    """In this process, the least recently used going first. ``size`` in bytes of all texts."""

    def __init__(self, entries: int, size: int) -> None:
        self._texts: BoundedCache[str, str] = BoundedCache(entries, size)

    def __len__(self) -> int:
        return len(self._texts)

    async def get(self, name: str) -> str | None:
        """See DocumentStore."""
        return self._texts.get(name)

    async def put(self, name: str, text: str) -> None:
        """See DocumentStore."""
        self._texts.put(name, text, len(text.encode("utf-8", "surrogatepass")))

    async def close(self) -> None:
        """See DocumentStore."""
