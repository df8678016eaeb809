"""``@provides`` in a random supergraph: leaves, what lies below a link, and leaves by type."""

from __future__ import annotations

from tests.testkit.random_externals import external_leaf
from tests.testkit.random_parts import Parts
from tests.testkit.sdl_draft import DraftField, DraftSubgraph


def add_provides(parts: Parts, subgraph: DraftSubgraph) -> None:
    """Let a field provide leaves of what it returns: of an entity, below it, or by type."""
    for type_ in list(subgraph.types.values()):
        for declared in list(type_.fields.values()):
            if declared.directives or type_.kind != "type":
                continue
            provided = _provided(parts, subgraph, declared.target)
            if provided and not declared.directives:
                declared.directives.append(f'@provides(fields: "{provided}")')
                return


def _provided(parts: Parts, subgraph: DraftSubgraph, target: str) -> str | None:
    if target in parts.whole.unions:
        leaves = {
            member: _provided_leaf(parts, subgraph, member)
            for member in sorted(subgraph.unions.get(target, set()) & set(parts.whole.entities))
        }
        return " ".join(f"... on {m} {{ {leaf} }}" for m, leaf in leaves.items() if leaf)
    if target not in parts.whole.entities:
        return None
    found = [_provided_leaf(parts, subgraph, target)]
    for link in list(subgraph.types[target].fields.values()):
        free = not link.directives and not link.arguments and not _is_key(subgraph, target, link)
        if free and link.target in parts.whole.entities and parts.chance(0.5):
            inner = _provided_leaf(parts, subgraph, link.target)
            if inner and parts.is_held_elsewhere(subgraph, target, link.name):
                link.directives.append("@external")
                found.append(f"{link.name} {{ {inner} }}")
                _share(parts, subgraph, target, link.name)
            break
    return " ".join(part for part in found if part)


def _is_key(subgraph: DraftSubgraph, type_name: str, declared: DraftField) -> bool:
    return subgraph.types[type_name].is_key_field(declared.name)


def _provided_leaf(parts: Parts, subgraph: DraftSubgraph, target: str) -> str | None:
    chosen = external_leaf(parts, subgraph, target)
    if chosen is None or subgraph.types[target].is_key_field(chosen):
        return None
    _share(parts, subgraph, target, chosen)
    return chosen


def _share(parts: Parts, subgraph: DraftSubgraph, type_name: str, name: str) -> None:
    for other in parts.subgraphs:
        held = other.types.get(type_name)
        if other is not subgraph and held and name in held.fields:
            held.fields[name].share()
