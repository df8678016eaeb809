"""What the directives of federation add to a random supergraph: one function each.

Each takes the parts and one subgraph, and does nothing where there is no occasion.
"""

from __future__ import annotations

from tests.testkit.random_parts import Parts
from tests.testkit.random_whole import ARGUMENTS, Concept
from tests.testkit.sdl_draft import DraftField, DraftSubgraph, DraftType

_GIVEN = {"(a: Int)": "(a: 3)", "(n: Int! = 1, b: Boolean)": "(n: 2)"}


def add_interface_object(parts: Parts) -> None:
    """Make one interface an entity, whole in one subgraph and an object in another."""
    whole = parts.whole
    names = [n for n in whole.interfaces if whole.anchors[n] == "id"]
    if not names or not parts.chance(0.7):
        return
    name = names[0]
    home, away = parts.dice.sample(parts.subgraphs, 2)
    parts.banned |= {(away.name, member) for member in whole.interfaces[name]}
    for member in whole.interfaces[name]:
        parts.need(home, member)
        parts.add_key(home, home.types[member], "id")
        home.types[member].implements.add(name)
    home.types[name] = DraftType(
        name, kind="interface", keys=["id"], anchor="id", candidates={"id"}
    )
    for field_name in sorted(parts.whole.common_fields(name)):
        if parts.chance(0.7):
            home.types[name].candidates.add(field_name)
            for member in whole.interfaces[name]:
                parts.declare(home, member, field_name)
    there = away.types[name] = DraftType(name, directives=["@interfaceObject"])
    parts.add_key(away, there, "id")
    there.fields["extra"] = DraftField("extra", "Int", "", parts.dice.choice(ARGUMENTS))
    target = parts.dice.choice([name, *whole.values])
    if parts.chance(0.6) and parts.need(away, target):
        there.fields["more"] = DraftField("more", f"[{target}]", target)


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
        return


def add_provides(parts: Parts, subgraph: DraftSubgraph) -> None:
    """Let a field provide a leaf of the entity that it returns."""
    for type_ in list(subgraph.types.values()):
        for declared in list(type_.fields.values()):
            if declared.target not in parts.whole.entities or declared.directives:
                continue
            chosen = _external_leaf(parts, subgraph, declared.target)
            if chosen is None or chosen == "id":
                continue
            declared.directives.append(f'@provides(fields: "{chosen}")')
            for other in parts.subgraphs:
                held = other.types.get(declared.target)
                if other is not subgraph and held and chosen in held.fields:
                    held.fields[chosen].share()
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
                    declared.directives.append(f'@override(from: "{holders[0].name}")')
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
    if target in parts.whole.abstract or not parts.need(subgraph, target):
        return None
    if target in parts.whole.values:
        leaves = [
            f
            for f, c in parts.whole.fields[target].items()
            if c.target not in subgraph.types and c.target not in parts.whole.abstract
        ]
        return f"{text} {{ {parts.dice.choice(leaves)} }}" if leaves else None
    if target in parts.whole.entities:
        inner = _external_leaf(parts, subgraph, target)
        return f"{text} {{ {inner} }}" if inner else None
    return text


def _external_leaf(parts: Parts, subgraph: DraftSubgraph, name: str) -> str | None:
    """A leaf of an entity to require or provide: foreign, or else the key."""
    type_ = subgraph.types[name]
    leaves = [
        f
        for f, c in sorted(parts.whole.fields[name].items())
        if c.target not in {*parts.whole.entities, *parts.whole.values, *parts.whole.abstract}
        and not c.arguments
        and f not in type_.fields
        and parts.is_held_elsewhere(subgraph, name, f)
    ]
    if not leaves:
        return "id" if "id" in type_.keys else None
    chosen = parts.dice.choice(leaves)
    declared = parts.declare(subgraph, name, chosen)
    if declared is None:
        return None
    declared.directives.append("@external")
    return chosen
