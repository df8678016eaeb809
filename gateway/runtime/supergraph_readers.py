"""Reading the supergraph's text from a file or a URL; nothing is read twice that did not change."""

from __future__ import annotations

import asyncio
from typing import Protocol

import httpx2

from gateway.config.file_reader import NotRead
from gateway.subgraphs.decompression import decompress, too_large
from gateway.subgraphs.protocol import SubgraphReplyInvalid
from shared.connection_faults import fault_of
from shared.service_client import client_for

FETCH_SECONDS = 10.0
"""For each step: to connect, for the next bytes."""
WHOLE_SECONDS = 60.0
"""For all of it: whoever sends a byte a second never takes long for one."""
MAX_BYTES = 50_000_000


class Reader(Protocol):
    """Reads the text; None: unchanged since the last time."""

    async def read(self) -> str | None:
        """Raise NotRead when it cannot be had."""
        ...

    def forget(self) -> None:
        """Have it read once more, though it did not change."""
        ...


def _text(body: bytes, encoding: str) -> str:
    return decompress(body, encoding, MAX_BYTES).decode("utf-8")


class UrlReader:
    """A URL, asked with the ETag of what was read last."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.url = url
        self._etag: str | None = None
        self._client = client_for(url, FETCH_SECONDS, headers)

    async def read(self) -> str | None:
        """See Reader."""
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await self._asked()
        except (httpx2.HTTPError, TimeoutError) as error:
            raise NotRead(f"{self.url}: {fault_of(error)}") from None
        except SubgraphReplyInvalid as error:
            raise NotRead(f"{self.url}: {error}") from None
        except UnicodeDecodeError:
            raise NotRead(f"{self.url}: it is not UTF-8 text") from None

    async def _asked(self) -> str | None:
        headers = {"accept-encoding": "gzip"}
        if self._etag:
            headers["if-none-match"] = self._etag
        async with self._client.stream("GET", self.url, headers=headers) as response:
            if response.status_code == httpx2.codes.NOT_MODIFIED:
                return None
            if response.status_code != httpx2.codes.OK:
                raise NotRead(f"{self.url} answered {response.status_code}")
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > MAX_BYTES:
                    raise too_large(MAX_BYTES)
        encoding = response.headers.get("content-encoding", "")
        text = await asyncio.to_thread(_text, bytes(body), encoding)
        self._etag = response.headers.get("etag")
        return text

    def forget(self) -> None:
        """See Reader."""
        self._etag = None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
