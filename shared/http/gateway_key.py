"""A subgraph answers only callers that present its gateway key.

Guarded are ``/graphql`` and ``/internal/*``; probes, metrics and the JWKS are open. ``X-Client-IP``
and ``X-Deadline-Ms`` (``shared.http.awaited``) are believed from a holder of the key only.
"""

import hmac
import ipaddress
from collections.abc import Sequence

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.awaited import note_deadline
from shared.http.origins import origin
from shared.settings import SubgraphAccess

KEY_HEADER = "x-gateway-key"
CLIENT_IP_HEADER = "x-client-ip"
GUARDED = ("/graphql", "/internal/")


class GatewayKeyMiddleware:
    """Answers 401 on guarded paths without a valid key, unless ``access`` is open."""

    def __init__(
        self, app: ASGIApp, *, keys: Sequence[bytes], access: SubgraphAccess = SubgraphAccess.KEY
    ) -> None:
        self._app = app
        self._keys = tuple(keys)
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guard one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        holder = self._holds_key(headers)
        if not holder and self._access is SubgraphAccess.KEY and _is_guarded(scope["path"]):
            await _REFUSAL(scope, receive, send)
            return
        given = headers.get(CLIENT_IP_HEADER) if holder else None
        peer = scope.get("client")
        address = given or (peer[0] if peer else "")
        scope.setdefault("state", {})["client_ip"] = origin_of(address)
        if holder:
            note_deadline(scope, headers)
        await self._app(scope, receive, send)

    def _holds_key(self, headers: Headers) -> bool:
        given = headers.get(KEY_HEADER, "").encode()
        matches = [hmac.compare_digest(given, key) for key in self._keys]  # all, in constant time
        return any(matches)


def _is_guarded(path: str) -> bool:
    return path.startswith(GUARDED)


def origin_of(address: str) -> str:
    """The address as limits count it: IPv4 whole, IPv6 cut to its /64, else ``unknown``."""
    try:
        parsed = ipaddress.ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return "unknown"
    return origin(parsed)


def client_ip(request: Request) -> str:
    """The origin of ``request``, fit as a key of limits."""
    return str(request.state.client_ip)


_REFUSAL = Response(
    orjson.dumps(
        {
            "errors": [
                {
                    "message": "This service answers its gateway only.",
                    "extensions": {"code": "GATEWAY_KEY_REFUSED"},  # nobody's session ended
                }
            ]
        }
    ),
    status_code=401,
    media_type="application/json",
)
