"""Of many requests that come at once a few begin in a turn of the loop, and others are served."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest

from gateway.http.exchange import Exchange
from gateway.http.protocol import protocol_with
from gateway.http.view import SupergraphView
from shared.loop.starts import STARTED_IN_A_TURN
from tests.gateway.http.connections import request
from tests.testkit.gateway import RunningGateway
from tests.testkit.server import listening

CLIENTS = 96
WAYS: dict[str, dict[str, str]] = {"straight": {}, "general": {"origin": "http://a.example"}}


@asynccontextmanager
async def begun_in_turns(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[int]]:
    """How many requests begin in each turn of the loop."""
    turns = [0]
    straight, general = Exchange.begin, SupergraphView.answered

    def begin(exchange: Exchange) -> None:
        turns[-1] += 1
        straight(exchange)

    async def answered(view: SupergraphView, *received: Any) -> Any:
        turns[-1] += 1
        return await general(view, *received)

    async def follow() -> None:
        while True:
            turns.append(0)
            await asyncio.sleep(0)

    monkeypatch.setattr(Exchange, "begin", begin)
    monkeypatch.setattr(SupergraphView, "answered", answered)
    following = asyncio.create_task(follow())
    yield turns
    following.cancel()


@pytest.mark.parametrize("way", WAYS)
async def test_a_few_begin_in_a_turn(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    asks = request({"query": "{ __typename }"}, **WAYS[way])
    protocol = protocol_with(15.0, gateway.app.state.straight)
    async with listening(gateway.app, http=protocol) as port, begun_in_turns(monkeypatch) as turns:
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(CLIENTS)]
        for client in clients:
            client.sendall(asks)
        answers = [await asyncio.to_thread(client.recv, 1_000) for client in clients]
        for client in clients:
            client.close()
    assert [answer.partition(b"\r\n")[0] for answer in answers] == [b"HTTP/1.1 200 OK"] * CLIENTS
    assert sum(turns) == CLIENTS
    assert max(turns) <= STARTED_IN_A_TURN


@pytest.mark.parametrize("way", WAYS)
async def test_of_those_that_vanish_at_once_nothing_is_left(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    asks = request({"query": "{ __typename }"}, **WAYS[way])
    protocol = protocol_with(15.0, gateway.app.state.straight)
    async with listening(gateway.app, http=protocol) as port, begun_in_turns(monkeypatch):
        for _ in range(CLIENTS):
            with closing(socket.create_connection(("127.0.0.1", port))) as client:
                client.sendall(asks)
        answer = await gateway.ask("{ __typename }")
        async with asyncio.timeout(60):
            while view_of(gateway).dependencies.admission.in_flight:
                await asyncio.sleep(0.01)
    assert answer == {"data": {"__typename": "Query"}}


def view_of(gateway: RunningGateway) -> SupergraphView:
    view: SupergraphView = gateway.app.view  # type: ignore[attr-defined]
    return view
