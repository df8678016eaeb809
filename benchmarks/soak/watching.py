"""What processes hold: memory, file descriptors, threads, tasks; and a judgement on its growth."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.testkit.fleet import Fleet, Server

_TASKS = re.compile(r"^event_loop_tasks ([0-9.]+)", re.MULTILINE)
Key = tuple[str, str]
"""A server's name, and what is measured of it."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much more the last looks may show than the first: a share, or a number."""

    share: float
    number: float


ALLOWED = {
    "memory MB": Allowance(0.05, 12),
    "descriptors": Allowance(0.10, 30),
    "threads": Allowance(0, 4),
    "tasks": Allowance(0.10, 30),
}


@dataclass
class Watch:
    """Looks at all servers now and then."""

    looks: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def look(self, fleet: Fleet) -> None:
        """Note what each server holds now, a family of processes together."""
        for server in fleet.servers:
            family = [server.pid, *_children(server.pid)]
            self._note(server, "memory MB", sum(map(_memory, family)))
            self._note(server, "descriptors", sum(map(_descriptors, family)))
            self._note(server, "threads", sum(map(_threads, family)))
            found = _TASKS.search((await server.http.get("/metrics")).text)
            if found is not None:
                self._note(server, "tasks", float(found[1]))

    def _note(self, server: Server, what: str, value: float) -> None:
        self.looks[(server.name, what)].append(value)

    def grown(self, warm_up: float = 0.4) -> list[str]:
        """What is more at the end than after ``warm_up`` (a share of the looks), and how much."""
        found = []
        for (name, what), values in self.looks.items():
            steady = values[int(len(values) * warm_up) :]
            third = max(1, len(steady) // 3)
            before, after = median(steady[:third]), median(steady[-third:])
            allowed = ALLOWED[what]
            if after - before > max(allowed.number, allowed.share * before):
                found.append(f"{name}: {what} from {before:.0f} to {after:.0f}")
        return found

    def table(self) -> str:
        """First, steady and last value of everything."""
        lines = [f"{'':28} {'first':>8} {'middle':>8} {'last':>8}"]
        for (name, what), values in sorted(self.looks.items()):
            shown = (values[0], values[len(values) // 2], values[-1])
            lines.append(f"{name + ' ' + what:28} " + " ".join(f"{v:8.0f}" for v in shown))
        return "\n".join(lines)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def _memory(pid: int) -> float:
    """What a process alone holds, in MB: pages that it shares are nobody's growth."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(map(int, re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.MULTILINE))) / 1024


def _descriptors(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _threads(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
