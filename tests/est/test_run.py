"""`est run`, from the outside: it comes up, it goes, and nothing stays behind however it goes."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from est.demo.people import PARTNERS, PASSWORD
from tests.testkit.system import System, eventually

ACROSS = """{ offers(first: 5, filter: {onlyAvailable: true}) { edges { node { title
  price { amount currency } place { name partnerships { partner { id role } } } } } } }"""
LOGIN = "mutation($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }"

pytestmark = pytest.mark.timeout(600)

Start = Callable[..., System]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    systems: list[System] = []

    def start(command: str = "run", **environment: str) -> System:
        systems.append(System(tmp_path / "est", command, **environment))
        return systems[-1]

    yield start
    for system in systems:
        if system.process.poll() is None:
            system.process.kill()
            system.process.wait()
    assert eventually(lambda: not any(system.descendants() for system in systems))


def test_a_run_from_nothing_to_nothing(start: Start) -> None:
    system = start()
    system.wait_until_up()
    told = system.told()
    assert f"http://127.0.0.1:{system.ports['gateway']}/graphql" in told
    assert PARTNERS[0].email in told
    assert PASSWORD in told

    answer = system.ask({"query": ACROSS})
    assert "errors" not in answer
    nodes = [edge["node"] for edge in answer["data"]["offers"]["edges"]]
    assert len(nodes) == 5
    assert nodes[0]["place"]["partnerships"][0]["partner"]["role"] == "PARTNER"

    batch = system.ask([{"query": "{me{id}}"}, {"query": "{offers(first:1){edges{node{id}}}}"}])
    assert batch[0] == {"data": {"me": None}}
    assert len(batch[1]["data"]["offers"]["edges"]) == 1

    credentials = {"e": PARTNERS[0].email, "p": PASSWORD}
    signed_in = system.ask({"query": LOGIN, "variables": credentials})
    token = signed_in["data"]["login"]["accessToken"]
    me = system.ask({"query": "{ me { email isVerified } }"}, {"Authorization": f"Bearer {token}"})
    assert me["data"]["me"] == {"email": PARTNERS[0].email, "isVerified": True}

    assert system.stop(signal.SIGTERM) == 0
    assert system.leaves_nothing(), system.descendants()


def test_however_it_ends_nothing_stays_and_the_next_run_recovers(start: Start) -> None:
    first = start(DEMO_DATA="false")
    first.wait_until_up()
    assert len(first.descendants()) > 3  # three servers, PostgreSQL and its own children
    first.stop(signal.SIGKILL)
    assert first.leaves_nothing(), first.descendants()

    second = start(DEMO_DATA="false")
    second.wait_until_up()
    assert second.ask({"query": "{ offers { edges { cursor } } }"}) == {
        "data": {"offers": {"edges": []}}
    }
    os.kill(second.pid_of("-m catalog_service"), signal.SIGKILL)
    assert second.process.wait(120) == 1
    assert "error: catalog was ended by SIGKILL" in second.told()
    assert second.leaves_nothing(), second.descendants()


def test_a_database_that_dies_ends_the_run_and_is_named(start: Start) -> None:
    system = start("postgres")
    assert eventually(lambda: "CATALOG_DATABASE_URL=postgresql://" in system.told())
    os.kill(system.pid_of("/postgres -D"), signal.SIGKILL)
    assert system.process.wait(120) == 1
    assert "error: PostgreSQL ended by itself" in system.told()


def test_a_port_in_use_is_named_with_its_setting(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        system = start(GATEWAY_PORT=str(port))
        assert system.process.wait(120) == 1
    assert f"Port {port} for gateway is in use" in system.told()
    assert "GATEWAY_PORT" in system.told()
    assert "Traceback" not in system.told()


def test_a_database_that_is_not_there_is_named_with_its_setting(
    start: Start, postgres_url: str
) -> None:
    missing = postgres_url.rsplit("/", 1)[0] + "/nowhere"
    system = start(AUTH_DATABASE_URL=missing, CATALOG_DATABASE_URL=missing)
    assert system.process.wait(120) == 1
    assert "AUTH_DATABASE_URL" in system.told()
    assert "nowhere" in system.told()
    assert "Traceback" not in system.told()
    assert system.leaves_nothing()


def test_ctrl_c_while_starting_stops_everything(start: Start) -> None:
    system = start()

    def is_filled() -> bool:
        return any("-m est demo" in it for it in system.descendants().values())

    # who looks too seldom, as on a busy machine, may only see that it was
    assert eventually(lambda: is_filled() or "Ctrl-C stops" in system.told(), 240)
    assert system.stop(signal.SIGINT) in {0, 130}
    assert system.leaves_nothing(), system.descendants()
    assert "Traceback" not in system.told()
