"""The floors that the architecture document draws are those that the import contract executes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACT = "The gateway reads top to bottom"


def executed() -> list[set[str]]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = config["tool"]["importlinter"]["contracts"]
    [contract] = [one for one in contracts if one["name"] == CONTRACT]
    assert contract["exhaustive"]
    return [set(layer.split(" | ")) for layer in contract["layers"]]


def test_the_document_draws_the_contract() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
    drawing = text.partition(CONTRACT)[2].partition("```\n")[2].partition("```")[0]
    drawn = [set(re.split(r"\s{2,}", line)[0].split(" | ")) for line in drawing.splitlines()]
    assert drawn == executed()


def test_every_room_is_described() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
    table = text.partition("| room | holds |")[2].partition("\n\n")[0]
    described = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert described == set().union(*executed()) - {"__main__"}
