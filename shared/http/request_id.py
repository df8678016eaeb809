"""The id that ties a request's log lines together across gateway and services.

The gateway makes it; a service believes the header only of holders of its gateway key (everyone
else is refused before) and makes its own where none came.
"""

import re
import uuid

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = "x-request-id"
PATTERN = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class RequestIdMiddleware:
    """Puts the request id into the scope's state and into the log context."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        identifier = given if PATTERN.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = identifier
        with structlog.contextvars.bound_contextvars(request_id=identifier):
            await self._app(scope, receive, send)


def request_id(request: Request) -> str:
    """The id of ``request``."""
    return str(request.state.request_id)
