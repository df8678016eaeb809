"""How long `make run` takes when everything is there, and what the servers hold when idle."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gateway.processes import free_port
from est.version import est_version

ROOT = Path(__file__).parents[2]
_WAIT_SECONDS = 120.0
_IDLE_SECONDS = 5.0
_RUNS = 3
_TICKS = os.sysconf("SC_CLK_TCK")
_SERVERS = ("gateway", "auth_service", "catalog_service")


@dataclass(frozen=True, slots=True)
class Run:
    """One start: until it says that it is up, CPU of all its processes, memory when idle."""

    seconds: float
    cpu: float
    stages: str
    memory: dict[str, tuple[float, float]]


def measure_start() -> None:
    """Run it once cold, then warm a few times; print what it says, the time, and idle memory."""
    print(f"est {est_version()}: make run")
    with tempfile.TemporaryDirectory(prefix="est-bench-") as folder:
        for number in range(_RUNS + 1):
            run = _one_run(Path(folder) / "home", Path(folder) / "log")
            kind = "cold" if number == 0 else "warm"
            print(f"{kind}: {run.seconds:.1f} s, {run.cpu:.1f} s of CPU ({run.stages})", flush=True)
        for name, (whole, own) in run.memory.items():
            print(f"{name}, idle: {whole:.0f} MB, of which {own:.0f} are its alone")


def _one_run(home: Path, log: Path) -> Run:
    ports = {f"{name}_PORT": str(free_port()) for name in ("GATEWAY", "AUTH", "CATALOG")}
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "--no-print-directory", "run"],
            cwd=ROOT,
            env={**os.environ, **ports, "EST_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait(process, log)
        seconds = time.monotonic() - began
        cpu = sum(map(_cpu_seconds, [process.pid, *_descendants(process.pid)]))
        time.sleep(_IDLE_SECONDS)
        return Run(seconds, cpu, _stages(log.read_text()), _memory(process.pid))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while "Ctrl-C stops" not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"make run did not start: {log.read_text()[-2_000:]}")
        time.sleep(0.02)


def _cpu_seconds(pid: int) -> float:
    """CPU of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _stages(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return ", ".join(line for line in lines if line[:1].isdigit() and " s  " in line)


def _memory(ancestor: int) -> dict[str, tuple[float, float]]:
    """By server with its own children, megabytes in proportion (shared ones once) and private."""
    found: dict[str, tuple[float, float]] = {}
    for pid in _descendants(ancestor):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        for name in _SERVERS:
            if name.encode() in words:
                parts = [_of_process(each) for each in (pid, *_descendants(pid))]
                found[name] = (sum(part[0] for part in parts), sum(part[1] for part in parts))
    return found


def _of_process(pid: int) -> tuple[float, float]:
    kilobytes: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        kilobytes[name] = int(rest.split()[0])
    own = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return kilobytes["Pss"] / 1024, own / 1024


def _descendants(ancestor: int) -> Iterator[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
    for pid in parents:
        above: int | None = pid
        while above is not None and above != ancestor:
            above = parents.get(above)
        if above == ancestor and pid != ancestor:
            yield pid
