"""Who started a run goes away: its terminal closes, nobody reads what it prints."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.testkit.system import ROOT, eventually

PANEL = """
import sys
from est.run.panel import Panel
from est.settings import Settings
with Panel(Settings()) as panel:
    sys.stdin.readline()
    panel.stage("databases are there")
    panel.ready("loaded")
    for number in range(3):
        panel.mail(f"mail to ana@demo.example: {number}")
    panel.stopping()
sys.stderr.write("to the end")
"""

# Leads a session on the terminal that is its stdin, as make does in a window of its own.
LEADER = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.execvp("make", ["make", *sys.argv[1:]])
"""
MAKEFILE = """
run:
\t@exec {python} -I -S est/launch.py $$PPID 15 same {python} -m est postgres > {told} 2>&1
late:
\t@exec {python} {late} {told}
"""

LOOKS_LATE = """
import asyncio, pathlib, sys, time
from est.run.hangup import hung_up
path = pathlib.Path(sys.argv[1])
path.write_text("began")
while path.read_text() != "closed":
    time.sleep(0.02)
asyncio.run(hung_up())
path.write_text("noticed")
"""


def panel(stdout: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PANEL],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


def pipe() -> tuple[int, int]:
    reader, writer = os.pipe()
    return writer, reader


def terminal() -> tuple[int, int]:
    master, slave = pty.openpty()
    return slave, master


def full_disk() -> tuple[int, int]:
    return os.open("/dev/full", os.O_WRONLY), os.open(os.devnull, os.O_RDONLY)


@pytest.mark.parametrize("kind", [pipe, terminal, full_disk])
def test_a_run_goes_on_though_nobody_reads_what_it_prints(
    kind: Callable[[], tuple[int, int]],
) -> None:
    written, read = kind()
    with panel(written) as process:
        os.close(written)
        os.close(read)
        _, complaint = process.communicate("\n", timeout=60)
    assert complaint.endswith("to the end"), complaint
    assert process.returncode == 0


@contextmanager
def led_by_make(folder: Path, target: str) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    """Give make, the other end of its terminal, and where what it runs tells something."""
    told, late = folder / "told", folder / "late.py"
    late.write_text(LOOKS_LATE)
    makefile = folder / "Makefile"
    makefile.write_text(MAKEFILE.format(python=sys.executable, told=told, late=late))
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", LEADER, "-f", str(makefile), target],
        cwd=ROOT,
        env={**os.environ, "EST_HOME": str(folder / "est"), "PYTHONPATH": str(ROOT)},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield process, master, told
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_a_terminal_that_closes_ends_a_run_also_where_make_leads_it(tmp_path: Path) -> None:
    with led_by_make(tmp_path, "run") as (make, terminal_of_make, told):
        assert eventually(lambda: told.exists() and "CATALOG_DATABASE_URL" in told.read_text())
        os.close(terminal_of_make)
        assert eventually(lambda: make.poll() is not None)
    assert not (tmp_path / "est" / "postgres" / "data" / "postmaster.pid").exists()


def test_a_terminal_that_closed_before_anybody_looked_ends_it_too(tmp_path: Path) -> None:
    with led_by_make(tmp_path, "late") as (make, terminal_of_make, told):
        assert eventually(lambda: told.exists() and told.read_text() == "began")
        os.close(terminal_of_make)
        told.write_text("closed")
        assert eventually(lambda: make.poll() is not None)
    assert told.read_text() == "noticed"
