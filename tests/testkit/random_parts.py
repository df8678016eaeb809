"""The parts of a random supergraph: what each subgraph holds of the whole graph."""

from __future__ import annotations

import random
from itertools import pairwise

from tests.testkit.random_inputs import declare_inputs
from tests.testkit.random_whole import ARGUMENTS, WRAPPERS, Whole
from tests.testkit.sdl_draft import DraftField, DraftSubgraph, DraftType, top_fields

_KEYS = (
    "sku", "code number", "ref { code }", "ref { code } number", "codes", "boss { id }",
    "sku boss { id }",
)  # fmt: skip
_KEY_FIELDS = {
    "id": "ID!",
    "sku": "String!",
    "code": "String!",
    "number": "Int!",
    "ref": "Ref!",
    "codes": "[String!]!",
    "boss": "E0!",
}
_KEY_TARGETS = {"ref": "Ref", "boss": "E0"}
_LEVELS = ("LOW", "HIGH")


class Parts:
    """Subgraphs while they are filled. ``banned`` are (subgraph, type) that must not meet."""

    def __init__(self, dice: random.Random, whole: Whole) -> None:
        self.dice = dice
        self.whole = whole
        self.subgraphs = [DraftSubgraph(f"s{n}") for n in range(dice.randint(2, 5))]
        self.banned: set[tuple[str, str]] = set()

    def chance(self, probability: float) -> bool:
        """Draw whether something happens."""
        return self.dice.random() < probability

    def hold_something(self, subgraph: DraftSubgraph) -> None:
        """Give a subgraph entities, some of their fields, and root fields."""
        whole = self.whole
        here = [e for e in whole.entities if (subgraph.name, e) not in self.banned]
        for name in self.dice.sample(here, min(len(here), self.dice.randint(1, 3))):
            self.need(subgraph, name)
            concepts = sorted(whole.fields[name])
            for field_name in self.dice.sample(concepts, self.dice.randint(1, len(concepts))):
                if self.chance(0.75) or not self.is_held_elsewhere(subgraph, name, field_name):
                    self.declare(subgraph, name, field_name)
        for number in range(self.dice.randint(1, 2)):
            self._root(subgraph, f"{subgraph.name}q{number}")
        if self.chance(0.3):
            self._root(subgraph, "shared", target=whole.entities[0])

    def is_held_elsewhere(self, subgraph: DraftSubgraph, type_name: str, name: str) -> bool:
        """Whether another subgraph declares the field."""
        return any(
            other is not subgraph
            and type_name in other.types
            and name in other.types[type_name].fields
            for other in self.subgraphs
        )

    def _root(self, subgraph: DraftSubgraph, name: str, target: str | None = None) -> None:
        whole = self.whole
        pool = [*subgraph.types, *whole.entities, *whole.interfaces, *whole.unions]
        pool = [
            p
            for p in pool
            if (subgraph.name, p) not in self.banned and p not in ("Query", "Mutation", "Ref")
        ]
        chosen = target or self.dice.choice(pool)
        if (subgraph.name, chosen) in self.banned or not self.need(subgraph, chosen):
            return
        wrapper = "{}" if target else self.dice.choice(WRAPPERS)
        arguments = "" if target else self.dice.choice(ARGUMENTS)
        declare_inputs(subgraph, arguments, self.dice)
        query = subgraph.types.setdefault("Query", DraftType("Query"))
        query.fields[name] = DraftField(name, wrapper.format(chosen), chosen, arguments)

    def declare(self, subgraph: DraftSubgraph, type_name: str, name: str) -> DraftField | None:
        """Declare a field, and what its type needs; None where that cannot be."""
        concept = self.whole.fields[type_name][name]
        type_ = subgraph.types[type_name]
        if name in type_.fields:
            return type_.fields[name]
        if not self.need(subgraph, concept.target):
            return None
        declare_inputs(subgraph, concept.arguments, self.dice)
        required = concept.required and (self._is_promised(type_name, name) or self.chance(0.8))
        text = concept.type + "!" * required
        declared = DraftField(name, text, concept.target, concept.arguments)
        type_.fields[name] = declared
        return declared

    def _is_promised(self, type_name: str, name: str) -> bool:
        """Whether an interface of the type may have the field: then all must agree on its type."""
        interfaces = self.whole.interfaces.items()
        return any(
            type_name in members and name in self.whole.common_fields(interface)
            for interface, members in interfaces
        )

    def need(self, subgraph: DraftSubgraph, name: str) -> bool:
        """See that a type exists in a subgraph; whether that is possible."""
        whole = self.whole
        if (subgraph.name, name) in self.banned:
            return False
        if name == "Level":
            some = self.dice.sample(_LEVELS, self.dice.randint(0, 2))
            subgraph.enums.setdefault("Level", {"MIDDLE", *some})
        elif name == "When":
            subgraph.scalars.add("When")
        elif name in whole.entities and name not in subgraph.types:
            self._hold_entity(subgraph, name)
        elif name in whole.values and name not in subgraph.types:
            subgraph.types[name] = DraftType(name)
            fields = sorted(whole.fields[name])
            if self.chance(0.25):  # subgraphs may know different fields of a value
                fields = sorted(self.dice.sample(fields, self.dice.randint(1, len(fields))))
            return None not in [self.declare(subgraph, name, f) for f in fields]
        elif name in whole.interfaces and name not in subgraph.types:
            return self._hold_interface(subgraph, name)
        elif name in whole.unions and name not in subgraph.unions:
            return self._hold_union(subgraph, name)
        return True

    def _hold_entity(self, subgraph: DraftSubgraph, name: str) -> None:
        type_ = subgraph.types[name] = DraftType(name)
        keys = ["id"] if self.chance(0.75) else []
        if not keys or self.chance(0.3):
            keys.append(self.dice.choice(_KEYS))
        for key in keys:
            self.add_key(subgraph, type_, key)
        if not type_.keys:
            self.add_key(subgraph, type_, "id")

    def add_key(self, subgraph: DraftSubgraph, type_: DraftType, key: str) -> None:
        """Declare a key and its fields."""
        if key in type_.keys or ("boss" in key and not self.need(subgraph, "E0")):
            return
        type_.keys.append(key)
        for name in top_fields(key):
            target = _KEY_TARGETS.get(name, "")
            type_.fields[name] = DraftField(name, _KEY_FIELDS[name], target)
        if "boss" in key:
            self.add_key(subgraph, subgraph.types["E0"], "id")
        if "ref" in key:
            code = DraftField("code", "String!", "")
            subgraph.types.setdefault("Ref", DraftType("Ref", fields={"code": code}))

    def _hold_interface(self, subgraph: DraftSubgraph, name: str) -> bool:
        members = [m for m in self.whole.interfaces[name] if (subgraph.name, m) not in self.banned]
        if not members:
            return False
        anchor = self.whole.anchors[name]
        interface = subgraph.types[name] = DraftType(name, kind="interface", anchor=anchor)
        for member in self.dice.sample(members, self.dice.randint(1, len(members))):
            if not self.need(subgraph, member):
                return False
            type_ = subgraph.types[member]
            type_.implements.add(name)
            if anchor == "id":
                self.add_key(subgraph, type_, "id")
            else:
                self.declare(subgraph, member, anchor)
        interface.candidates = {anchor, *self.whole.common_fields(name)}
        return True

    def _hold_union(self, subgraph: DraftSubgraph, name: str) -> bool:
        members = [m for m in self.whole.unions[name] if (subgraph.name, m) not in self.banned]
        if not members:
            return False
        chosen = self.dice.sample(members, self.dice.randint(1, len(members)))
        subgraph.unions[name] = set(chosen)
        return False not in [self.need(subgraph, member) for member in chosen]

    def connect_keys(self) -> None:
        """Let entities be reached: subgraphs without a common key get one, mostly."""
        for name in self.whole.entities:
            holders = [s for s in self.subgraphs if name in s.types]
            for one, other in pairwise(holders):
                common = set(one.types[name].keys) & set(other.types[name].keys)
                if not common and self.chance(0.9):
                    self.add_key(one, one.types[name], other.types[name].keys[0])

    def entities_of(self, subgraph: DraftSubgraph) -> list[str]:
        """The entities that a subgraph holds, in random order."""
        names = [name for name in self.whole.entities if name in subgraph.types]
        return self.dice.sample(names, len(names))
