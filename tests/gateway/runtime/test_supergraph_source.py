"""The supergraph's source: swapped while requests are in flight, an invalid one not taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from gateway.config.file_reader import FileReader
from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from gateway.preparation import PreparationCore, PreparedParts
from gateway.runtime import engine
from shared.errors import ConfigurationError
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import RunningGateway, codes, running_gateway
from tests.testkit.server import serving

TEXT = SUPERGRAPH.read_text()
NEWER = TEXT.replace("hello(name: String)", "hello(name: String): String again(name: String)")
BODY = json.dumps({"query": "{ hello }"})


@asynccontextmanager
async def polling(path: Path, shop: Shop) -> AsyncIterator[RunningGateway]:
    path.write_text(TEXT)
    settings = {"supergraph_poll_seconds": 0.02, "times": {"request": 120}}
    async with running_gateway(path, shop.subgraphs, **settings) as gateway:
        yield gateway


async def until(gateway: RunningGateway, generation: int) -> None:
    async with asyncio.timeout(60):
        while gateway.active.current is None or gateway.active.current.generation != generation:
            await asyncio.sleep(0.01)


async def test_a_new_supergraph_is_swapped_in_and_no_request_fails(tmp_path: Path) -> None:
    shop = Shop(seconds=0.05)
    path = tmp_path / "supergraph.graphql"
    async with polling(path, shop) as gateway:
        before = [asyncio.create_task(gateway.post(BODY)) for _ in range(400)]
        await asyncio.sleep(0.02)
        path.write_text(NEWER)
        during = [asyncio.create_task(gateway.post(BODY)) for _ in range(200)]
        await until(gateway, 1)
        after = [asyncio.create_task(gateway.post(BODY)) for _ in range(200)]
        responses = await asyncio.gather(*before, *during, *after)
        assert [r.text for r in responses if r.json() != {"data": {"hello": "hello None"}}] == []
        answer = await gateway.ask('{ __type(name: "Query") { fields { name } } }')
    assert {"name": "again"} in answer["data"]["__type"]["fields"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "type Query { a: Int }",
        "not graphql {",
        TEXT.replace("join/v0.3", "join/v9.9"),
        TEXT.replace("SHOP @join__graph", 'SHOP @join__graph(name: "shop", url: "") @join__graph'),
        TEXT.replace("type Item", "type Item implements Nothing"),
        TEXT.replace("hello(name: String)", "hello(name: Name)"),
        TEXT + "type Twice { a: Int } type Twice { b: Int }",
    ],
)
async def test_an_invalid_one_is_not_taken(tmp_path: Path, text: str) -> None:
    shop = Shop()
    path = tmp_path / "supergraph.graphql"
    async with polling(path, shop) as gateway:
        old = gateway.active.current
        path.write_text(text)
        await asyncio.sleep(0.2)
        assert gateway.active.current is old
        path.unlink()
        await asyncio.sleep(0.1)
        assert (await gateway.post(BODY)).status_code == 200
        path.write_text(NEWER)
        await until(gateway, 1)


@asynccontextmanager
async def newer_fails_once(
    path: Path, monkeypatch: pytest.MonkeyPatch, part: str, error: type[Exception]
) -> AsyncIterator[RunningGateway]:
    """A gateway that was given a newer supergraph; making that of ``part`` has just failed."""
    loop, was_raised = asyncio.get_running_loop(), asyncio.Event()

    def fail(*_: object) -> NoReturn:
        loop.call_soon_threadsafe(was_raised.set)
        raise error

    async with polling(path, Shop()) as gateway:
        monkeypatch.setattr(engine, part, fail)
        path.write_text(NEWER)
        async with asyncio.timeout(60):
            await was_raised.wait()
        monkeypatch.undo()
        yield gateway


@pytest.mark.parametrize("part", ["load_supergraph", "SupergraphRuntime"])
async def test_what_nobody_foresaw_does_not_end_the_polling(
    tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "supergraph.graphql"
    async with newer_fails_once(path, monkeypatch, part, ZeroDivisionError) as gateway:
        assert (await gateway.post(BODY)).status_code == 200
        path.write_text(NEWER + "\n")
        await until(gateway, 1)


async def test_one_that_is_not_taken_is_told_until_the_source_is_right_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "supergraph.graphql"

    async def until_told(gateway: RunningGateway, value: int) -> None:
        line = f'gateway_source_stale{{source="supergraph"}} {value}.0'
        async with asyncio.timeout(60):
            while line not in (await gateway.client.get("/metrics")).text:
                await asyncio.sleep(0.01)

    with capture_logs() as lines:
        async with polling(path, Shop()) as gateway:
            for _ in range(2):  # a second time it is told again
                path.write_text("broken {")
                await until_told(gateway, 1)
                path.write_text(TEXT)  # the one in force is back
                await until_told(gateway, 0)
            path.unlink()
            await until_told(gateway, 1)
            path.write_text(NEWER)
            await until(gateway, 1)
            await until_told(gateway, 0)
    events = [line["event"] for line in lines]
    assert events.count("supergraph not taken") >= 3


async def test_no_thread_to_read_it_does_not_end_the_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "supergraph.graphql"
    was_refused = asyncio.Event()

    async def no_thread(self: FileReader) -> NoReturn:
        del self
        was_refused.set()
        raise RuntimeError("can't start new thread")

    async with polling(path, Shop()) as gateway:
        with monkeypatch.context() as patched:
            patched.setattr(FileReader, "read", no_thread)
            async with asyncio.timeout(60):
                await was_refused.wait()
        path.write_text(NEWER)
        await until(gateway, 1)


async def test_a_supergraph_that_there_was_no_room_for_is_taken_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "supergraph.graphql"
    async with newer_fails_once(path, monkeypatch, "load_supergraph", MemoryError) as gateway:
        await until(gateway, 1)


async def test_a_document_in_use_that_cannot_be_prepared_keeps_no_supergraph_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "supergraph.graphql"
    prepare = PreparationCore.prepare

    def fail_for_one(core: PreparationCore, text: str, *rest: Any, **more: Any) -> PreparedParts:
        if "again" in core.supergraph.types["Query"].fields and "items" in text:
            raise ZeroDivisionError
        return prepare(core, text, *rest, **more)

    async with polling(path, Shop()) as gateway:
        for query in ("{ hello }", "{ items { id } }", "{ h: hello }"):
            await gateway.ask(query)
        monkeypatch.setattr(PreparationCore, "prepare", fail_for_one)
        path.write_text(NEWER)
        await until(gateway, 1)
        assert gateway.active.current is not None
        kept = gateway.active.current.documents.keys()
        assert sorted(text for text, _ in kept) == ["{ h: hello }", "{ hello }"]


async def test_documents_in_use_are_prepared_beforehand(tmp_path: Path) -> None:
    shop = Shop()
    path = tmp_path / "supergraph.graphql"
    async with polling(path, shop) as gateway:
        await gateway.ask("{ hello }")
        await gateway.ask('mutation { rename(id: "1", name: "x") { id } }')
        path.write_text(NEWER)
        await until(gateway, 1)
        assert gateway.active.current is not None
        assert gateway.active.current.documents.keys() == [("{ hello }", None)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "does not exist"),
        ("{", "SUPERGRAPH_SYNTAX"),
        ("type Query { a: Int }", "SUPERGRAPH_NOT_JOINED"),
    ],
)
def test_a_missing_or_broken_file_is_named(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "supergraph.graphql"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigurationError, match=words):
        create_app(GatewaySettings(supergraph=str(path)))


def test_a_subgraph_without_url_is_named(tmp_path: Path) -> None:
    path = tmp_path / "supergraph.graphql"
    path.write_text(TEXT.replace("http://127.0.0.1:1/shop", ""))
    with pytest.raises(ConfigurationError, match="SUBGRAPHS__SHOP__URL"):
        create_app(GatewaySettings(supergraph=str(path)))
    create_app(
        GatewaySettings(supergraph=str(path), subgraphs={"Shop": {"url": "http://127.0.0.1:1/x"}})
    )


class Registry:
    """Serves a supergraph with an ETag, and counts."""

    def __init__(self) -> None:
        self.text = TEXT
        self.is_up = True
        self.answers: list[int] = []

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/supergraph", self.answer)])

    async def answer(self, request: Request) -> Response:
        etag = f'"{hash(self.text)}"'
        if not self.is_up:
            response = Response(status_code=500)
        elif request.headers.get("if-none-match") == etag:
            response = Response(status_code=304)
        else:
            response = Response(self.text, headers={"etag": etag})
        self.answers.append(response.status_code)
        return response


async def test_a_url_is_polled_with_its_etag_and_kept(tmp_path: Path) -> None:
    registry, shop = Registry(), Shop()
    kept = tmp_path / "last-good.graphql"
    async with serving(registry.app()) as url:
        settings = GatewaySettings(
            supergraph=f"{url}/supergraph", supergraph_poll_seconds=0.02, supergraph_last_good=kept
        )
        app = create_app(settings, subgraphs=shop.subgraphs)
        async with app.router.lifespan_context(app):
            async with asyncio.timeout(60):
                while 304 not in registry.answers:
                    await asyncio.sleep(0.01)
            registry.text = NEWER
            async with asyncio.timeout(60):
                while app.state.active.current.generation != 1:
                    await asyncio.sleep(0.01)
        registry.is_up = False
        again = create_app(settings, subgraphs=shop.subgraphs)
        async with again.router.lifespan_context(again):
            assert again.state.active.current is not None
    assert kept.read_text() == NEWER


async def test_without_any_supergraph_it_is_not_ready(tmp_path: Path) -> None:
    import httpx2

    shop = Shop()
    settings = GatewaySettings(supergraph="http://127.0.0.1:1/none", supergraph_poll_seconds=0.02)
    app = create_app(settings, subgraphs=shop.subgraphs)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://gateway.test") as client,
    ):
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).status_code == 503
        response = await client.post("/graphql", json={"query": "{ hello }"})
    assert response.status_code == 503
    assert codes(response.json()) == ["UNAVAILABLE"]
