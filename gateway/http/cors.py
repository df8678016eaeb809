"""Cross-origin requests: only named origins get a grant; ``null`` is never one.

In development every origin of this machine has one, so that a front end on another port just works.
"""

from __future__ import annotations

import re

from gateway.config.settings import CorsSettings
from gateway.http.responses import RawHeaders

ALLOWED_METHODS = b"GET, HEAD, POST, OPTIONS"
EXPOSED = b"x-request-id, retry-after"
_LOOPBACK = re.compile(
    r"https?://(?:(?:[a-z0-9-]+\.)*localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?", re.IGNORECASE
)


class Cors:
    """Answers preflights and adds grants."""

    def __init__(self, settings: CorsSettings, *, is_dev: bool = False) -> None:
        self.is_dev = is_dev
        self.origins = frozenset(origin.rstrip("/").lower() for origin in settings.origins)
        self.any = "*" in self.origins
        self.credentials = settings.credentials
        self.max_age = str(settings.max_age).encode()

    def grant(self, origin: str | None) -> RawHeaders:
        """Return the headers for a response to ``origin``; empty where it has no grant."""
        if origin is None and self.origins:  # a cache must not keep this for pages that ask later
            return [(b"vary", b"origin")]
        if origin is None or not (self.origins or self.is_dev):
            return []
        headers: RawHeaders = [(b"vary", b"origin")]
        if not self.allows(origin):
            return headers
        headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
        headers.append((b"access-control-expose-headers", EXPOSED))
        if self.credentials and self.is_named(origin):
            headers.append((b"access-control-allow-credentials", b"true"))
        return headers

    def allows(self, origin: str) -> bool:
        """Tell whether pages of ``origin`` may call."""
        return self.is_named(origin) or (self.is_dev and _LOOPBACK.fullmatch(origin) is not None)

    def is_named(self, origin: str) -> bool:
        """Tell whether the settings name ``origin``."""
        return origin != "null" and (self.any or origin.lower() in self.origins)

    def preflight(self, origin: str | None, requested_headers: str | None) -> RawHeaders:
        """Return what the answer to an OPTIONS request has beside its grant."""
        headers: RawHeaders = []
        if origin is not None and self.allows(origin):
            headers.append((b"access-control-allow-methods", ALLOWED_METHODS))
            headers.append((b"access-control-max-age", self.max_age))
            if requested_headers:
                value = requested_headers.encode("latin-1")
                headers.append((b"access-control-allow-headers", value))
        return headers
