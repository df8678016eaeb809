"""Lines of the access log that are held back: whole, and few."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

from gateway.http.access_log import NOBODY, BufferedLines, Record


async def test_lines_held_back_are_json_with_all_members() -> None:
    out = io.BytesIO()
    lines = BufferedLines("gateway", out)
    record = Record(operations=2, hashes=["a", "b"], codes={"X", 'Y"'}, demand=7)
    lines.write("1" * 32, "POST", ('na"me', None), record, 200, 0.00123)
    lines.write("2" * 32, "GET", (None, "eyJhbGciOiJI.eyJzdWIi.abc"), Record(), 499, 1.0)
    assert out.getvalue() == b""
    await asyncio.sleep(0.1)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "request_id": "1" * 32,
        "method": "POST",
        "status": 200,
        "ms": 1.23,
        "operations": 2,
        "documents": ["a", "b"],
        "codes": ["X", 'Y"'],
        "demand": 7,
        "client": 'na"me',
        "client_version": None,
        "event": "request",
        "level": "info",
        "logger": "gateway.access",
        "service": "gateway",
    }
    assert second["documents"] == second["codes"] == []
    assert second["client_version"] == "[redacted]"


async def test_what_a_client_says_of_itself_moves_no_terminal() -> None:
    out = io.BytesIO()
    lines = BufferedLines("gateway", out)
    lines.write("1" * 32, "POST", ("caf\xe9\x9b2J", "1\x85\x7f2"), Record(), 200, 0.1)
    lines.flush()
    text = out.getvalue().decode()
    assert not set("\x9b\x85\x7f") & set(text)
    told = json.loads(text)
    assert (told["client"], told["client_version"]) == ("caf\xe9\x9b2J", "1\x85\x7f2")


async def test_lines_are_written_whole_and_few_enough_for_a_pipe() -> None:
    class Pipe(io.BytesIO):
        def __init__(self) -> None:
            super().__init__()
            self.pieces: list[bytes] = []

        def write(self, data: Any) -> int:
            self.pieces.append(bytes(data))
            return len(data)

    out = Pipe()
    lines = BufferedLines("gateway", out)
    for _ in range(40):
        lines.write("1" * 32, "POST", NOBODY, Record(hashes=["a" * 64]), 200, 0.1)
    lines.flush()
    assert sum(piece.count(b"\n") for piece in out.pieces) == 40
    assert all(piece.endswith(b"}\n") and len(piece) <= 4_096 for piece in out.pieces)
    assert 2 <= len(out.pieces) < 10
