"""Subgraphs over httpx2: pure Python, for platforms without pyreqwest's wheels, and tests."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from pathlib import Path

import httpx2

from gateway.subgraphs.client import HttpSubgraph, RawReply, SubgraphObserver
from gateway.subgraphs.config import SubgraphConfig, Tls
from gateway.subgraphs.decompression import too_large
from gateway.subgraphs.protocol import SubgraphTimeout, SubgraphUnreachable


class Httpx2Subgraph(HttpSubgraph):
    """A subgraph reached by httpx2. ``transport`` replaces the network (an ASGI app in tests)."""

    def __init__(
        self,
        config: SubgraphConfig,
        observer: SubgraphObserver | None = None,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        super().__init__(config, observer)
        self._client = httpx2.AsyncClient(
            verify=_ssl_context(config.tls),
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # asyncio.timeout holds for the request as a whole
            limits=httpx2.Limits(
                max_connections=config.concurrency,
                max_keepalive_connections=min(config.concurrency, 64),
                keepalive_expiry=4.0,
            ),
            transport=transport,
        )

    async def _post(self, body: bytes, headers: dict[str, str], timeout: float) -> RawReply:  # noqa: ASYNC109
        try:
            async with (
                asyncio.timeout(timeout),
                self._client.stream(
                    "POST", self.config.url, content=body, headers=headers
                ) as response,
            ):
                kept = {
                    name: value
                    for name in self._kept
                    if (value := response.headers.get(name)) is not None
                }
                return RawReply(response.status_code, kept, await self._read(response))
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise SubgraphTimeout(type(error).__name__) from None
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise SubgraphUnreachable(type(error).__name__) from None

    async def _read(self, response: httpx2.Response) -> bytes:
        limit = self.config.max_reply_bytes
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            chunks.append(chunk)
        return b"".join(chunks)

    async def close(self) -> None:
        """Close the pool."""
        await self._client.aclose()


def _ssl_context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if tls.ca is not None:
        context.load_verify_locations(cadata=tls.ca.decode())
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.identity is not None:
        # ssl reads certificates from files only.
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            Path(file.name).write_bytes(tls.identity)
            context.load_cert_chain(file.name)
    return context
