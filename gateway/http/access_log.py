"""The access log: one line for each request that is worth one.

``StructuredLines`` go by structlog like every other line. ``BufferedLines`` are the same JSON, put
together by hand and written some at a time: by structlog, each with a system call of its own, they
cost 25 µs, a third of what a small request does.
"""

from __future__ import annotations

import asyncio
import select
import time
from functools import lru_cache
from typing import BinaryIO, Protocol

import msgspec
import orjson
import structlog

from gateway.request.response import GraphQLResponse
from shared.logs import json_without_unseen, redacted
from shared.logs.outlet import standard_output

log = structlog.get_logger("gateway.access")

FLUSH_SECONDS = 0.05
"""A line is written at most so much later."""

_MOST_AT_ONCE = select.PIPE_BUF
"""Workers share a pipe: what is longer may be torn apart by another's (pipe(7))."""
_MICROSECONDS = 1_000_000

Client = tuple[str | None, str | None]
"""Name and version, as the client says."""

NOBODY: Client = (None, None)


class Record(msgspec.Struct):
    """What is told of one HTTP request, filled in on its way. ``hashes`` name the documents.

    ``demand`` is what the operations that ran asked of the services, all together.
    """

    started: float = msgspec.field(default_factory=time.perf_counter)
    operations: int = 0
    hashes: list[str] = []
    codes: set[str] = set()
    demand: int = 0

    def note(self, response: GraphQLResponse) -> None:
        """Add what one operation's response tells."""
        self.operations += 1
        self.demand += response.demand
        if response.hash is not None:
            self.hashes.append(response.hash)
        for item in response.errors:
            self.codes.add(str(item.get("extensions", {}).get("code", "INTERNAL")))


class AccessLines(Protocol):
    """Writes the lines."""

    def write(
        self,
        request_id: str,
        method: str,
        client: Client,
        record: Record,
        status: int,
        seconds: float,
    ) -> None:
        """Write one line."""
        ...

    def flush(self) -> None:
        """Write what is not written yet."""
        ...


class StructuredLines:
    """Lines by structlog."""

    def write(
        self,
        request_id: str,
        method: str,
        client: Client,
        record: Record,
        status: int,
        seconds: float,
    ) -> None:
        """See AccessLines."""
        log.info(
            "request",
            request_id=request_id,
            method=method,
            status=status,
            ms=round(seconds * 1_000, 2),
            operations=record.operations,
            documents=record.hashes,
            codes=sorted(record.codes),
            demand=record.demand,
            client=client[0],
            client_version=client[1],
        )

    def flush(self) -> None:
        """See AccessLines: nothing is held back."""


class BufferedLines:
    """Lines as JSON to stdout, held back for a moment. Needs a running loop."""

    def __init__(self, service: str, out: BinaryIO | None = None) -> None:
        self._out = out or standard_output()
        self._end = (
            orjson.dumps(
                {
                    "event": "request",
                    "level": "info",
                    "logger": "gateway.access",
                    "service": service,
                }
            )[1:]
            + b"\n"
        )
        self._lines: list[bytes] = []
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._second = 0
        self._until_second = b""
        self._last: tuple[object, ...] = ()
        self._same = b""

    def write(
        self,
        request_id: str,
        method: str,
        client: Client,
        record: Record,
        status: int,
        seconds: float,
    ) -> None:
        """See AccessLines. Only what differs between requests is written for each."""
        documents = tuple(record.hashes)
        codes: tuple[str, ...] = ()
        if record.codes:
            codes = tuple(sorted(record.codes))
        told = (method, status, record.operations, documents, codes, record.demand, client)
        if told != self._last:
            self._last, self._same = told, _told(*told) + self._end
        second, micro = divmod(time.time_ns() // 1_000, _MICROSECONDS)
        if second != self._second:
            self._second, self._until_second = second, _iso_seconds(second)
        data = b'{"request_id":"%b","ms":%.2f,"timestamp":"%b.%06dZ",%b' % (
            request_id.encode(),
            seconds * 1_000,
            self._until_second,
            micro,
            self._same,
        )
        if self._bytes + len(data) > _MOST_AT_ONCE:
            self.flush()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._flush_late)
        self._lines.append(data)
        self._bytes += len(data)

    def _flush_late(self) -> None:
        self._timer = None
        self.flush()

    def flush(self) -> None:
        """See AccessLines."""
        if not self._lines:
            return
        data, self._lines, self._bytes = b"".join(self._lines), [], 0
        self._out.write(data)


def _iso_seconds(second: int) -> bytes:
    """ISO 8601 up to the seconds: written once a second."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)).encode()


@lru_cache(maxsize=256)
def _told(
    method: str,
    status: int,
    operations: int,
    documents: tuple[str, ...],
    codes: tuple[str, ...],
    demand: int,
    client: Client,
) -> bytes:
    """What many requests have in common, as members of a JSON object and a comma behind them.

    What a client says of itself has its secrets taken out, as in every line, and so has what would
    move a terminal.
    """
    members = {
        "method": method,
        "status": status,
        "operations": operations,
        "documents": documents,
        "codes": codes,
        "demand": demand,
        **redacted({"client": client[0], "client_version": client[1]}),
    }
    return json_without_unseen(orjson.dumps(members))[1:-1] + b","
