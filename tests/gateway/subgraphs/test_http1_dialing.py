"""Our own HTTP/1.1 client: getting connected, and by TLS to whom."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.subgraphs import Tls
from gateway.subgraphs.http1 import addresses, dialing
from gateway.subgraphs.protocol import (
    SubgraphTimeout,
    SubgraphUnreachable,
)
from gateway.subgraphs.tls import ssl_context
from tests.gateway.subgraphs.conftest import BODY, OK, Open, post
from tests.testkit.certificates import Authority
from tests.testkit.ports import free_port
from tests.testkit.raw_server import (
    listening,
    raw_server,
)


async def test_an_address_that_says_nothing_costs_a_quarter_of_a_second(
    client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue that is full drops what comes, as a firewall would."""
    with socket.socket() as deaf:
        port = free_port()
        deaf.bind(("127.0.0.2", port))
        deaf.listen(0)
        async with full_queue(port), raw_server(OK, port=port) as server:
            one = client(server.url)

            async def found() -> list[str]:
                return ["127.0.0.2", "127.0.0.1"]

            monkeypatch.setattr(one._dialing._addresses, "find", found)
            started = asyncio.get_running_loop().time()
            assert (await one.send(post())).body == BODY
            spent = asyncio.get_running_loop().time() - started
            assert spent > dialing.NEXT_ADDRESS_SECONDS - 0.01  # loops count in milliseconds


async def test_names_are_looked_up_anew_and_while_they_cannot_be_those_of_before_hold(
    client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    looked_up = loop.getaddrinfo
    answers: list[str | None] = ["127.0.0.2", "127.0.0.1", None, "hangs", "127.0.0.2"]

    async def getaddrinfo(host: str, port: int, **more: Any) -> Any:
        if host != "subgraph.test":
            return await looked_up(host, port, **more)
        answer = answers.pop(0)
        if answer is None:
            raise socket.gaierror
        if answer == "hangs":
            await asyncio.sleep(60)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer, port))]

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(addresses, "LOOKUP_SECONDS", 0.05)
    monkeypatch.setattr(addresses, "PAUSE_SECONDS", 0.0)
    async with raw_server(OK) as server:
        one = client(server.url.replace("127.0.0.1", "subgraph.test"), retries=0)
        for is_there in (False, True, True, True, False):  # nobody listens at 127.0.0.2
            one._pool.drop_idle()
            if is_there:
                assert (await one.send(post())).body == BODY
            else:
                with pytest.raises(SubgraphUnreachable):
                    await one.send(post())
    assert answers == []


async def test_connecting_ends_at_the_deadline_and_when_cancelled(client: Open) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.2", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        async with full_queue(port):
            one = client(f"http://127.0.0.2:{port}/graphql")
            with pytest.raises(SubgraphTimeout):
                await one.send(post(seconds=0.1))
            call = asyncio.create_task(one.send(post()))
            await asyncio.sleep(0.05)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            assert call.cancelled()
            assert one._slots.take_free()
            one._slots.give_back()
            assert one._busy == 0


@contextlib.asynccontextmanager
async def full_queue(port: int) -> AsyncIterator[None]:
    """Connect to a listener that accepts nobody until its queue is full."""
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            one.connect(("127.0.0.2", port))
    await asyncio.sleep(0.05)
    yield
    for one in waiting:
        one.close()


async def test_the_name_is_checked_against_the_certificate(client: Open, tmp_path: Path) -> None:
    """The authority is known, the certificate is another host's."""
    authority = Authority()
    context = authority.server_context(tmp_path)
    asked: list[str | None] = []

    def note(_socket: object, name: str | None, _context: object) -> None:
        asked.append(name)

    context.sni_callback = note
    async with raw_server(OK, tls=context) as server:
        port = server.url.rpartition(":")[2]
        trusting = Tls(ca=authority.pem)
        assert (await client(server.url, tls=trusting).send(post())).body == BODY
        with pytest.raises(SubgraphUnreachable, match="certificate"):
            await client(f"https://localhost:{port}", tls=trusting).send(post())
    assert asked[-1] == "localhost"
    assert len(server.requests) == 1


async def test_tls_that_hangs_in_its_handshake_ends_at_the_deadline(client: Open) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with listening(say_nothing) as port:
        one = client(f"https://127.0.0.1:{port}/graphql")
        with pytest.raises(SubgraphTimeout):
            await one.send(post(seconds=0.2))


async def test_plain_text_where_tls_was_expected(client: Open) -> None:
    async def in_plain_text(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    async with listening(in_plain_text) as port:
        one = client(f"https://127.0.0.1:{port}/", retries=0)
        with pytest.raises(SubgraphUnreachable):
            await one.send(post())


def test_old_tls_is_refused() -> None:
    assert ssl_context(Tls()).minimum_version >= ssl.TLSVersion.TLSv1_2
