"""Every case of docs/RELIABILITY.md stands there once, and every test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIRST_CASES = 88
"""As many were there at first; further ones follow, each number once."""
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def rows() -> list[tuple[int, str, str]]:
    text = (ROOT / "docs" / "RELIABILITY.md").read_text()
    return [(int(number), promise, tests) for number, promise, tests in ROW.findall(text)]


def exists(test: str) -> bool:
    path, _, name = test.partition("::")
    file = ROOT / path
    if not file.is_file():
        return False
    return not name or re.search(rf"def {re.escape(name)}\b", file.read_text()) is not None


def test_every_case_stands_there_once() -> None:
    numbers = [number for number, _, _ in rows()]
    assert numbers[:FIRST_CASES] == list(range(1, FIRST_CASES + 1))
    assert numbers == sorted(set(numbers))
    assert len(numbers) > FIRST_CASES


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row[0]))
def test_the_tests_of_a_case_exist(row: tuple[int, str, str]) -> None:
    _, promise, tests = row
    assert len(promise.split()) > 2
    named = tests.split(", ")
    assert [test for test in named if not exists(test)] == []


def test_a_test_that_does_not_exist_is_seen() -> None:
    assert not exists("tests/architecture/test_reliability.py::test_nobody_wrote_this")
    assert not exists("tests/nowhere.py")
