"""Clients that come at once are let in within few turns of a busy loop."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import uvicorn
import uvloop
from starlette.applications import Starlette

from shared.http.protocol import StrictProtocol
from shared.http.server import DrainingServer, bind

CLIENTS = 96


@pytest.fixture(autouse=True)
def nothing_stays_frozen() -> Iterator[None]:
    """A server freezes all there is as it starts: here also what other tests left."""
    yield
    gc.unfreeze()


async def started() -> tuple[DrainingServer, socket.socket]:
    config = uvicorn.Config(Starlette(), http=StrictProtocol, lifespan="off", log_config=None)
    config.load()
    server = DrainingServer(config, None, 0)
    server.lifespan = config.lifespan_class(config)
    listener = bind("127.0.0.1", 0)
    await server.startup([listener])
    return server, listener


async def turns_until_all_are_in() -> int:
    server, listener = await started()
    turns = 0
    with ExitStack() as clients:
        for _ in range(CLIENTS):
            clients.enter_context(socket.create_connection(listener.getsockname()))
        while len(server.server_state.connections) < CLIENTS:
            turns += 1
            await asyncio.sleep(0)
    await server.shutdown([listener])
    return turns


async def is_refused_after_the_end() -> bool:
    server, listener = await started()
    address = listener.getsockname()
    await server.shutdown([listener])
    await asyncio.sleep(0.05)
    try:
        socket.create_connection(address, 1).close()
    except ConnectionRefusedError:
        return True
    return False


def test_many_connections_are_taken_in_a_turn() -> None:
    assert uvloop.run(turns_until_all_are_in()) <= CLIENTS / 4


def test_no_listener_outlives_the_server() -> None:
    assert uvloop.run(is_refused_after_the_end())
