"""``python -m gateway compose``: what it reads, writes and says."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.compose import COMPOSED, REFUSED, UNREADABLE, main

FIRST = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
AUTHORS = FIRST + 'type Query { me: Author } type Author @key(fields: "id") { id: ID! }\n'
BOOKS = FIRST + 'type Author @key(fields: "id") { id: ID! books: [String] }\n'


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    (tmp_path / "authors.graphql").write_text(AUTHORS)
    (tmp_path / "books.graphql").write_text(BOOKS)
    return tmp_path


def specs(schemas: Path) -> list[str]:
    return [
        f"{name}=http://{name}.example/graphql@{schemas / name}.graphql"
        for name in ("authors", "books")
    ]


def test_it_prints_the_supergraph(schemas: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(specs(schemas)) == COMPOSED
    printed = capsys.readouterr().out
    assert '@join__graph(name: "books", url: "http://books.example/graphql")' in printed
    assert "books: [String] @join__field(graph: BOOKS)" in printed


def test_it_writes_supergraph_and_api_schema(schemas: Path) -> None:
    supergraph, api = schemas / "super.graphql", schemas / "api.graphql"
    assert main([*specs(schemas), "-o", str(supergraph), "--api", str(api)]) == COMPOSED
    assert "join__type" in supergraph.read_text()
    assert "join__" not in api.read_text()
    assert "type Author {" in api.read_text()


def test_it_reads_a_configuration(schemas: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = schemas / "subgraphs.toml"
    config.write_text(
        '[subgraphs.authors]\nurl = "http://a.example"\nfile = "authors.graphql"\n'
        '[subgraphs.books]\nfile = "books.graphql"\n'
    )
    assert main(["--config", str(config)]) == COMPOSED
    assert 'name: "books", url: ""' in capsys.readouterr().out


def test_what_does_not_compose_is_told_and_written_nowhere(
    schemas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (schemas / "books.graphql").write_text(BOOKS.replace('"id")', '"isbn")'))
    output = schemas / "super.graphql"
    assert main([*specs(schemas), "-o", str(output)]) == REFUSED
    told = capsys.readouterr().err
    assert told.startswith("KEY_INVALID_FIELDS  (books)")
    assert 'Cannot query field "isbn" on type "Author"' in told
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Nothing to compose"),
        (["authors"], "write name=url@file"),
        (["authors=http://a.example@missing.graphql"], "missing.graphql"),
        (["--config", "missing.toml"], "missing.toml"),
    ],
)
def test_bad_input_is_named(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == UNREADABLE
    assert told in capsys.readouterr().err


def test_a_configuration_without_a_file_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "subgraphs.toml"
    config.write_text('[subgraphs.authors]\nurl = "http://a.example"\n')
    assert main(["--config", str(config)]) == UNREADABLE
    assert "[subgraphs.authors] needs a file" in capsys.readouterr().err


def test_hints_on_request(schemas: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (schemas / "books.graphql").write_text(BOOKS.replace("type Author", '"Writes." type Author'))
    (schemas / "authors.graphql").write_text(
        AUTHORS.replace("type Author", '"Has written." type Author')
    )
    assert main([*specs(schemas), "--hints"]) == COMPOSED
    assert "INCONSISTENT_DESCRIPTION" in capsys.readouterr().err
