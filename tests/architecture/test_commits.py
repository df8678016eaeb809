"""The commit lives at one edge: nobody but the database's own module ends a transaction."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EDGE = {Path("shared/database/connections.py"), Path("shared/database/migrations.py")}
ENDING = {"commit", "rollback", "begin", "begin_nested"}
PACKAGES = ("auth_service", "catalog_service", "shared")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.relative_to(ROOT) not in EDGE:
                yield path


def endings(tree: ast.AST) -> list[int]:
    """Lines that call something named like the end, or the beginning, of a transaction."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ENDING
    ]


def test_no_module_but_the_edge_commits() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        for line in endings(ast.parse(path.read_text()))
    }
    assert found == set()


@pytest.mark.parametrize("package", ["auth_service", "catalog_service"])
def test_repositories_open_no_transaction(package: str) -> None:
    for path in (ROOT / package / "repository").rglob("*.py"):
        called = {
            node.func.attr
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not called & {"transaction", "read"}, path


def test_the_check_sees_a_commit() -> None:
    assert endings(ast.parse("async def f(s):\n    await s.commit()")) == [2]
