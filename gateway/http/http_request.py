"""An HTTP request as it arrived: what the guards and the pipeline need of it, read once."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Scope

# Ids tie log lines together and guard nothing: no system call for each.
_random = random.Random()  # noqa: S311


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """``headers`` have lower-case names; of repeated ones the last counts.

    ``request_id`` is made here: a client's own is never believed.
    """

    method: str
    headers: Mapping[str, str]
    query_string: bytes
    peer: str | None
    request_id: str

    @classmethod
    def of(cls, scope: Scope) -> HttpRequest:
        """Read an ASGI scope."""
        client = scope.get("client")
        return cls(
            method=scope["method"],
            headers={
                name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
            },
            query_string=scope.get("query_string", b""),
            peer=client[0] if client else None,
            request_id=f"{_random.getrandbits(128):032x}",
        )
