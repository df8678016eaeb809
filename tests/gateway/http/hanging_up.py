"""A client that hangs up, as the app sees it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp


async def hang_up(
    app: ASGIApp, body: Any, until: Callable[[], Awaitable[object]], *headers: tuple[bytes, bytes]
) -> list[Any]:
    """Send ``body``, wait for ``until`` and hang up; return what the app sent."""
    content = json.dumps(body).encode()
    sent: list[Any] = []
    arrived = False

    async def receive() -> dict[str, Any]:
        nonlocal arrived
        if not arrived:
            arrived = True
            return {"type": "http.request", "body": content, "more_body": False}
        await until()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), *headers],
        "client": ("127.0.0.1", 1),
    }
    await app(scope, receive, send)
    return sent
