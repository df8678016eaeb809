"""What somebody sees who starts EST for the first time, and mistypes something."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from est.misspelt import misspelt
from tests.testkit.system import ROOT, System, eventually


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("JWT_SECERT=x", "JWT_SECERT is not a setting. Did you mean JWT_SECRET?"),
        ("GATWAY_PORT=1", "Did you mean GATEWAY_PORT?"),
        ("jwt_secert=x", "Did you mean JWT_SECRET?"),
        ("LIMITS__DEEP_DOWN=1", "LIMITS__DEEP_DOWN is not a setting (.env.example names them all)"),
        ("SMTP_MAILBOX=x", "SMTP_MAILBOX is not a setting"),
    ],
)
def test_a_key_that_looks_like_ours_is_named(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{line}\nGATEWAY_PORT=4000\n")
    [told] = misspelt(file)
    assert said in told


@pytest.mark.parametrize(
    "line",
    [
        "GATEWAY_PORT=4000",
        "SUBGRAPHS__CATALOG__URL=http://127.0.0.1:8000/graphql",
        "POSTGRES_PASSWORD=x",
        "COMPOSE_PROJECT_NAME=est",
        "EDITOR=vi",
        "AWS_REGION=eu",
    ],
)
def test_what_is_ours_or_nobodys_is_left_alone(tmp_path: Path, line: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{line}\n")
    assert list(misspelt(file)) == []
    assert list(misspelt(tmp_path / "absent")) == []


def est(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "est", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_help_fits_a_terminal() -> None:
    told = est("--help").stdout
    assert "..." not in told.partition("Commands:")[2]
    assert max(map(len, told.splitlines())) <= 80
    assert re.fullmatch(r"est \d+\.\d+\.\d+\n", est("--version").stdout)


@pytest.mark.timeout(600)
def test_a_run_says_what_it_does_and_a_second_is_refused_by_name(tmp_path: Path) -> None:
    first = System(tmp_path / "est", DEMO_DATA="false")
    try:
        first.wait_until_up()
        stages = re.findall(r"^ +\d+\.\d s  (.+)$", first.told(), re.MULTILINE)
        assert stages[:2] == ["databases are there", "their tables are up to date"]
        assert set(stages[2:4]) == {"auth answers", "catalog answers"}
        assert stages[-1] == "gateway answers"

        second = System(tmp_path / "est", DEMO_DATA="false")
        assert second.process.wait(120) == 1
        # both write the same file: the second began it anew
        told = second.told()
        assert f"EST runs already in {tmp_path}/est/: process {first.process.pid}" in told
        assert f"http://127.0.0.1:{first.ports['gateway']}/graphql" in told

        asked = urllib.request.Request(
            f"http://127.0.0.1:{first.ports['gateway']}/", headers={"Accept": "text/html"}
        )
        with urllib.request.urlopen(asked, timeout=20) as page:
            assert page.url.endswith("/graphql")
            assert page.headers["content-type"].startswith("text/html")
    finally:
        code = first.stop(signal.SIGINT)
    assert code == 0
    assert "Stopping" in first.told()
    assert eventually(first.leaves_nothing)
