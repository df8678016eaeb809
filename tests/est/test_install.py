"""`requirements/install`, with a Python and a uv that only write down what they are asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.testkit.system import ROOT, eventually

# Stands in for Python: all that is asked of it succeeds; `-m venv` leaves it and a uv in `.venv`.
PYTHON = """#!/bin/sh
case "$*" in
*"-m venv"*) mkdir -p .venv/bin && cp "$FAKES/python" "$FAKES/uv" .venv/bin/ ;;
--version) echo Python 3.11.0 ;;
esac
"""
# Says which lock it installs, and is done when somebody lets it.
UV = """#!/bin/sh
for lock in "$@"; do :; done
echo "begin $lock" >> "$FAKES/log"
until [ -e "$FAKES/${lock##*/}" ]; do sleep 0.05; done
echo "end $lock" >> "$FAKES/log"
"""


def test_of_two_that_install_at_once_the_second_waits(tmp_path: Path) -> None:
    fakes = tmp_path / "fakes"
    fakes.mkdir()
    for name, text in (("python", PYTHON), ("uv", UV)):
        (fakes / name).write_text(text)
        (fakes / name).chmod(0o755)
    log = fakes / "log"
    checkout = tmp_path / "checkout" / "requirements"
    checkout.mkdir(parents=True)
    shutil.copy(ROOT / "requirements" / "install", checkout)
    for lock in ("run", "dev"):
        (checkout / f"{lock}.lock").write_text(lock)

    def install(lock: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHON": str(fakes / "python"), "FAKES": str(fakes)}
        with (tmp_path / lock).open("wb") as told:
            return subprocess.Popen([checkout / "install", lock], env=environment, stderr=told)

    with install("run") as first:
        assert eventually(lambda: log.exists() and "begin" in log.read_text())
        with install("dev") as second:
            try:
                assert eventually(lambda: "waiting for it" in (tmp_path / "dev").read_text())
            finally:
                for process, lock in ((first, "run.lock"), (second, "dev.lock")):
                    (fakes / lock).touch()
                    process.wait(60)
        assert (first.returncode, second.returncode) == (0, 0)
    assert log.read_text().splitlines() == [
        *("begin requirements/run.lock", "end requirements/run.lock"),
        *("begin requirements/dev.lock", "end requirements/dev.lock"),
    ]
