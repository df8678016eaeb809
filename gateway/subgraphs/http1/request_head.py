"""Writing request heads. The last door for header smuggling: what is no header is never written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.subgraphs.client import USER_AGENT
from gateway.subgraphs.http1.target import Target

_USER_AGENT = f"user-agent: {USER_AGENT}\r\n"


class HeaderInvalid(ValueError):
    """A name or a value that would end its header early: the mistake is on this side."""


class RequestHead:
    """Request line and headers of POSTs to one target. ``fixed`` are those of every request."""

    def __init__(self, target: Target, fixed: Mapping[str, str]) -> None:
        lines = [f"POST {target.path} HTTP/1.1", f"host: {target.authority}"]
        lines += [f"{name}: {value}" for name, value in fixed.items()]
        self._start = ("\r\n".join(lines) + "\r\n").encode("ascii")
        self._credentials = target.credentials

    def lines(self, headers: Mapping[str, str], own: Iterable[str] = ()) -> bytes:
        """Return all that is the same in each request with ``headers``.

        ``own``: names of those that differ each time. Raises HeaderInvalid.
        """
        lines = _written(headers)
        names = {*headers, *own}
        if self._credentials is not None and "authorization" not in names:
            lines += f"authorization: {self._credentials}\r\n"
        if "user-agent" not in names:
            lines += _USER_AGENT
        return self._start + lines.encode("ascii")

    def write(self, lines: bytes, own: Mapping[str, str], body_bytes: int) -> bytes:
        """Return the head of a request whose body has ``body_bytes``. Raises HeaderInvalid."""
        return lines + f"{_written(own)}content-length: {body_bytes}\r\n\r\n".encode("ascii")


def usual_head(lines: bytes, own: Iterable[str]) -> bytes:
    """Return the format of such heads: bytes for each name of ``own``, and a length.

    ``own`` was written before; whoever fills the format in sees to it that values are plain.
    """
    names = "".join([f"{name.replace('%', '%%')}: %b\r\n" for name in own])
    return lines.replace(b"%", b"%%") + f"{names}content-length: %d\r\n\r\n".encode("ascii")


def _written(headers: Mapping[str, str]) -> str:
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    count = len(headers)
    # A line break inside a value would make one line more (RFC 9112, 11.1).
    if (
        lines.count("\n") != count
        or lines.count("\r") != count
        or "\0" in lines
        or not lines.isascii()
    ):
        raise HeaderInvalid("a header holds what no header may hold")
    return lines
