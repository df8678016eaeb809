"""Cross-origin requests: only named origins get a grant; ``null`` is never one."""

from __future__ import annotations

from gateway.config.settings import CorsSettings
from gateway.http.responses import RawHeaders

ALLOWED_METHODS = b"GET, POST, OPTIONS"
EXPOSED = b"x-request-id, retry-after"


class Cors:
    """Answers preflights and adds grants."""

    def __init__(self, settings: CorsSettings) -> None:
        self.origins = frozenset(origin.rstrip("/").lower() for origin in settings.origins)
        self.any = "*" in self.origins
        self.credentials = settings.credentials
        self.max_age = str(settings.max_age).encode()

    def grant(self, origin: str | None) -> RawHeaders:
        """Return the headers for a response to ``origin``; empty where it has no grant."""
        if not self.origins or origin is None:
            return []
        headers: RawHeaders = [(b"vary", b"origin")]
        if not self.allows(origin):
            return headers
        headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
        headers.append((b"access-control-expose-headers", EXPOSED))
        if self.credentials:
            headers.append((b"access-control-allow-credentials", b"true"))
        return headers

    def allows(self, origin: str) -> bool:
        """Tell whether pages of ``origin`` may call."""
        return origin != "null" and (self.any or origin.lower() in self.origins)

    def preflight(self, origin: str | None, requested_headers: str | None) -> RawHeaders:
        """Return what the answer to an OPTIONS request has beside its grant."""
        headers: RawHeaders = []
        if origin is not None and self.origins and self.allows(origin):
            headers.append((b"access-control-allow-methods", ALLOWED_METHODS))
            headers.append((b"access-control-max-age", self.max_age))
            if requested_headers:
                value = requested_headers.encode("latin-1")
                headers.append((b"access-control-allow-headers", value))
        return headers
