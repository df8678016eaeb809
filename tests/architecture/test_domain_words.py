"""The gateway is domain-free: no type of EST's schema is named in it."""

from __future__ import annotations

from pathlib import Path

from graphql import build_schema

from tests.architecture.domain_words import occurrences, own_words, sources

ROOT = Path(__file__).parents[2]


def test_the_gateway_names_no_type_of_the_schema() -> None:
    words = own_words(build_schema((ROOT / "schema" / "api.graphql").read_text()))
    assert {"Offer", "Place", "Reservation", "User"} <= words
    files = sources(ROOT / "gateway")
    assert len(files) > 50
    assert list(occurrences(words, files)) == []


def test_a_word_is_found_where_it_stands_alone(tmp_path: Path) -> None:
    words = own_words(build_schema("type Query { pie: Pie } type Pie { id: ID }"))
    assert words == {"Pie"}
    (tmp_path / "plan.py").write_text("# a Pie\nclass Piece: ...\n")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "pie.js").write_text("Pie")
    assert list(occurrences(words, sources(tmp_path))) == [f"{tmp_path / 'plan.py'}:1: Pie"]
