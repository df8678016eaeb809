"""The schema files: written from the code, composed, and checked against it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from graphql import build_schema

from est.errors import SchemaFault
from est.schema import check, files
from est.schema.breaking import breaking_changes
from est.schema.descriptions import undescribed
from est.schema.reference import REFERENCE, reference

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
AUTH = (
    LINK
    + """
"Asking."
type Query {
  "The caller."
  me: User
}

"An account."
type User @key(fields: "id") {
  "Its id."
  id: ID!
}
"""
)
CATALOG = (
    LINK
    + """
"An account."
type User @key(fields: "id") {
  "Its id."
  id: ID!
  "What it likes."
  likes("How many." first: Int): [String!]
}
"""
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose schema files are in order."""
    served(monkeypatch, AUTH, CATALOG)
    sdl = files.exported()
    files.write(tmp_path, sdl)
    files.write(tmp_path, files.composed(sdl))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "schema")
    return tmp_path


def test_the_api_reference_drifts_with_the_schema(folder: Path) -> None:
    docs = folder / "docs"
    api = files.composed(files.exported())[files.API]
    files.write(docs, {REFERENCE: reference(api)})
    assert check.check(folder, "HEAD", docs=docs) == []
    assert "### `me`: [`User`](#user)\n\nThe caller." in (docs / REFERENCE).read_text()

    (docs / REFERENCE).write_text("edited by hand")

    with pytest.raises(SchemaFault, match=r"API_REFERENCE\.md differs"):
        check.check(folder, "HEAD", docs=docs)


def served(monkeypatch: pytest.MonkeyPatch, auth: str, catalog: str) -> None:
    sdl = {files.AUTH: auth, files.CATALOG: catalog}
    monkeypatch.setattr(files, "exported", lambda: sdl)
    monkeypatch.setattr(check, "exported", lambda: sdl)


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=EST", "-c", "user.email=est@est.example"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)


def test_files_in_order_pass(folder: Path) -> None:
    assert check.check(folder, "HEAD") == []
    supergraph = files.read(folder, files.SUPERGRAPH)
    assert "join__graph" in supergraph
    assert "http://127.0.0.1:8001/graphql" in supergraph
    assert "join__" not in files.read(folder, files.API)


def test_drift_fails_and_shows_what_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = CATALOG.replace(
        "likes(", '"Dislikes."\n  dislikes: String\n  "What it likes."\n  likes('
    )
    served(monkeypatch, AUTH, more.replace('"What it likes."\n  "Dislikes."', '"Dislikes."'))
    with pytest.raises(SchemaFault) as told:
        check.check(folder, "HEAD")
    for name in (files.CATALOG, files.SUPERGRAPH, files.API):
        assert f"{folder / name} differs from the code" in str(told.value)
    assert f"{folder / files.AUTH}" not in str(told.value)
    assert "+  dislikes: String" in str(told.value)


def test_an_edited_file_fails(folder: Path) -> None:
    api = folder / files.API
    api.write_text(api.read_text().replace("An account.", "A person."))
    with pytest.raises(SchemaFault, match="differs from the code"):
        check.check(folder, "HEAD")


def test_a_missing_file_fails(folder: Path) -> None:
    (folder / files.SUPERGRAPH).unlink()
    with pytest.raises(SchemaFault, match=r"supergraph\.graphql is missing: run `make schema`"):
        check.check(folder, "HEAD")


def test_schemas_that_do_not_compose_fail_with_the_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(monkeypatch, AUTH, CATALOG.replace("id: ID!", "id: Int!"))
    with pytest.raises(SchemaFault, match=r"(?s)do not compose.*User\.id"):
        check.check(folder, "HEAD")


def test_missing_descriptions_fail(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served(monkeypatch, AUTH, CATALOG.replace('"How many." ', ""))
    sdl = files.exported()
    files.write(folder, sdl | files.composed(sdl))
    with pytest.raises(SchemaFault, match=r"Without a description:\n +User\.likes\(first:\)$"):
        check.check(folder, "HEAD")


def test_everything_without_a_description_is_found() -> None:
    schema = build_schema(
        """
        directive @mark on FIELD
        type Query { a(b: In): E }
        input In { c: Int }
        enum E { ONE }
        interface I { x: Int }
        union U = Query
        scalar S
        """
    )
    assert set(undescribed(schema)) == {
        *("@mark", "Query", "Query.a", "Query.a(b:)", "In", "In.c", "E", "E.ONE"),
        *("I", "I.x", "U", "S"),
    }


def test_breaking_changes_are_named_against_a_revision(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(monkeypatch, AUTH, CATALOG.replace("likes(", "favours("))
    sdl = files.exported()
    files.write(folder, sdl | files.composed(sdl))
    assert check.check(folder, "HEAD") == ["Field User.likes was removed."]


def test_an_unknown_revision_is_told(folder: Path) -> None:
    with pytest.raises(SchemaFault, match="--base v9"):
        check.check(folder, "v9")


def test_what_was_not_there_cannot_break() -> None:
    assert breaking_changes("", "type Query { a: Int }") == []


def test_a_compatible_change_is_not_named() -> None:
    assert breaking_changes("type Query { a: Int }", "type Query { a: Int b: Int }") == []
