"""`est run` with demo data, a customer signed in, and an offer that never sells out."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.gateway.processes import free_port, running
from est.demo.people import CUSTOMERS, PARTNERS, PASSWORD

_START_SECONDS = 120.0
_CREATE = """mutation($p: UUID!, $start: DateTime!, $end: DateTime!) { createOffer(input: {
  placeId: $p, title: "Bag of bread", description: "Three loaves, still good for days.",
  price: "4.50", originalPrice: "13.00", quantityTotal: 100000, pickupStart: $start,
  pickupEnd: $end, tags: ["bread"], allergens: [GLUTEN], imageUrls: []
}) { id } }"""


@dataclass(frozen=True, slots=True)
class System:
    """The running services, and what a load needs to know of them."""

    ports: dict[str, int]
    secret: str
    token: str = ""
    offer: str = ""

    def url(self, name: str) -> str:
        """A server's address."""
        return f"http://127.0.0.1:{self.ports[name]}"


@contextmanager
def running_system(scratch: Path) -> Iterator[System]:
    """Run everything in ``scratch``; services are open to any gateway, and limits are wide."""
    ports = {name: free_port() for name in ("gateway", "auth", "catalog")}
    secret = secrets.token_urlsafe(48)
    environment = {
        **{f"{name.upper()}_PORT": str(port) for name, port in ports.items()},
        "ENV": "dev",
        "EST_HOME": str(scratch / "home"),
        "JWT_SECRET": secret,
        "SUBGRAPH_ACCESS": "open",
        "LIMITS_FACTOR": "100000",
        "RESERVATIONS_PER_CUSTOMER": "1000000",
        "LOG_FORMAT": "json",
    }
    command = (sys.executable, "-m", "est", "run")
    with running("est", command, scratch / "est.log", environment=environment) as server:
        _wait(server.process, server.log)
        system = System(ports, secret)
        token = _sign_in(system, CUSTOMERS[0].email)
        yield System(ports, secret, token, _large_offer(system))


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if "Ctrl-C stops" in log.read_text(errors="replace"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"est run did not start: {log.read_text(errors='replace')[-2_000:]}")


def ask(url: str, query: str, token: str = "", **variables: Any) -> Any:
    """Ask once. Raises RuntimeError for an answer with errors."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    body = {"query": query, "variables": variables}
    answer = httpx2.post(url, json=body, headers=headers, timeout=60).json()
    if answer.get("errors") or not answer.get("data"):
        raise RuntimeError(f"{url}: {str(answer)[:500]}")
    return answer["data"]


def _sign_in(system: System, email: str) -> str:
    query = f'mutation {{ login(email: "{email}", password: "{PASSWORD}") {{ accessToken }} }}'
    token: str = ask(f"{system.url('gateway')}/graphql", query)["login"]["accessToken"]
    return token


def _large_offer(system: System) -> str:
    url, baker = f"{system.url('gateway')}/graphql", _sign_in(system, PARTNERS[0].email)
    [place, *_] = ask(url, "{ myPlaces { edges { node { id } } } }", baker)["myPlaces"]["edges"]
    now = datetime.now(UTC)
    window = {"start": now - timedelta(minutes=5), "end": now + timedelta(hours=8)}
    times = {name: at.isoformat() for name, at in window.items()}
    offer: str = ask(url, _CREATE, baker, p=place["node"]["id"], **times)["createOffer"]["id"]
    publish = "mutation($i: UUID!) { setOfferStatus(id: $i, status: ACTIVE) { id } }"
    ask(url, publish, baker, i=offer)
    return offer
