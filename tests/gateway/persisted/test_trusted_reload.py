"""Trusted documents that change while the gateway runs, and metrics of what is not taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from structlog.testing import capture_logs

from gateway.config.file_reader import FileReader
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.gateway.persisted.test_trusted import only_trusted, written
from tests.testkit.gateway import RunningGateway, codes, running_gateway

FIRST = {"one": "{ hello }"}
NEXT = {"one": '{ hello(name: "b") }', "two": "{ items { id } }"}
STALE = 'gateway_source_stale{source="trusted documents"} '


def replace(path: Path, content: object) -> None:
    """As tools should: what is read is one file or the other."""
    part = path.with_suffix(".part")
    part.write_text(content if isinstance(content, str) else json.dumps(content))
    part.replace(path)


@asynccontextmanager
async def polling(folder: Path) -> AsyncIterator[tuple[RunningGateway, Path]]:
    path = written(folder, FIRST)
    settings = only_trusted(path)
    settings["persisted"]["poll_seconds"] = 0.02
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        yield gateway, path


async def asked(gateway: RunningGateway, name: str) -> dict[str, Any]:
    response = await gateway.post(json.dumps({"documentId": name}))
    answer: dict[str, Any] = response.json()
    return answer


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():
            await asyncio.sleep(0.01)


def stale(gateway: RunningGateway, value: int) -> Callable[[], Awaitable[bool]]:
    async def is_told() -> bool:
        return f"{STALE}{value}.0" in (await gateway.client.get("/metrics")).text

    return is_told


async def test_a_new_file_holds_from_the_next_request_on(tmp_path: Path) -> None:
    async with polling(tmp_path) as (gateway, path):
        assert codes(await asked(gateway, "two")) == ["PERSISTED_QUERY_NOT_FOUND"]
        replace(path, NEXT)

        async def is_new() -> bool:
            return "errors" not in await asked(gateway, "two")

        await until(is_new)
        assert await asked(gateway, "one") == {"data": {"hello": "hello b"}}
        replace(path, {"two": "{ hello }"})

        async def is_gone() -> bool:
            return codes(await asked(gateway, "one")) == ["PERSISTED_QUERY_NOT_FOUND"]

        await until(is_gone)
        assert await asked(gateway, "two") == {"data": {"hello": "hello None"}}


@pytest.mark.parametrize("broken", ["{", "", "[]", {}, {"one": 5}, '{"a": "{ b }", "a": "{ c }"}'])
async def test_a_file_that_does_not_do_changes_nothing_and_is_told(
    tmp_path: Path, broken: object
) -> None:
    with capture_logs() as lines:
        async with polling(tmp_path) as (gateway, path):
            assert await stale(gateway, 0)()
            replace(path, broken)
            await until(stale(gateway, 1))
            assert await asked(gateway, "one") == {"data": {"hello": "hello None"}}
            path.unlink()
            await until(lambda: told(lines, 2))
            assert await asked(gateway, "one") == {"data": {"hello": "hello None"}}
            replace(path, FIRST)
            await until(stale(gateway, 0))
            replace(path, broken)
            await until(lambda: told(lines, 3))
            replace(path, NEXT)
            await until(stale(gateway, 0))
            assert await asked(gateway, "one") == {"data": {"hello": "hello b"}}


async def told(lines: Any, times: int) -> bool:
    """Whether the log says so often that a file was not taken."""
    return [line["event"] for line in lines].count("trusted documents not taken") >= times


async def test_no_thread_for_it_does_not_end_the_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with polling(tmp_path) as (gateway, path):

        async def no_thread(*_: object) -> NoReturn:
            raise RuntimeError("can't start new thread")

        with monkeypatch.context() as patched:
            patched.setattr(asyncio, "to_thread", no_thread)
            replace(path, NEXT)
            await until(stale(gateway, 1))
        await until(stale(gateway, 0))
        assert await asked(gateway, "one") == {"data": {"hello": "hello b"}}


async def test_a_file_that_is_being_written_is_read_at_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    reader = FileReader(path)
    assert reader.read_now() == "old"
    path.write_text("new,")
    read_text = Path.read_text

    def written_meanwhile(self: Path, encoding: str) -> str:
        text = read_text(self, encoding=encoding)
        with self.open("a") as file:
            file.write(" and more")
        return text

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_text", written_meanwhile)
        assert await reader.read() is None
    assert await reader.read() == "new, and more"
    assert await reader.read() is None
