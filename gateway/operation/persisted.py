"""The hook by which a hash reaches a document without its text.

A store of trusted documents comes later; until then no hash is known, and whoever sends one is
told so with the code that clients answer by sending the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

from gateway.operation.errors import OperationRefused


class PersistedQueryNotFound(OperationRefused):
    """No document is known under the hash."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class HashMismatch(OperationRefused):
    """The hash that came with a text is not the text's: nothing may be stored or run under it."""

    code = "PERSISTED_QUERY_HASH_MISMATCH"


def check_hash(text: str, extensions: Mapping[str, Any]) -> None:
    """Raise HashMismatch if the request names another hash than its text has."""
    said = extensions.get("persistedQuery")
    if not isinstance(said, dict) or "sha256Hash" not in said:
        return
    if said["sha256Hash"] != hashlib.sha256(text.encode()).hexdigest():
        raise HashMismatch("The hash is not that of the query.")


class PersistedDocuments(Protocol):
    """Finds documents by what a request's ``extensions`` say."""

    def text(self, extensions: Mapping[str, Any]) -> str:
        """Return the document's text. Raises PersistedQueryNotFound."""
        ...


class NoPersistedDocuments:
    """Knows none."""

    def text(self, extensions: Mapping[str, Any]) -> str:  # noqa: ARG002
        """See PersistedDocuments."""
        raise PersistedQueryNotFound("No document is known under this hash.")
