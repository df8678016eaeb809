"""What the directives of federation add to a random supergraph: one function each.

Each takes the parts and one subgraph, and does nothing where there is no occasion.
"""

from __future__ import annotations

from tests.testkit.random_externals import external_leaf
from tests.testkit.random_parts import Parts
from tests.testkit.random_whole import Concept
from tests.testkit.sdl_draft import DraftField, DraftSubgraph, DraftType

_GIVEN = {
    "(a: Int)": "(a: 3)",
    "(n: Int! = 1, b: Boolean)": "(n: 2)",
    "(f: Filter)": "(f: { a: 1 })",
    "(u: Unit = KG, many: [Unit!] = [LB])": "(u: LB)",
}


def add_requires(parts: Parts, subgraph: DraftSubgraph) -> None:
    """Add a field that requires one of another subgraph."""
    for name in parts.entities_of(subgraph):
        type_ = subgraph.types[name]
        missing = [
            f
            for f in sorted(parts.whole.fields[name])
            if f not in type_.fields and parts.is_held_elsewhere(subgraph, name, f)
        ]
        if not missing:
            continue
        chosen = parts.dice.choice(missing)
        concept = parts.whole.fields[name][chosen]
        selection = _required_selection(parts, subgraph, concept)
        if selection is None:
            continue
        declared = parts.declare(subgraph, name, chosen)
        if declared is None:
            continue
        declared.directives.append("@external")
        field_name = f"req{subgraph.name}{len(type_.fields)}"
        type_.fields[field_name] = DraftField(
            field_name, "String", "", directives=[f'@requires(fields: "{selection}")']
        )
        whole = parts.whole.fields[name]
        whole[field_name] = Concept(field_name, "String", "{}", "", required=False)
        return


def add_override(parts: Parts, subgraph: DraftSubgraph) -> None:
    """Take a field over from the one other subgraph that has it."""
    for name in parts.entities_of(subgraph):
        for declared in subgraph.types[name].fields.values():
            holders = [
                s
                for s in parts.subgraphs
                if s is not subgraph and declared.name in s.types.get(name, DraftType("")).fields
            ]
            known = declared.name in parts.whole.fields[name]
            if known and len(holders) == 1 and not declared.directives:
                other = holders[0].types[name].fields[declared.name]
                if not other.directives and not subgraph.types[name].implements:
                    label = parts.dice.choice(("", "", ', label: "l0"', ', label: "l1"'))
                    declared.directives.append(f'@override(from: "{holders[0].name}"{label})')
                    return


def add_inaccessible(parts: Parts, subgraph: DraftSubgraph) -> None:
    """Hide a field that no interface asks for."""
    interfaces = {n for i in parts.whole.interfaces for n in (*parts.whole.common_fields(i), "id")}
    for name in parts.entities_of(subgraph):
        for declared in subgraph.types[name].fields.values():
            free = declared.name not in interfaces and "@external" not in declared.directives
            if free and declared.name in parts.whole.fields[name]:
                declared.directives.append("@inaccessible")
                return


def _required_selection(parts: Parts, subgraph: DraftSubgraph, concept: Concept) -> str | None:
    text = concept.name + _GIVEN.get(concept.arguments, "")
    target = concept.target
    if not parts.need(subgraph, target):
        return None
    if target in parts.whole.abstract:
        fragments = _on_members(parts, subgraph, target)
        return f"{text} {{ {fragments} }}" if fragments else None
    if target in parts.whole.values:
        leaves = [
            f
            for f, c in parts.whole.fields[target].items()
            if f in subgraph.types[target].fields
            and c.target not in subgraph.types
            and c.target not in parts.whole.abstract
        ]
        return f"{text} {{ {parts.dice.choice(leaves)} }}" if leaves else None
    if target in parts.whole.entities:
        inner = external_leaf(parts, subgraph, target)
        return f"{text} {{ {inner} }}" if inner else None
    return text


def _on_members(parts: Parts, subgraph: DraftSubgraph, name: str) -> str:
    """Fragments with a leaf of each entity that an abstract type can be."""
    members = subgraph.unions.get(name) or {
        type_.name for type_ in subgraph.types.values() if name in type_.implements
    }
    return " ".join(
        f"... on {member} {{ {leaf} }}"
        for member in sorted(members & set(parts.whole.entities))
        if (leaf := external_leaf(parts, subgraph, member))
    )
