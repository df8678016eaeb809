"""GraphQL over HTTP, as the audit of the package graphql-http has it: all of its 61 checks."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from est.demo.people import PARTNERS, PASSWORD
from tests.audits.production import ProductionGateway
from tests.testkit.system import System

HERE = Path(__file__).parent
ALL = {"passed": 61, "failed": []}

pytestmark = pytest.mark.audits


def audit(*arguments: str) -> Any:
    if not (HERE / "node_modules").is_dir():
        pytest.fail("the packages are not installed: make audit-test does that")
    done = subprocess.run(
        ["node", "over_http.mjs", *arguments],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_the_gateway(system: System) -> None:
    assert audit(f"http://127.0.0.1:{system.ports['gateway']}/graphql") == ALL


def test_a_gateway_in_production(system: System, production: ProductionGateway) -> None:
    email = PARTNERS[0].email
    signing_in = f'mutation {{ login(email: "{email}", password: "{PASSWORD}") {{ accessToken }} }}'
    token = system.ask({"query": signing_in})["data"]["login"]["accessToken"]
    assert audit(production.url, token) == ALL
