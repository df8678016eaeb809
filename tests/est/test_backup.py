"""A backup of a running system, restored into another that then goes on from there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from est.backup.tools import targets
from est.demo.people import CUSTOMERS, PASSWORD
from est.run.databases import DatabaseUrls
from tests.testkit.system import ROOT, System

ANA = CUSTOMERS[0].email
SECRET = "xK3v9Qm2Wt7Lp5Zr8Nc4Hb6Jd1Gf0Ys="
OFFERS = "{ offers(first: 1, filter: {onlyAvailable: true}) { edges { node { id } } } }"
LOGIN = (
    f'mutation {{ login(email: "{ANA}", password: "{PASSWORD}") {{ accessToken refreshToken }} }}'
)
SIGN_OUT = {"query": "mutation { signOutEverywhere }"}
REPORTS = "{ reports(first: 1) { edges { cursor } } }"
MINE = "{ me { email reservations { edges { node { id pickupCode offer { id } } } } } }"


def est(*arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "est", *arguments],
        cwd=ROOT,
        input=typed,
        env={**os.environ, "ENV": "dev", **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def sign_in(system: System, document: str = LOGIN) -> dict[str, str]:
    session: dict[str, str] = system.ask({"query": document})["data"]["login"]
    return session


def mine(system: System, token: str) -> Any:
    answer = system.ask({"query": MINE}, {"Authorization": f"Bearer {token}"})
    assert "errors" not in answer
    return answer["data"]["me"]


def reserve(system: System, token: str, key: str) -> list[str]:
    """The codes."""
    [edge] = system.ask({"query": OFFERS})["data"]["offers"]["edges"]
    query = "mutation($o: UUID!, $k: String!) { reserveOffer(offerId: $o, quantity: 1, "
    query += "idempotencyKey: $k) { id } }"
    body = {"query": query, "variables": {"o": edge["node"]["id"], "k": key}}
    answer = system.ask(body, {"Authorization": f"Bearer {token}"})
    return [error["extensions"]["code"] for error in answer.get("errors", ())]


def codes(system: System, query: str, token: str | None = None) -> list[str]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = system.ask({"query": query}, headers)
    return [error["extensions"]["code"] for error in answer.get("errors", ())]


def renewed(system: System, refresh_token: str) -> list[str]:
    return codes(system, f'mutation {{ refresh(refreshToken: "{refresh_token}") {{ expiresIn }} }}')


def signed_out_twice(system: System) -> dict[str, str]:
    """A session of between: in a backup from before it neither began nor ended."""
    for _ in range(2):
        session = sign_in(system)
        system.ask(SIGN_OUT, {"Authorization": f"Bearer {session['accessToken']}"})
    return session


def made_after_it(system: System) -> dict[str, str]:
    """A session of an administrator whom no backup from before knows."""
    address = "new-admin@demo.example"
    made = est("create-admin", address, typed=f"{PASSWORD}\n", EST_HOME=str(system.home))
    assert made.returncode == 0, made.stderr
    return sign_in(system, LOGIN.replace(ANA, address))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(tmp_path_factory.mktemp("origin"), JWT_SECRET=SECRET)
    try:
        system.wait_until_up()
        yield system
    finally:
        system.stop()


def test_a_backup_brings_back_what_was_there_and_no_session(
    running: System, tmp_path: Path
) -> None:
    session = sign_in(running)
    assert reserve(running, session["accessToken"], "before") == []
    before = mine(running, session["accessToken"])
    made = est("backup", str(tmp_path / "kept"), EST_HOME=str(running.home))
    assert made.returncode == 0, made.stderr
    kept = [tmp_path / "kept", *(tmp_path / "kept").iterdir()]
    assert [oct(each.stat().st_mode & 0o777) for each in kept] == ["0o700", "0o600", "0o600"]
    assert reserve(running, session["accessToken"], "after") == []
    assert mine(running, session["accessToken"]) != before
    ended = [session, signed_out_twice(running)]
    unknown = made_after_it(running)
    assert codes(running, REPORTS, unknown["accessToken"]) == []

    home = tmp_path / "home"
    restored = est("restore", str(tmp_path / "kept"), "--home", str(home))
    assert restored.returncode == 0, restored.stderr
    system = System(home, JWT_SECRET=SECRET, JWT_ISSUER=f"http://127.0.0.1:{running.ports['auth']}")
    try:
        system.wait_until_up()
        assert mine(system, sign_in(system)["accessToken"]) == before
        for each in ended:
            assert renewed(system, each["refreshToken"]) == ["TOKEN_INVALID"]
            assert reserve(system, each["accessToken"], "stolen") == ["UNAUTHENTICATED"]
            assert codes(system, "{ me { email } }", each["accessToken"]) == ["UNAUTHENTICATED"]
        assert codes(system, REPORTS, unknown["accessToken"]) == ["UNAUTHENTICATED"]
        assert reserve(system, sign_in(system)["accessToken"], "later") == []  # and life goes on
    finally:
        system.stop()


def test_nothing_is_written_over(running: System, tmp_path: Path) -> None:
    home = str(running.home)
    assert est("backup", str(tmp_path), EST_HOME=home).returncode == 1  # it is there already
    assert est("backup", str(tmp_path / "kept"), EST_HOME=home).returncode == 0
    refused = est("restore", str(tmp_path / "kept"), EST_HOME=home)
    assert refused.returncode == 1
    assert "AUTH_DATABASE_URL" in refused.stderr
    missing = est("restore", str(tmp_path / "nothing"), "--home", str(tmp_path / "other"))
    assert missing.returncode == 1
    assert "is no backup" in missing.stderr


def test_a_restore_that_fails_midway_says_that_nothing_may_be_started_on_it(tmp_path: Path) -> None:
    """Sessions that ended since the backup would go on there."""
    for service in ("auth", "catalog"):
        (tmp_path / f"{service}.dump").write_bytes(b"PGDMP and no more")
    failed = est("restore", str(tmp_path), "--home", str(tmp_path / "home"))
    assert failed.returncode == 1
    assert "empty both databases" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_backup_that_fails_leaves_nothing(running: System, tmp_path: Path) -> None:
    nowhere = "postgresql://est:Secret-Word@127.0.0.1:9/none"
    failed = est(
        "backup",
        str(tmp_path / "kept"),
        EST_HOME=str(running.home),
        AUTH_DATABASE_URL=nowhere,
        CATALOG_DATABASE_URL=nowhere,
    )
    assert failed.returncode == 1
    assert "AUTH_DATABASE_URL" in failed.stderr
    assert "Secret-Word" not in failed.stderr + failed.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_in_no_argument() -> None:
    [auth, _] = targets(
        DatabaseUrls(
            "postgres://est:p%40ss@db:5433/auth?sslmode=require", "postgresql://est@db/catalog"
        )
    )
    assert auth.dsn == "postgresql://est@db:5433/auth?sslmode=require"
    assert auth.environment()["PGPASSWORD"] == "p@ss"
    assert "p@ss" not in repr(auth)


def test_an_account_in_the_query_is_understood_as_the_services_do() -> None:
    """Theirs is the one spelling of TLS that libpq does not know."""
    [auth, _] = targets(
        DatabaseUrls(
            "postgresql+asyncpg://db/auth?user=est&password=p%40ss&ssl=require",
            "postgresql://est@db/catalog",
        )
    )
    assert auth.dsn == "postgresql://est@db/auth?sslmode=require"
    assert auth.environment()["PGPASSWORD"] == "p@ss"
