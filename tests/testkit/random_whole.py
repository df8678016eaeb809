"""The whole graph of a random supergraph: who exists, and the fields of each object type."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_LEAVES = {
    "name": "String",
    "size": "Int",
    "price": "Float",
    "active": "Boolean",
    "tags": "[String!]",
    "level": "Level",
    "note": "String!",
    "rank": "Int!",
    "when": "When",
}
_LINKS = ("owner", "parent", "friend", "items", "best", "parts")
WRAPPERS = ("{}", "{}", "[{}]", "[{}!]", "[[{}]]")
ARGUMENTS = (
    "", "", "", "", "", "(a: Int)", '(in: String = "d")', "(n: Int! = 1, b: Boolean)",
    "(f: Filter)", "(u: Unit = KG, many: [Unit!] = [LB])",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    """A field of the whole graph: ``target`` in ``wrapper``, and whether it is never null."""

    name: str
    target: str
    wrapper: str
    arguments: str
    required: bool

    @property
    def type(self) -> str:
        """The type without an outer ``!``."""
        return self.wrapper.format(self.target)


@dataclass
class Whole:
    """The whole graph. ``anchors`` are the fields that all members of an interface have."""

    entities: list[str]
    values: list[str]
    interfaces: dict[str, list[str]] = field(default_factory=dict)
    unions: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, dict[str, Concept]] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)

    @property
    def abstract(self) -> set[str]:
        """Interfaces and unions."""
        return {*self.interfaces, *self.unions}

    def common_fields(self, interface: str) -> list[str]:
        """The fields that all members of an interface have alike, sorted."""
        fields = [self.fields[member] for member in self.interfaces[interface]]
        return [
            name
            for name, concept in sorted(fields[0].items())
            if all(other.get(name) == concept for other in fields)
        ]


def draw_whole(dice: random.Random) -> Whole:
    """Draw entities, values, interfaces, unions and their fields."""
    return _Drawing(dice).draw()


class _Drawing:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.whole = Whole(
            [f"E{n}" for n in range(dice.randint(2, 5))],
            [f"V{n}" for n in range(dice.randint(1, 3))],
        )

    def draw(self) -> Whole:
        self._abstract_types()
        for name in (*self.whole.entities, *self.whole.values):
            self._own_fields(name)
        for name in self.whole.interfaces:
            self._interface_fields(name)
        return self.whole

    def _chance(self, probability: float) -> bool:
        return self.dice.random() < probability

    def _own_fields(self, name: str) -> None:
        concepts = self.whole.fields.setdefault(name, {})
        for leaf in self.dice.sample(sorted(_LEAVES), self.dice.randint(1, 4)):
            concepts[leaf] = self._leaf(leaf)
        for link in self.dice.sample(_LINKS, self.dice.randint(0, 2)):
            concepts[link] = self._link(link, within=name)

    def _interface_fields(self, name: str) -> None:
        whole = self.whole
        concepts = [
            self._leaf(field_name, plain=True)
            for field_name in self.dice.sample(sorted(_LEAVES), self.dice.randint(0, 2))
        ]
        if whole.anchors[name] == "label":
            concepts.append(Concept("label", "String", "{}", "", required=False))
        for member in whole.interfaces[name]:
            whole.fields[member] |= {concept.name: concept for concept in concepts}

    def _abstract_types(self) -> None:
        whole, dice = self.whole, self.dice
        for number in range(dice.randint(0, 2)):
            name = f"I{number}"
            pool = whole.entities if self._chance(0.6) else [*whole.entities, *whole.values]
            whole.interfaces[name] = sorted(dice.sample(pool, min(len(pool), dice.randint(1, 3))))
            whole.anchors[name] = "id" if pool is whole.entities else "label"
        for number in range(dice.randint(0, 2)):
            pool = [*whole.entities, *whole.values]
            members = dice.sample(pool, min(len(pool), dice.randint(2, 4)))
            whole.unions[f"U{number}"] = sorted(members)

    def _leaf(self, name: str, *, plain: bool = False) -> Concept:
        text = _LEAVES[name if plain or self._chance(0.85) else self.dice.choice(sorted(_LEAVES))]
        target, required = text.removesuffix("!"), text.endswith("!")
        arguments = "" if plain else self.dice.choice(ARGUMENTS)
        return Concept(name, target, "{}", arguments, required)

    def _link(self, name: str, *, within: str) -> Concept:
        whole = self.whole
        pool = [*whole.entities, *whole.entities, *whole.values, *whole.interfaces, *whole.unions]
        if within in whole.values:  # values within values would never end
            pool = [p for p in pool if p not in whole.values]
        target = self.dice.choice(pool)
        required = target not in whole.abstract and self._chance(0.25)
        return Concept(
            name, target, self.dice.choice(WRAPPERS), self.dice.choice(ARGUMENTS), required
        )
