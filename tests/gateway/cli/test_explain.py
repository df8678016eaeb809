"""``python -m gateway explain``: every stage as text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.__main__ import main

SUPERGRAPH = str(Path(__file__).parents[1] / "http" / "supergraph.graphql")
QUERY = "query A($n: Int) { items(first: $n) { name count } } query B { hello }"


@pytest.fixture
def query(tmp_path: Path) -> str:
    path = tmp_path / "query.graphql"
    path.write_text(QUERY)
    return str(path)


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("operation", "items(first: $n) → Item"),
        ("plan", "stock"),
        ("projection", "count: Int"),
    ],
)
def test_a_stage_as_text(
    stage: str, words: str, query: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", stage, SUPERGRAPH, query, "--operation", "A"]) == 0
    assert words in capsys.readouterr().out


def test_the_plan_for_tools(query: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "plan", SUPERGRAPH, query, "--operation", "A", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("supergraph", "operation", "words"),
    [
        (SUPERGRAPH, "C", "Unknown operation"),
        ("/nowhere.graphql", "A", "/nowhere.graphql"),
        (__file__, "A", "SUPERGRAPH_SYNTAX"),
    ],
)
def test_what_cannot_be_explained(
    supergraph: str,
    operation: str,
    words: str,
    query: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "plan", supergraph, query, "--operation", operation]) == 1
    assert words in capsys.readouterr().err
