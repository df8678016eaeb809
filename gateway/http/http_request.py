"""An HTTP request as it arrived: what the guards and the pipeline need of it, read once."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

import msgspec
from starlette.types import Scope

# Ids tie log lines together and guard nothing: no system call for each.
_random = random.Random()  # noqa: S311


class HttpRequest(msgspec.Struct, frozen=True):
    """``headers`` have lower-case names; the values of one that comes twice are joined.

    ``repeated`` are the names of those. ``request_id`` is made here: a client's own is never
    believed.
    """

    method: str
    headers: Mapping[str, str]
    query_string: bytes
    peer: str | None
    request_id: str
    repeated: frozenset[str] = frozenset()

    @classmethod
    def of(cls, scope: Scope) -> HttpRequest:
        """Read an ASGI scope."""
        client = scope.get("client")
        lines = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ]
        headers = dict(lines)
        repeated: frozenset[str] = frozenset()
        if len(headers) < len(lines):
            headers, repeated = _joined(lines)
        return cls(
            method=scope["method"],
            headers=headers,
            repeated=repeated,
            query_string=scope.get("query_string", b""),
            peer=client[0] if client else None,
            request_id=new_request_id(),
        )


def new_request_id() -> str:
    """Return 128 random bits as hexadecimal digits."""
    return f"{_random.getrandbits(128):032x}"


def _joined(lines: Iterable[tuple[str, str]]) -> tuple[dict[str, str], frozenset[str]]:
    """Join what came several times, in order: a list either way (RFC 9110, 5.3).

    Cookies are joined as their own standard says (RFC 6265, 5.4).
    """
    values: dict[str, list[str]] = {}
    for name, value in lines:
        values.setdefault(name, []).append(value)
    headers = {
        name: ("; " if name == "cookie" else ", ").join(all_of_it)
        for name, all_of_it in values.items()
    }
    return headers, frozenset(name for name, given in values.items() if len(given) > 1)
