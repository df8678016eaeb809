"""What a client sends for one operation, and what prepared documents are kept under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation as sent: the parameters of GraphQL over HTTP (section 4.1).

    ``query`` may be None where ``document_id`` or ``extensions`` name a persisted document.
    """

    query: str | None
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    document_id: str | None = None
