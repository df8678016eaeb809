"""Where a URL points, and what of it is written into each request."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from shared.errors import ConfigurationError

_PORTS = {"http": 80, "https": 443}
_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~-._?"


@dataclass(frozen=True, slots=True)
class Target:
    """One URL's parts. ``host``: a name or an address without brackets, in ASCII.

    ``credentials``: the value of Authorization for a URL with a user, None without.
    """

    host: str
    port: int
    is_tls: bool
    authority: str
    path: str
    credentials: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str) -> Target:
        """Read ``url``. Raises ConfigurationError where it is no http(s) URL."""
        try:
            parts = urlsplit(url)
            host, port = _ascii(parts.hostname or ""), parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise ConfigurationError(f"{url!r} is no http:// or https:// URL") from None
        if not host:
            raise ConfigurationError(f"{url!r} names no host")
        bracketed = f"[{host}]" if ":" in host else host
        path = quote(parts.path or "/", safe=_KEPT_IN_PATHS)
        if parts.query:
            path += "?" + quote(parts.query, safe=_KEPT_IN_PATHS)
        return cls(
            host=host,
            port=port,
            is_tls=parts.scheme == "https",
            authority=bracketed if port == _PORTS[parts.scheme] else f"{bracketed}:{port}",
            path=path,
            credentials=_basic(parts.username, parts.password),
        )


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _basic(user: str | None, password: str | None) -> str | None:
    if user is None:
        return None
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return "Basic " + b64encode(pair.encode()).decode("ascii")
