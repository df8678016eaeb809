"""Servers as children: ready, dead, slow, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import urllib.request
from pathlib import Path

import pytest

from est.errors import PortTaken, ServerFailed
from est.run.children import Children
from est.run.ports import require_free_ports
from est.run.server_specs import ServerSpec
from tests.testkit.ports import free_port

SERVER = Path(__file__).with_name("server.py")


def spec(behaviour: str = "ready", name: str = "kitchen") -> ServerSpec:
    port = free_port()
    return ServerSpec(
        name, (sys.executable, str(SERVER), str(port), behaviour), port, "KITCHEN_PORT"
    )


async def test_a_part_that_dies_is_named_with_its_last_words(tmp_path: Path) -> None:
    kitchen = spec()
    async with Children(dict(os.environ), tmp_path, 60) as children:
        await children.start(kitchen)
        urllib.request.urlopen(f"{kitchen.url}/die").close()
        with pytest.raises(ServerFailed) as told:
            await asyncio.wait_for(children.first_death(), 60)
    assert "kitchen ended by itself with exit code 3" in str(told.value)
    assert "out of cheese" in str(told.value)


async def test_a_part_that_is_killed(tmp_path: Path) -> None:
    async with Children(dict(os.environ), tmp_path, 60) as children:
        await children.start(spec())
        os.kill(children.pids()["kitchen"], signal.SIGKILL)
        with pytest.raises(ServerFailed, match="kitchen was ended by SIGKILL"):
            await asyncio.wait_for(children.first_death(), 60)


async def test_a_part_that_never_gets_ready(tmp_path: Path) -> None:
    async with Children(dict(os.environ), tmp_path, 0.5) as children:
        with pytest.raises(ServerFailed, match=r"kitchen was not ready.*START_SECONDS"):
            await children.start(spec("never"))


async def test_leaving_the_block_stops_every_part(tmp_path: Path) -> None:
    async with Children(dict(os.environ), tmp_path, 60) as children:
        await asyncio.gather(children.start(spec()), children.start(spec(name="bar")))
        pids = children.pids()
    assert set(pids) == {"kitchen", "bar"}
    for pid in pids.values():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_ports_in_use_are_all_named_with_their_settings() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        kitchen = ServerSpec("kitchen", (), port, "KITCHEN_PORT")
        with pytest.raises(
            PortTaken, match=f"Port {port} for kitchen.*--kitchen-port.*KITCHEN_PORT"
        ):
            require_free_ports([kitchen])


def test_one_port_for_two_servers() -> None:
    port = free_port()
    specs = [
        ServerSpec("kitchen", (), port, "KITCHEN_PORT"),
        ServerSpec("bar", (), port, "BAR_PORT"),
    ]
    with pytest.raises(PortTaken, match=f"BAR_PORT={port} is given to two servers"):
        require_free_ports(specs)
