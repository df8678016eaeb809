"""No property test has a deadline: a busy machine would refute what is true."""

from __future__ import annotations

import ast

from hypothesis import settings

from tests.testkit.system import ROOT


def test_no_example_has_a_deadline() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None


def test_no_test_has_settings_of_its_own_for_that() -> None:
    own = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "settings"
        and any(keyword.arg == "deadline" for keyword in node.keywords)
    }
    assert own == set()
