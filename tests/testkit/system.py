"""`est run` as a process of its own, on free ports and in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.testkit.ports import free_ports

ROOT = Path(__file__).parents[2]
_MARK = "EST_TEST_RUN"  # every process of a run inherits it
PARTS = ("gateway", "auth", "catalog")


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


class System:
    """One `est run` (or another command) and what can be asked of it."""

    def __init__(self, home: Path, command: str = "run", **environment: str) -> None:
        self.home = home
        self.ports = dict(zip(PARTS, free_ports(3), strict=True))
        self.output = home / "output.txt"
        home.mkdir(parents=True, exist_ok=True)
        settings = {f"{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        settings |= {"EST_HOME": str(home), "ENV": "dev", "START_SECONDS": "200", _MARK: str(home)}
        settings |= {"BCRYPT_COST": "4"}  # hundreds sign in, and how long that takes is no matter
        settings |= environment
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "est", *command.split()],
                cwd=ROOT,
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def told(self) -> str:
        """What it printed so far, without colours and line breaks of a frame."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self.output.read_text(errors="replace"))

    def wait_until_up(self, seconds: float = 240) -> None:
        up = eventually(
            lambda: "Ctrl-C stops" in self.told() or self.process.poll() is not None, seconds
        )
        assert up, self.told()
        assert self.process.poll() is None, self.told()

    def ask(self, body: object, headers: Mapping[str, str] | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports['gateway']}/graphql",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", **(headers or {})},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def descendants(self) -> dict[int, str]:
        """Pids and command lines of every process that works for this run."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes()
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            mine = f"{_MARK}={self.home}".encode() in environment.split(b"\0")
            if state != "Z" and (mine or str(self.home) in words):
                found[int(folder.name)] = words
        found.pop(self.process.pid, None)
        return found

    def pid_of(self, words: str) -> int:
        return next(pid for pid, command in self.descendants().items() if words in command)

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(120)

    def leaves_nothing(self) -> bool:
        return eventually(lambda: not self.descendants() and not self.listening())

    def listening(self) -> list[str]:
        return [name for name, port in self.ports.items() if _listens(port)]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
