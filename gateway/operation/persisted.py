"""The hook by which a hash reaches a document without its text.

A store of trusted documents comes later; until then no hash is known, and whoever sends one is
told so with the code that clients answer by sending the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from gateway.operation.errors import OperationRefused


class PersistedQueryNotFound(OperationRefused):
    """No document is known under the hash."""

    code = "PERSISTED_QUERY_NOT_FOUND"


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
