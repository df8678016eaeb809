"""Documents that are sent by name: Apollo's automatic persisted queries, and trusted documents."""

from gateway.persisted.documents import PersistedDocuments
from gateway.persisted.errors import PersistedQueryNotFound
from gateway.persisted.open import open_documents
from gateway.persisted.store import DocumentStore, MemoryStore
from gateway.persisted.trusted import load_trusted

__all__ = [
    "DocumentStore",
    "MemoryStore",
    "PersistedDocuments",
    "PersistedQueryNotFound",
    "load_trusted",
    "open_documents",
]
