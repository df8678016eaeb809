"""What was measured, one file for each gateway: suite → [requests, depth] by test, null: failed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks.federation_audit.calls import Cost
from benchmarks.federation_audit.measure import Costs

Result = dict[str, Costs]
"""By suite."""

_FOLDER = Path(__file__).with_name("results")


def keep(name: str, result: Mapping[str, Costs]) -> None:
    """Write the result of one gateway, a line for each suite."""
    lines = (f" {json.dumps(suite)}: {json.dumps(costs)}" for suite, costs in result.items())
    _file(name).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def kept() -> dict[str, Result]:
    """All results by the gateway's name."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.json"))}


def _file(name: str) -> Path:
    return _FOLDER / f"{name}.json"


def _read(path: Path) -> Result:
    found = json.loads(path.read_text(encoding="utf-8"))
    return {
        suite: [None if cost is None else Cost(*cost) for cost in costs]
        for suite, costs in found.items()
    }
