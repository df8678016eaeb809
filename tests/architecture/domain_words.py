"""Finds EST's own words in the gateway, which serves any supergraph and must know none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from graphql import GraphQLSchema, is_introspection_type, is_specified_scalar_type

GENERAL = frozenset(
    {
        # root types and Relay's names, which every schema may have
        *("Query", "Mutation", "Subscription", "Node", "PageInfo"),
        # names of scalars and concepts that are no business of EST's alone
        *("DateTime", "Decimal", "UUID", "JSON", "Date", "Time"),
    }
)


def own_words(schema: GraphQLSchema) -> frozenset[str]:
    """Return the names of the types that are EST's own."""
    return frozenset(
        name
        for name, type_ in schema.type_map.items()
        if not is_introspection_type(type_)
        and not is_specified_scalar_type(type_)
        and name not in GENERAL
    )


def occurrences(words: Iterable[str], files: Iterable[Path]) -> Iterator[str]:
    """Yield `file:line: word` for every whole word found."""
    pattern = re.compile(r"\b(" + "|".join(sorted(words)) + r")\b")
    for file in files:
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            for found in pattern.findall(line):
                yield f"{file}:{number}: {found}"


def sources(folder: Path) -> list[Path]:
    """Return what people wrote in a folder: no bundles, no installed modules."""
    written = {".py", ".ts", ".tsx", ".js", ".css", ".html", ".json", ".graphql", ".md", ".toml"}
    left_out = {"node_modules", "static", "dist", "__pycache__"}
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix in written
        and not left_out & set(file.parts)
        and file.name != "package-lock.json"
    ]
