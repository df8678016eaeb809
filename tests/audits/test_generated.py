"""Whatever fits the schema is answered: schemathesis at the gateway and at both subgraphs.

A few operations on every root field, for every kind of caller. For long:

    EST_EXAMPLES=500 EST_SEED=1 make test TESTS=tests/audits/test_generated.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from auth_service.api.schema import schema as auth
from catalog_service.api.schema import schema as catalog
from est.demo.people import ADMIN, CUSTOMERS, PARTNERS, PASSWORD
from tests.audits.generated import faults, gateway_schema, register_scalars, service_schema
from tests.audits.production import KEYS
from tests.testkit.system import System

CALLERS = {
    "anonymous": None,
    "customer": CUSTOMERS[0].email,
    "partner": PARTNERS[0].email,
    "admin": ADMIN.email,
}

pytestmark = pytest.mark.timeout(0)  # the long form takes as long as it takes


@pytest.fixture(scope="module", autouse=True)
def _scalars(system: System) -> None:
    query = "{ offers(first: 50) { edges { node { id place { id } } } } }"
    offers = [edge["node"] for edge in system.ask({"query": query})["data"]["offers"]["edges"]]
    assert offers
    register_scalars([offer["id"] for offer in offers] + [offer["place"]["id"] for offer in offers])


@pytest.fixture(scope="module")
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=60) as client:
        yield client


def bearer(system: System, caller: str) -> dict[str, str]:
    email = CALLERS[caller]
    if email is None:
        return {}
    query = f'mutation {{ login(email: "{email}", password: "{PASSWORD}") {{ accessToken }} }}'
    token = system.ask({"query": query})["data"]["login"]["accessToken"]
    return {"Authorization": f"Bearer {token}"}


def found(http: httpx2.Client, schema: Any, url: str, headers: dict[str, str]) -> list[str]:
    def send(query: str) -> httpx2.Response:
        return http.post(url, json={"query": query}, headers=headers)

    return list(faults(schema, send, signed_in="Authorization" in headers))


@pytest.mark.parametrize("caller", CALLERS)
def test_the_gateway(system: System, http: httpx2.Client, caller: str) -> None:
    url = f"http://127.0.0.1:{system.ports['gateway']}/graphql"
    assert found(http, gateway_schema(), url, bearer(system, caller)) == []


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("name", ["auth", "catalog"])
def test_a_subgraph(system: System, http: httpx2.Client, name: str, caller: str) -> None:
    introspection = {"auth": auth, "catalog": catalog}[name].introspect()
    key = {"X-Gateway-Key": KEYS[f"{name.upper()}_GATEWAY_KEY"]}
    url = f"http://127.0.0.1:{system.ports[name]}/graphql"
    headers = key | bearer(system, caller)
    assert found(http, service_schema(introspection), url, headers) == []
