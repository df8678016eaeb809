"""Merges descriptions: the one most subgraphs use; an empty one only for want of any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from gateway.composition.merging.state import Merging
from gateway.composition.model import DirectiveDefinition, Element, Subgraph

Described = Element | DirectiveDefinition | Subgraph


def describe_schema(state: Merging) -> None:
    """Fill in the description of the schema itself."""
    state.description = merge_description(state, state.subgraphs, "schema")


def merge_description(state: Merging, elements: Iterable[Described], coordinate: str) -> str | None:
    """Return the description most used, the first of equals."""
    counts = Counter(e.description for e in elements if e.description is not None)
    if len(counts) <= 1:
        return next(iter(counts), None)
    described = {text: count for text, count in counts.items() if text}
    if len(described) > 1:
        state.hint(
            "INCONSISTENT_DESCRIPTION",
            f'"{coordinate}" has inconsistent descriptions across subgraphs.',
            coordinate,
        )
    return max(described, key=lambda text: described[text]) if described else ""
