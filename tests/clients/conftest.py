"""A running system, the documents that its gateway trusts, and a token that has expired."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.e2e.conftest import ANA
from tests.testkit.system import ROOT, System

SECRET = "a-Secret-that-only-this-test-has-2026"
SOURCES = Path(__file__).parent


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this folder in which the compilers of front ends have run."""
    if not (SOURCES / "node_modules").is_dir():
        pytest.fail("the packages are not installed: make client-test does that")
    home = tmp_path_factory.mktemp("clients")
    clients = home / "tests" / "clients"
    shutil.copytree(SOURCES, clients, ignore=shutil.ignore_patterns("node_modules", "*.pyc"))
    (clients / "node_modules").symlink_to(SOURCES / "node_modules")
    (home / "schema").symlink_to(ROOT / "schema")
    (clients / "relay" / "persisted.json").write_text("{}")
    run_tool(clients / "codegen", "graphql-codegen", "--config", "codegen.yml")
    run_tool(clients / "relay", "relay-compiler")
    return clients


@pytest.fixture(scope="session")
def trusted(workshop: Path) -> Path:
    """The documents of both front ends in one file."""
    documents: dict[str, str] = {}
    for name in ("codegen/gql/persisted-documents.json", "relay/persisted.json"):
        documents |= json.loads((workshop / name).read_text())
    path = workshop / "documents.json"
    path.write_text(json.dumps(documents))
    return path


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, trusted: Path) -> Iterator[System]:
    running = System(
        tmp_path_factory.mktemp("system"), JWT_SECRET=SECRET, PERSISTED__TRUSTED=str(trusted)
    )
    try:
        running.wait_until_up()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def environment(system: System) -> dict[str, str]:
    """What a check needs to know of the system."""
    signing_in = (
        f'mutation {{ login(email: "{ANA}", password: "Fresh-Food-2026") {{ accessToken }} }}'
    )
    token = system.ask({"query": signing_in})["data"]["login"]["accessToken"]
    return {
        **os.environ,
        "EST_URL": f"http://127.0.0.1:{system.ports['gateway']}/graphql",
        "EST_EXPIRED_TOKEN": expired(token),
        "NO_COLOR": "1",
    }


def expired(token: str) -> str:
    """Return the token as it is an hour after its end."""
    key = OctKey.import_key(SECRET)
    decoded = jwt.decode(token, key, algorithms=["HS256"])
    now = int(time.time())
    claims = {**decoded.claims, "iat": now - 4_500, "nbf": now - 4_500, "exp": now - 3_600}
    return jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims, key)


def run_tool(folder: Path, name: str, *arguments: str) -> None:
    command = [str(SOURCES / "node_modules" / ".bin" / name), *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def run_check(command: list[str], folder: Path, environment: dict[str, str]) -> Any:
    """Run a check; what it prints last is what it found."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])
