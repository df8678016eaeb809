"""Reads, without running it, how many transactions a root mutation field opens."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

OPENS = frozenset({"transaction", "write"})
"""`Database.transaction` and `Database.write`, and a context's shorthand for the latter."""

BESIDE = frozenset({"tell_catalog", "learn_of_partner", "is_verified_by_now"})
"""Pass on what was committed already, here or in the other service: nothing of it is the
mutation's, and nothing is undone with it."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """A module's functions, and what its imported names stand for (`module.function`)."""

    name: str
    functions: Mapping[str, Function]
    imports: Mapping[str, str]
    tree: ast.Module = field(repr=False)


def read_package(folder: Path) -> dict[str, Module]:
    """Return the modules of a package by dotted name."""
    modules = {}
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder.parent).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        modules[name] = _read(name, ast.parse(file.read_text()))
    return modules


def mutation_fields(modules: Mapping[str, Module]) -> Iterator[tuple[Module, Function]]:
    """Yield every resolver decorated as a mutation."""
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, Function) and any(map(_is_mutation, node.decorator_list)):
                yield module, node


def transactions_of(function: Function, module: Module, modules: Mapping[str, Module]) -> list[str]:
    """Return where the function, and what it calls in its package, opens transactions."""
    return list(_openings(function, module, modules, frozenset()))


def calls_of(function: ast.AST, attribute: str) -> int:
    """Return how often `.attribute(…)` is called."""
    return sum(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == attribute
        for node in ast.walk(function)
    )


def _openings(
    function: Function, module: Module, modules: Mapping[str, Module], seen: frozenset[str]
) -> Iterator[str]:
    for name in OPENS:
        for _ in range(calls_of(function, name)):
            yield f"{module.name}.{function.name}"
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = _resolve(node.func.id, module, modules)
            if called is not None and called[1].name not in seen | BESIDE:
                yield from _openings(called[1], called[0], modules, seen | {called[1].name})


def _resolve(
    name: str, module: Module, modules: Mapping[str, Module]
) -> tuple[Module, Function] | None:
    if name in module.functions:
        return module, module.functions[name]
    home, _, original = module.imports.get(name, "").rpartition(".")
    origin = modules.get(home)
    if origin is None or original not in origin.functions:
        return None
    return origin, origin.functions[original]


def _read(name: str, tree: ast.Module) -> Module:
    functions = {node.name: node for node in tree.body if isinstance(node, Function)}
    imports = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return Module(name, functions, imports, tree)


def _is_mutation(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name == "mutation"
