"""The floors that the architecture document draws are those that the import contracts execute."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = ("The gateway reads top to bottom", "What all stand on reads top to bottom")


def executed(name: str) -> list[set[str]]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = config["tool"]["importlinter"]["contracts"]
    [contract] = [one for one in contracts if one["name"] == name]
    assert contract["exhaustive"]
    return [set(layer.split(" | ")) for layer in contract["layers"]]


def described_after(name: str) -> str:
    """The document from where it names the contract; lines break anywhere in a name."""
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
    [_, after] = re.split(r"\s+".join(name.split()), text)
    return after


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_document_draws_the_contract(name: str) -> None:
    drawing = described_after(name).partition("```\n")[2].partition("```")[0]
    drawn = [set(re.split(r"\s{2,}", line)[0].split(" | ")) for line in drawing.splitlines()]
    assert drawn == executed(name)


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_room_is_described(name: str) -> None:
    table = described_after(name).partition("| room | holds |")[2].partition("\n\n")[0]
    described = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert described == set().union(*executed(name)) - {"__main__"}
