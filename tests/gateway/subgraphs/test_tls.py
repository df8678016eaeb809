"""TLS to subgraphs: own authorities, client certificates, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.subgraphs import Tls
from gateway.subgraphs.protocol import SubgraphUnreachable
from tests.gateway.subgraphs.conftest import Make, post
from tests.testkit.certificates import Authority
from tests.testkit.raw_server import raw_server, whole

OK = whole(b'{"data":{}}')


async def test_a_bundle_of_authorities_is_trusted(make: Make, tmp_path: Path) -> None:
    authority = Authority()
    bundle = Authority("another").pem + authority.pem
    async with raw_server(OK, tls=authority.server_context(tmp_path)) as server:
        reply = await make(server.url, tls=Tls(ca=bundle)).send(post())
    assert reply.body == b'{"data":{}}'


async def test_an_unknown_authority_is_refused(make: Make, tmp_path: Path) -> None:
    async with raw_server(OK, tls=Authority().server_context(tmp_path)) as server:
        with pytest.raises(SubgraphUnreachable):
            await make(server.url, tls=Tls(ca=Authority("another").pem)).send(post())
    assert server.requests == []


async def test_verification_can_be_switched_off(make: Make, tmp_path: Path) -> None:
    async with raw_server(OK, tls=Authority().server_context(tmp_path)) as server:
        reply = await make(server.url, tls=Tls(verify=False)).send(post())
    assert reply.status == 200


async def test_a_client_certificate_is_shown(make: Make, tmp_path: Path) -> None:
    authority = Authority()
    context = authority.server_context(tmp_path, asks_clients=True)
    async with raw_server(OK, tls=context) as server:
        identity = authority.issue("gateway").identity
        known = make(server.url, tls=Tls(ca=authority.pem, identity=identity))
        assert (await known.send(post())).status == 200
        with pytest.raises(SubgraphUnreachable):
            await make(server.url, tls=Tls(ca=authority.pem)).send(post())
