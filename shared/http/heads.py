"""Which heads of requests are refused: too large ones, and what others might read otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MAX_HEAD_BYTES = 65_536
"""Of a request line and its fields together, as h11 has it; nginx takes half as much."""
_LONGEST_NUMBER = 100
_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%:\[\]-]*")
"""What a name, an address and a port can be made of (RFC 3986, 3.2.2); it may be empty."""


class Refusal(NamedTuple):
    """What a request is answered with that is not read."""

    status: int
    message: str


UNREADABLE = Refusal(400, "Invalid HTTP request received.")
TOO_LARGE = Refusal(431, "The head of the request is too large.")


def find_refusal(
    method: bytes, url: bytes, version: str, headers: Sequence[tuple[bytes, bytes]]
) -> Refusal | None:
    """Judge a whole head, its names in small letters; None where it is in order.

    Its size is looked at, and whatever tells where its body ends, and to whom it is sent.
    """
    size = len(url)
    hosts: list[bytes] = []
    codings: list[bytes] = []
    for name, value in headers:
        size += len(name) + len(value) + 4  # ": " and the line break
        if name == b"host":
            hosts.append(value.strip())
        elif name == b"transfer-encoding":
            codings.append(value.strip().lower())
        elif name == b"content-length" and len(value) > _LONGEST_NUMBER:
            return UNREADABLE  # thousands of zeros: int() has its limits
    if size > MAX_HEAD_BYTES:
        return TOO_LARGE
    if version not in {"1.0", "1.1"}:
        return Refusal(505, "Of HTTP only versions 1.0 and 1.1 are spoken.")
    if codings not in ([], [b"chunked"]):
        return Refusal(501, "Of transfer codings only chunked is understood.")
    if method == b"CONNECT":
        return Refusal(501, "There are no tunnels here.")
    is_old = version == "1.0"
    if (codings and is_old) or not _names_one_host(hosts, is_old=is_old):
        return UNREADABLE
    return None


def _names_one_host(hosts: Sequence[bytes], *, is_old: bool) -> bool:
    """RFC 9112, 3.2. HTTP/1.0 may leave it out."""
    if not hosts:
        return is_old
    return len(hosts) == 1 and _HOST.fullmatch(hosts[0]) is not None
