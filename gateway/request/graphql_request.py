"""What a client sends for one operation, and what prepared documents are kept under."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class GraphQLRequest(msgspec.Struct, frozen=True):
    """One operation as sent: the parameters of GraphQL over HTTP (section 4.1).

    ``query`` may be None where ``document_id`` or ``extensions`` name a persisted document.
    """

    query: str | None
    operation_name: str | None = None
    variables: Mapping[str, Any] = {}
    extensions: Mapping[str, Any] = {}
    document_id: str | None = None
