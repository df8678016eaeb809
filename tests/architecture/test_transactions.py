"""One root mutation field, one transaction, committed at one edge."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.transactions import (
    calls_of,
    mutation_fields,
    read_package,
    transactions_of,
)

ROOT = Path(__file__).parents[2]
SERVICES = ("auth_service", "catalog_service")


@pytest.mark.parametrize("package", SERVICES)
def test_a_mutation_opens_at_most_one_transaction(package: str) -> None:
    modules = read_package(ROOT / package)
    opened = {
        function.name: transactions_of(function, module, modules)
        for module, function in mutation_fields(modules)
    }
    assert len(opened) >= 10
    assert {name: places for name, places in opened.items() if len(places) > 1} == {}
    assert sum(bool(places) for places in opened.values()) >= len(opened) // 2


@pytest.mark.parametrize("package", SERVICES)
def test_nobody_commits_by_hand(package: str) -> None:
    trees = {name: module.tree for name, module in read_package(ROOT / package).items()}
    by_hand = {
        name
        for name, tree in trees.items()
        for word in ("commit", "rollback")
        if calls_of(tree, word)
    }
    assert by_hand == set()


@pytest.mark.parametrize("package", SERVICES)
def test_repositories_are_given_their_session(package: str) -> None:
    modules = read_package(ROOT / package)
    inside = [module for name, module in modules.items() if ".repository" in name]
    assert inside
    assert [module.name for module in inside if calls_of(module.tree, "transaction")] == []


def test_transactions_are_counted_through_calls(tmp_path: Path) -> None:
    package = tmp_path / "kitchen"
    (package / "api").mkdir(parents=True)
    (package / "store.py").write_text(
        "async def take(db):\n    async with db.transaction() as s:\n        return await put(s)\n"
        "async def put(s):\n    return s\n"
        "async def swap(db):\n    await take(db)\n    await take(db)\n"
    )
    (package / "api" / "mutations.py").write_text(
        "from kitchen.store import take as fetch, swap\n"
        "class Mutation:\n"
        "    @mutation('x')\n    async def one(self, db):\n        return await fetch(db)\n"
        "    @mutation('x')\n    async def two(self, db):\n        return await swap(db)\n"
        "    async def helper(self, db):\n        return await swap(db)\n"
    )
    modules = read_package(package)
    counted = {
        function.name: len(transactions_of(function, module, modules))
        for module, function in mutation_fields(modules)
    }
    assert counted == {"one": 1, "two": 2}
