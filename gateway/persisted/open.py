"""What the settings say of persisted documents."""

from __future__ import annotations

from collections.abc import Callable

from gateway.config.settings import PersistedSettings
from gateway.persisted.documents import PersistedDocuments
from gateway.persisted.store import DocumentStore, MemoryStore
from gateway.persisted.trusted_file import TrustedFile
from gateway.request.caller import Caller


def open_documents(
    settings: PersistedSettings, may_explore: Callable[[Caller], bool]
) -> PersistedDocuments:
    """Build what ``settings`` describe. Raises ConfigurationError for a file that does not do."""
    path = settings.trusted
    return PersistedDocuments(
        store=_store(settings) if settings.automatic else None,
        file=None if path is None else TrustedFile(path, settings.poll_seconds),
        only_trusted=settings.only_trusted,
        may_explore=may_explore,
    )


def _store(settings: PersistedSettings) -> DocumentStore:
    memory = MemoryStore(settings.entries, settings.bytes)
    if settings.redis_url is None:
        return memory
    from gateway.persisted.redis_store import RedisStore  # noqa: PLC0415  its client is large

    return RedisStore(settings.redis_url.get_secret_value(), memory, settings.seconds)
