"""`est explain`: each stage of the gateway as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from est.cli import app

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("stage", "expected"), [("operation", "offers"), ("plan", "catalog"), ("projection", "offers")]
)
def test_a_stage_is_shown(tmp_path: Path, stage: str, expected: str) -> None:
    query = tmp_path / "query.graphql"
    query.write_text("{ offers(first: 1) { edges { node { id } } } }")
    supergraph = str(ROOT / "schema" / "supergraph.graphql")
    shown = CliRunner().invoke(app, ["explain", stage, supergraph, str(query)])
    assert shown.exit_code == 0, shown.output
    assert expected in shown.output


def test_a_query_that_is_wrong_is_told(tmp_path: Path) -> None:
    query = tmp_path / "query.graphql"
    query.write_text("{ cheese }")
    supergraph = str(ROOT / "schema" / "supergraph.graphql")
    shown = CliRunner().invoke(app, ["explain", "plan", supergraph, str(query)])
    assert shown.exit_code != 0
