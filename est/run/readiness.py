"""Waits until a server answers `/health/ready`."""

from __future__ import annotations

import asyncio

from est.errors import ServerFailed
from est.run.child import Child

_EVERY_SECONDS = 0.05


async def require_ready(child: Child, seconds: float) -> None:
    """Return when the server is ready; raise `ServerFailed` if it is not within `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while not await _is_ready(child.spec.port):  # noqa: ASYNC110 -- another process
                await asyncio.sleep(_EVERY_SECONDS)
    except TimeoutError:
        raise ServerFailed(
            f"{child.spec.name} was not ready within {seconds:.0f} seconds "
            f"(START_SECONDS).{child.last_words()}"
        ) from None


async def _is_ready(port: int) -> bool:
    request = b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(request)
        status = await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()
    return status.split(b" ", 2)[1:2] == [b"200"]
