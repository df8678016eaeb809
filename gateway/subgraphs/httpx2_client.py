"""Subgraphs over httpx2: the reference in pure Python, and the one that tests can put an app in."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import httpx2

from gateway.subgraphs.client import USER_AGENT, HttpSubgraph, SubgraphObserver, Travelling
from gateway.subgraphs.config import SubgraphConfig
from gateway.subgraphs.decompression import too_large
from gateway.subgraphs.protocol import SubgraphReply, SubgraphTimeout, SubgraphUnreachable
from gateway.subgraphs.tls import ssl_context
from shared.connection_faults import fault_of


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
            # reading the trusted certificates takes 70 ms
            verify=urlsplit(config.url).scheme == "https" and ssl_context(config.tls),
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

    async def _post(
        self, body: bytes, caller: Travelling, own: dict[str, str], deadline: float
    ) -> SubgraphReply:
        sent = {"user-agent": USER_AGENT, **caller.headers, **own, **self._fixed}
        try:
            async with (
                asyncio.timeout_at(deadline),
                self._client.stream(
                    "POST", self.config.url, content=body, headers=sent
                ) as response,
            ):
                kept = {
                    name: tuple(values)
                    for name in self._kept
                    if (values := response.headers.get_list(name))
                }
                return SubgraphReply(response.status_code, await self._read(response), kept)
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise SubgraphTimeout(type(error).__name__) from None
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise SubgraphUnreachable(fault_of(error)) from None

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
