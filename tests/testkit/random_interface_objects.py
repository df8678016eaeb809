"""Interface objects of a random supergraph: one interface, whole here and an object there."""

from __future__ import annotations

from tests.testkit.random_inputs import declare_inputs
from tests.testkit.random_parts import Parts
from tests.testkit.random_whole import ARGUMENTS
from tests.testkit.sdl_draft import DraftField, DraftSubgraph, DraftType


def add_interface_object(parts: Parts) -> None:
    """Make one interface an entity, whole in one subgraph and an object in another."""
    whole = parts.whole
    names = [n for n in whole.interfaces if whole.anchors[n] == "id"]
    if not names or not parts.chance(0.7):
        return
    name = names[0]
    home, *away = parts.dice.sample(parts.subgraphs, min(len(parts.subgraphs), 3))
    for other in away:
        parts.banned |= {(other.name, member) for member in whole.interfaces[name]}
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
    for number, other in enumerate(away[: parts.dice.randint(1, 2)]):
        _hold_interface_object(parts, other, name, "" if number == 0 else "2")


def _hold_interface_object(parts: Parts, away: DraftSubgraph, name: str, suffix: str) -> None:
    there = away.types[name] = DraftType(name, directives=["@interfaceObject"])
    parts.add_key(away, there, "id")
    arguments = parts.dice.choice(ARGUMENTS)
    declare_inputs(away, arguments, parts.dice)
    there.fields[f"extra{suffix}"] = DraftField(f"extra{suffix}", "Int", "", arguments)
    target = parts.dice.choice([name, *parts.whole.values])
    if parts.chance(0.6) and parts.need(away, target):
        there.fields[f"more{suffix}"] = DraftField(f"more{suffix}", f"[{target}]", target)
    if suffix and parts.chance(0.5):  # what one interface object has, the other requires
        arguments = next(
            s.types[name].fields["extra"].arguments
            for s in parts.subgraphs
            if s is not away and name in s.types and "extra" in s.types[name].fields
        )
        declare_inputs(away, arguments, parts.dice)
        there.fields["extra"] = DraftField("extra", "Int", "", arguments, ["@external"])
        there.fields["sum"] = DraftField(
            "sum", "Int", "", directives=['@requires(fields: "extra")']
        )
