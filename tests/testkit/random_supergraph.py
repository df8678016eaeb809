"""Random sets of subgraph SDLs that mostly compose: entities with several, composite and nested
keys, values, interfaces, unions, enums, and the directives of Federation 2.3.

A model of the whole graph is drawn first; each subgraph then holds a part of it. What cannot be
known while drawing (whether every field can be reached from everywhere) composition decides:
``compose`` refuses some sets, and the caller draws again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import pairwise

from tests.testkit.sdl_draft import DraftField, DraftSubgraph, DraftType, print_subgraphs

_LEAVES = {
    "name": "String",
    "size": "Int",
    "price": "Float",
    "active": "Boolean",
    "tags": "[String!]",
    "level": "Level",
    "note": "String!",
    "rank": "Int!",
}
_LINKS = ("owner", "parent", "friend", "items", "best", "parts")
_WRAPPERS = ("{}", "{}", "[{}]", "[{}!]", "[[{}]]")
_ARGUMENTS = ("", "", "", "(a: Int)", '(in: String = "d")', "(n: Int! = 1, b: Boolean)")
_KEYS = ("sku", "code number", "ref { code }", "ref { code } number")
_KEY_FIELDS = {"id": "ID!", "sku": "String!", "code": "String!", "number": "Int!", "ref": "Ref!"}
_LEVELS = ("LOW", "MIDDLE", "HIGH")


@dataclass(frozen=True, slots=True)
class _Concept:
    """A field of the whole graph: ``type`` without outer ``!``, and whether it is never null."""

    name: str
    target: str
    wrapper: str
    arguments: str
    required: bool

    @property
    def type(self) -> str:
        return self.wrapper.format(self.target)


@dataclass
class _Whole:
    """The whole graph: who exists, and the fields of each object type."""

    entities: list[str]
    values: list[str]
    interfaces: dict[str, list[str]] = field(default_factory=dict)
    unions: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, dict[str, _Concept]] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)

    @property
    def abstract(self) -> set[str]:
        return {*self.interfaces, *self.unions}


def random_supergraph(seed: int) -> dict[str, str]:
    """Subgraph SDLs by name. The same seed draws the same."""
    return _Drawing(random.Random(seed)).draw()


class _Drawing:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.whole = _Whole(
            [f"E{n}" for n in range(dice.randint(2, 5))],
            [f"V{n}" for n in range(dice.randint(1, 3))],
        )
        self.subgraphs = [DraftSubgraph(f"s{n}") for n in range(dice.randint(2, 5))]
        self.banned: set[tuple[str, str]] = set()

    def draw(self) -> dict[str, str]:
        """Draw everything; the order is that of what builds on what."""
        self._abstract_types()
        self._concepts()
        self._interface_object()
        for subgraph in self.subgraphs:
            self._own_part(subgraph)
        self._connect_keys()
        for chance, extend in (
            (0.8, self._requires),
            (0.6, self._requires),
            (0.4, self._requires),
            (0.6, self._provides),
            (0.4, self._override),
            (0.3, self._inaccessible),
        ):
            if self._chance(chance):
                extend(self.dice.choice(self.subgraphs))
        return print_subgraphs(self.subgraphs, self.dice)

    def _chance(self, probability: float) -> bool:
        return self.dice.random() < probability

    # The whole graph.

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

    def _concepts(self) -> None:
        whole = self.whole
        for name in (*whole.entities, *whole.values):
            concepts = whole.fields.setdefault(name, {})
            leaves = self.dice.sample(sorted(_LEAVES), self.dice.randint(1, 4))
            for leaf in leaves:
                concepts[leaf] = self._leaf(leaf)
            for link in self.dice.sample(_LINKS, self.dice.randint(0, 2)):
                concepts[link] = self._link(link, within=name)
        for name, members in whole.interfaces.items():
            shared = self.dice.sample(sorted(_LEAVES), self.dice.randint(0, 2))
            for field_name in shared:
                concept = self._leaf(field_name, plain=True)
                for member in members:
                    whole.fields[member][field_name] = concept
            if whole.anchors[name] == "label":
                for member in members:
                    whole.fields[member]["label"] = _Concept("label", "String", "{}", "", False)

    def _leaf(self, name: str, *, plain: bool = False) -> _Concept:
        text = _LEAVES[name if plain or self._chance(0.85) else self.dice.choice(sorted(_LEAVES))]
        target, required = text.removesuffix("!"), text.endswith("!")
        arguments = "" if plain else self.dice.choice(_ARGUMENTS)
        return _Concept(name, target, "{}", arguments, required)

    def _link(self, name: str, *, within: str) -> _Concept:
        whole = self.whole
        pool = [*whole.entities, *whole.entities, *whole.values, *whole.interfaces, *whole.unions]
        if within in whole.values:  # values within values would never end
            pool = [p for p in pool if p not in whole.values]
        target = self.dice.choice(pool)
        required = target not in whole.abstract and self._chance(0.25)
        return _Concept(
            name, target, self.dice.choice(_WRAPPERS), self.dice.choice(_ARGUMENTS), required
        )

    # What each subgraph holds.

    def _own_part(self, subgraph: DraftSubgraph) -> None:
        whole = self.whole
        here = [e for e in whole.entities if (subgraph.name, e) not in self.banned]
        for name in self.dice.sample(here, min(len(here), self.dice.randint(1, 3))):
            self._need(subgraph, name)
            concepts = sorted(whole.fields[name])
            for field_name in self.dice.sample(concepts, self.dice.randint(1, len(concepts))):
                if self._chance(0.75) or not self._held_elsewhere(subgraph, name, field_name):
                    self._declare(subgraph, name, field_name)
        for number in range(self.dice.randint(1, 2)):
            self._root(subgraph, f"{subgraph.name}q{number}")
        if self._chance(0.3):
            self._root(subgraph, "shared", target=whole.entities[0])

    def _held_elsewhere(self, subgraph: DraftSubgraph, type_name: str, name: str) -> bool:
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
            p for p in pool if (subgraph.name, p) not in self.banned and p not in ("Query", "Ref")
        ]
        chosen = target or self.dice.choice(pool)
        if (subgraph.name, chosen) in self.banned or not self._need(subgraph, chosen):
            return
        wrapper = "{}" if target else self.dice.choice(_WRAPPERS)
        arguments = "" if target else self.dice.choice(_ARGUMENTS)
        query = subgraph.types.setdefault("Query", DraftType("Query"))
        query.fields[name] = DraftField(name, wrapper.format(chosen), chosen, arguments)

    def _declare(self, subgraph: DraftSubgraph, type_name: str, name: str) -> DraftField | None:
        """Declare a field of the whole graph, and what its type needs; None where that cannot be."""
        concept = self.whole.fields[type_name][name]
        type_ = subgraph.types[type_name]
        if name in type_.fields:
            return type_.fields[name]
        if not self._need(subgraph, concept.target):
            return None
        text = concept.type + ("!" if concept.required and self._chance(0.8) else "")
        declared = DraftField(name, text, concept.target, concept.arguments)
        type_.fields[name] = declared
        return declared

    def _need(self, subgraph: DraftSubgraph, name: str) -> bool:
        """See that a type exists in a subgraph; whether that is possible."""
        whole = self.whole
        if (subgraph.name, name) in self.banned:
            return False
        if name == "Level":
            subgraph.enums.setdefault("Level", set(_LEVELS))
        elif name in whole.entities and name not in subgraph.types:
            self._hold_entity(subgraph, name)
        elif name in whole.values and name not in subgraph.types:
            subgraph.types[name] = DraftType(name)
            return all([self._declare(subgraph, name, f) for f in sorted(whole.fields[name])])
        elif name in whole.interfaces and name not in subgraph.types:
            return self._hold_interface(subgraph, name)
        elif name in whole.unions and name not in subgraph.unions:
            return self._hold_union(subgraph, name)
        return True

    def _hold_entity(self, subgraph: DraftSubgraph, name: str) -> None:
        type_ = subgraph.types[name] = DraftType(name)
        keys = ["id"] if self._chance(0.75) else []
        if not keys or self._chance(0.3):
            keys.append(self.dice.choice(_KEYS))
        for key in keys:
            self._add_key(subgraph, type_, key)

    def _add_key(self, subgraph: DraftSubgraph, type_: DraftType, key: str) -> None:
        if key in type_.keys:
            return
        type_.keys.append(key)
        for name in key.replace("{ code }", "").split():
            target = "Ref" if name == "ref" else ""
            type_.fields[name] = DraftField(name, _KEY_FIELDS[name], target)
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
            if not self._need(subgraph, member):
                return False
            type_ = subgraph.types[member]
            type_.implements.add(name)
            if anchor == "id":
                self._add_key(subgraph, type_, "id")
            else:
                self._declare(subgraph, member, anchor)
        interface.candidates = {anchor, *self._common_concepts(name)}
        return True

    def _common_concepts(self, interface: str) -> set[str]:
        members = self.whole.interfaces[interface]
        fields = [self.whole.fields[member] for member in members]
        return {
            name
            for name, concept in fields[0].items()
            if all(other.get(name) == concept for other in fields)
        }

    def _hold_union(self, subgraph: DraftSubgraph, name: str) -> bool:
        members = [m for m in self.whole.unions[name] if (subgraph.name, m) not in self.banned]
        if not members:
            return False
        chosen = self.dice.sample(members, self.dice.randint(1, len(members)))
        subgraph.unions[name] = set(chosen)
        return all([self._need(subgraph, member) for member in chosen])

    # What the directives of federation add.

    def _interface_object(self) -> None:
        """Make one interface an entity, whole in one subgraph and an object in another."""
        whole = self.whole
        names = [n for n in whole.interfaces if whole.anchors[n] == "id"]
        if not names or not self._chance(0.7):
            return
        name = names[0]
        home, away = self.dice.sample(self.subgraphs, 2)
        self.banned |= {(away.name, member) for member in whole.interfaces[name]}
        for member in whole.interfaces[name]:
            self._need(home, member)
            self._add_key(home, home.types[member], "id")
            home.types[member].implements.add(name)
        home.types[name] = DraftType(
            name, kind="interface", keys=["id"], anchor="id", candidates={"id"}
        )
        for field_name in sorted(self._common_concepts(name)):
            if self._chance(0.7):
                home.types[name].candidates.add(field_name)
                for member in whole.interfaces[name]:
                    self._declare(home, member, field_name)
        there = away.types[name] = DraftType(name, directives=["@interfaceObject"])
        self._add_key(away, there, "id")
        there.fields["extra"] = DraftField("extra", "Int", "", self.dice.choice(_ARGUMENTS))
        target = self.dice.choice([name, *whole.values])
        if self._chance(0.6) and self._need(away, target):
            there.fields["more"] = DraftField("more", f"[{target}]", target)

    def _connect_keys(self) -> None:
        """Let entities be reached: subgraphs without a common key get one, mostly."""
        for name in self.whole.entities:
            holders = [s for s in self.subgraphs if name in s.types]
            for one, other in pairwise(holders):
                common = set(one.types[name].keys) & set(other.types[name].keys)
                if not common and self._chance(0.9):
                    self._add_key(one, one.types[name], other.types[name].keys[0])

    def _requires(self, subgraph: DraftSubgraph) -> None:
        for name in self._entities_of(subgraph):
            type_ = subgraph.types[name]
            missing = [
                f
                for f in sorted(self.whole.fields[name])
                if f not in type_.fields and self._held_elsewhere(subgraph, name, f)
            ]
            if not missing:
                continue
            chosen = self.dice.choice(missing)
            concept = self.whole.fields[name][chosen]
            selection = self._required_selection(subgraph, concept)
            if selection is None:
                continue
            declared = self._declare(subgraph, name, chosen)
            if declared is None:
                continue
            declared.directives.append("@external")
            declared.type = concept.type + ("!" if concept.required else "")
            field_name = f"req{subgraph.name}{len(type_.fields)}"
            type_.fields[field_name] = DraftField(
                field_name, "String", "", directives=[f'@requires(fields: "{selection}")']
            )
            return

    def _required_selection(self, subgraph: DraftSubgraph, concept: _Concept) -> str | None:
        arguments = {"(a: Int)": "(a: 3)", "(n: Int! = 1, b: Boolean)": "(n: 2)"}
        text = concept.name + arguments.get(concept.arguments, "")
        target = concept.target
        if target in self.whole.abstract or not self._need(subgraph, target):
            return None
        if target in self.whole.values:
            leaves = [
                f
                for f, c in self.whole.fields[target].items()
                if c.target not in subgraph.types and c.target not in self.whole.abstract
            ]
            return f"{text} {{ {self.dice.choice(leaves)} }}" if leaves else None
        if target in self.whole.entities:
            inner = self._external_leaf(subgraph, target)
            return f"{text} {{ {inner} }}" if inner else None
        return text

    def _external_leaf(self, subgraph: DraftSubgraph, name: str) -> str | None:
        """A leaf of an entity to require or provide: foreign, or else the key."""
        type_ = subgraph.types[name]
        leaves = [
            f
            for f, c in sorted(self.whole.fields[name].items())
            if c.target not in {*self.whole.entities, *self.whole.values, *self.whole.abstract}
            and not c.arguments
            and f not in type_.fields
            and self._held_elsewhere(subgraph, name, f)
        ]
        if not leaves:
            return "id" if "id" in type_.keys else None
        chosen = self.dice.choice(leaves)
        declared = self._declare(subgraph, name, chosen)
        if declared is None:
            return None
        declared.directives.append("@external")
        return chosen

    def _provides(self, subgraph: DraftSubgraph) -> None:
        for type_ in list(subgraph.types.values()):
            for declared in list(type_.fields.values()):
                if declared.target not in self.whole.entities or declared.directives:
                    continue
                chosen = self._external_leaf(subgraph, declared.target)
                if chosen is None or chosen == "id":
                    continue
                declared.directives.append(f'@provides(fields: "{chosen}")')
                for other in self.subgraphs:
                    held = other.types.get(declared.target)
                    if other is not subgraph and held and chosen in held.fields:
                        held.fields[chosen].share()
                return

    def _override(self, subgraph: DraftSubgraph) -> None:
        for name in self._entities_of(subgraph):
            for declared in subgraph.types[name].fields.values():
                holders = [
                    s
                    for s in self.subgraphs
                    if s is not subgraph
                    and declared.name in s.types.get(name, DraftType("")).fields
                ]
                known = declared.name in self.whole.fields[name]
                if known and len(holders) == 1 and not declared.directives:
                    other = holders[0].types[name].fields[declared.name]
                    if not other.directives and not subgraph.types[name].implements:
                        declared.directives.append(f'@override(from: "{holders[0].name}")')
                        return

    def _inaccessible(self, subgraph: DraftSubgraph) -> None:
        interfaces = {n for i in self.whole.interfaces for n in (*self._common_concepts(i), "id")}
        for name in self._entities_of(subgraph):
            for declared in subgraph.types[name].fields.values():
                free = declared.name not in interfaces and "@external" not in declared.directives
                if free and declared.name in self.whole.fields[name]:
                    declared.directives.append("@inaccessible")
                    return

    def _entities_of(self, subgraph: DraftSubgraph) -> list[str]:
        names = [name for name in self.whole.entities if name in subgraph.types]
        return self.dice.sample(names, len(names))
