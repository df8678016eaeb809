"""Field sets were also written without quotes, and as lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphql import ConstValueNode, EnumValueNode, ListValueNode, StringValueNode

from gateway.composition.directives import selecting
from gateway.composition.model import Applied, Subgraph


def read_unquoted_field_sets(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """``fields: id`` and ``fields: ["a", "b"]`` were let through."""

    def fixed(directives: tuple[Applied, ...]) -> tuple[Applied, ...]:
        if not any(a.federation and a.name in selecting() for a in directives):
            return directives
        return tuple(_quoted(a) if a.federation else a for a in directives)

    types = {
        name: replace(
            declared,
            directives=fixed(declared.directives),
            fields={
                f.name: replace(f, directives=fixed(f.directives)) for f in declared.fields.values()
            },
        )
        for name, declared in subgraph.types.items()
    }
    return replace(subgraph, types=types)


def _quoted(applied: Applied) -> Applied:
    written = applied.arguments.get("fields")
    if applied.name not in selecting() or written is None:
        return applied
    text = _as_text(written)
    if text is None:
        return applied
    return replace(applied, arguments={**applied.arguments, "fields": StringValueNode(value=text)})


def _as_text(node: ConstValueNode) -> str | None:
    if isinstance(node, StringValueNode | EnumValueNode):
        return node.value
    if isinstance(node, ListValueNode):
        parts = [_as_text(value) for value in node.values]
        return None if None in parts else " ".join(part for part in parts if part)
    return None
