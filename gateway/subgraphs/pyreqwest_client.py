"""Subgraphs over pyreqwest (Rust's reqwest): the client for HTTP/2."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PyreqwestError, RequestTimeoutError
from pyreqwest.response import Response

from gateway.subgraphs.client import USER_AGENT, HttpSubgraph, SubgraphObserver, Travelling
from gateway.subgraphs.config import SubgraphConfig
from gateway.subgraphs.decompression import too_large
from gateway.subgraphs.protocol import SubgraphReply, SubgraphTimeout, SubgraphUnreachable
from gateway.subgraphs.tls import CERTIFICATE


class PyreqwestSubgraph(HttpSubgraph):
    """A subgraph reached by pyreqwest; one pool of connections per URL."""

    def __init__(self, config: SubgraphConfig, observer: SubgraphObserver | None = None) -> None:
        super().__init__(config, observer)
        self._client = _build_client(config)

    async def _post(
        self, body: bytes, caller: Travelling, own: dict[str, str], deadline: float
    ) -> SubgraphReply:
        seconds = max(0.0, deadline - asyncio.get_running_loop().time())
        request = (
            self._client.post(self.config.url)
            .headers({**caller.headers, **own, **self._fixed})
            .body_bytes(body)
            .timeout(timedelta(seconds=seconds))
            .build_streamed()
        )
        try:
            async with request as response:
                kept = {
                    name: tuple(values)
                    for name in self._kept
                    if (values := response.get_header_all(name))
                }
                return SubgraphReply(response.status, await self._read(response), kept)
        except RequestTimeoutError as error:
            raise SubgraphTimeout(type(error).__name__) from None
        except PyreqwestError as error:
            raise SubgraphUnreachable(type(error).__name__) from None

    async def _read(self, response: Response) -> bytes:
        limit = self.config.max_reply_bytes
        reader = response.body_reader
        chunks: list[bytes] = []
        size = 0
        while (chunk := await reader.read_chunk()) is not None:
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            chunks.append(chunk.to_bytes())
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def close(self) -> None:
        """Close the pool."""
        await self._client.close()


def _build_client(config: SubgraphConfig) -> Client:
    # No proxy, redirect or cookie from the environment: a subgraph is where the settings say.
    # Decompression is done by us, since reqwest's knows no limit.
    builder = (
        ClientBuilder()
        .no_proxy()
        .follow_redirects(False)
        .referer(False)
        .gzip(False)
        .brotli(False)
        .zstd(False)
        .deflate(False)
        .user_agent(USER_AGENT)
        .connect_timeout(timedelta(seconds=min(config.timeout, 5.0)))
        .pool_max_idle_per_host(min(config.concurrency, 64))
        .pool_idle_timeout(timedelta(seconds=4))  # below the usual 5 s of servers: no dead sockets
    )
    tls = config.tls
    for certificate in CERTIFICATE.findall(tls.ca or b""):
        builder = builder.add_root_certificate_pem(certificate)
    if tls.identity is not None:
        builder = builder.identity_pem(tls.identity)
    if not tls.verify:
        builder = builder.danger_accept_invalid_certs(True)
    return builder.build()
