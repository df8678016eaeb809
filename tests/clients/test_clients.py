"""What docs/CLIENTS.md shows is what runs here, with the client libraries themselves."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.clients.conftest import SOURCES, run_check
from tests.testkit.system import ROOT

SHOWN = [
    "session.mjs",
    "apollo/client.mjs",
    "urql/client.mjs",
    "request/client.mjs",
    "relay/relay.config.json",
    "relay/client.mjs",
    "codegen/codegen.yml",
    "codegen/client.mjs",
    "python/client.py",
]
ANA = "ana@demo.example"


@pytest.mark.parametrize("name", SHOWN)
def test_the_document_shows_what_runs(name: str) -> None:
    assert (SOURCES / name).read_text() in (ROOT / "docs" / "CLIENTS.md").read_text()


@pytest.mark.clients
def test_apollo_client(workshop: Path, environment: dict[str, str]) -> None:
    found = run_check(["node", "apollo/check.mjs"], workshop, environment)
    assert found == {
        "anonymous": None,
        "signedIn": ANA,
        "renewed": ANA,
        "batches": 2,  # two operations of one moment are one request
        "listed": 4,  # two pages of two
        "textsSent": 0,  # the second time a document goes by its hash alone
    }


@pytest.mark.clients
def test_urql(workshop: Path, environment: dict[str, str]) -> None:
    found = run_check(["node", "urql/check.mjs"], workshop, environment)
    assert found == {
        "anonymous": None,
        "renewed": ANA,
        "listed": 4,
        "textsSent": 0,
        "refused": ["NOT_FOUND"],
    }


@pytest.mark.clients
def test_graphql_request(workshop: Path, environment: dict[str, str]) -> None:
    found = run_check(["node", "request/check.mjs"], workshop, environment)
    assert found == {"anonymous": None, "renewed": ANA, "batch": [ANA, 2], "listed": 6}


@pytest.mark.clients
def test_relay(workshop: Path, environment: dict[str, str]) -> None:
    found = run_check(["node", "relay/check.mjs"], workshop, environment)
    assert found == {"persisted": 64, "offers": 2, "edges": 2, "renewed": True}


@pytest.mark.clients
def test_codegen(workshop: Path, environment: dict[str, str]) -> None:
    found = run_check(["node", "codegen/check.mjs"], workshop, environment)
    assert found == {"listed": 3, "text": None}


@pytest.mark.clients
def test_gql(environment: dict[str, str]) -> None:
    found = run_check([sys.executable, "-m", "tests.clients.python.check"], ROOT, environment)
    assert found == {"anonymous": None, "renewed": ANA, "batch": ANA, "listed": 4}
