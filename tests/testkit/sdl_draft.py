"""Subgraph SDLs while they are drawn: mutable, and printed when all is there."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_LINK = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key" "@requires" "@provides" "@external" "@shareable" "@override" "@inaccessible"
  "@interfaceObject" "@context" "@fromContext"
])
"""


@dataclass
class DraftField:
    """A field; ``target`` is the name of its type where that is composite or an enum."""

    name: str
    type: str
    target: str
    arguments: str = ""
    directives: list[str] = field(default_factory=list)

    @property
    def is_resolved(self) -> bool:
        """Whether its subgraph can resolve it anywhere."""
        return "@external" not in self.directives

    def share(self) -> None:
        """Mark it as shareable, once."""
        if "@shareable" not in self.directives:
            self.directives.append("@shareable")

    def __str__(self) -> str:
        return " ".join([f"{self.name}{self.arguments}: {self.type}", *self.directives])


@dataclass
class DraftType:
    """An object or interface. An interface gets those of ``candidates`` that all members have."""

    name: str
    kind: str = "type"
    keys: list[str] = field(default_factory=list)
    fields: dict[str, DraftField] = field(default_factory=dict)
    implements: set[str] = field(default_factory=set)
    directives: list[str] = field(default_factory=list)
    anchor: str = ""
    candidates: set[str] = field(default_factory=set)
    resolvable: bool = True

    def is_key_field(self, name: str) -> bool:
        """Whether a key of this type holds the field at its top level."""
        return any(name in top_fields(key) for key in self.keys)

    def __str__(self) -> str:
        suffix = "" if self.resolvable else ", resolvable: false"
        keys = [f'@key(fields: "{key}"{suffix})' for key in self.keys]
        implements = ["implements " + " & ".join(sorted(self.implements))] * bool(self.implements)
        head = " ".join([self.kind, self.name, *implements, *keys, *self.directives])
        return head + " {\n" + "".join(f"  {f}\n" for f in self.fields.values()) + "}"


def top_fields(key: str) -> list[str]:
    """The fields of a key at its top level."""
    return re.sub(r"{[^}]*}", "", key).split()


@dataclass
class DraftSubgraph:
    """One subgraph. ``inputs`` are input types in full; ``roots`` its own names of root types."""

    name: str
    types: dict[str, DraftType] = field(default_factory=dict)
    unions: dict[str, set[str]] = field(default_factory=dict)
    enums: dict[str, set[str]] = field(default_factory=dict)
    scalars: set[str] = field(default_factory=set)
    inputs: dict[str, str] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        unions = (f"union {n} = {' | '.join(sorted(m))}" for n, m in self.unions.items())
        enums = (f"enum {n} {{ {' '.join(sorted(v))} }}" for n, v in self.enums.items())
        scalars = (f"scalar {n}" for n in sorted(self.scalars))
        parts = [*map(str, self.types.values()), *unions, *enums, *scalars, *self.inputs.values()]
        return _LINK + self._renamed("\n".join(parts)) + "\n"

    def _renamed(self, text: str) -> str:
        """``text`` with the subgraph's own names of its root types."""
        kinds = [(name, own) for name, own in sorted(self.roots.items()) if name in self.types]
        if not kinds:
            return text
        for name, own in kinds:
            text = re.sub(rf"\b{name}\b", own, text)
        named = {name: self.roots.get(name, name) for name in ("Query", "Mutation")}
        roots = (f"{n.lower()}: {own}" for n, own in named.items() if n in self.types)
        return "schema { " + " ".join(roots) + " }\n" + text


def finish(subgraphs: Sequence[DraftSubgraph], dice: random.Random) -> None:
    """Add what follows from the whole."""
    for subgraph in subgraphs:
        _fill_interfaces(subgraph)
        _fill_empty(subgraph)
        _declare_references(subgraph, dice)
    _type_externals(subgraphs)
    _mark_shareable(subgraphs)
    _give_a_query([s for s in subgraphs if s.types])


def print_subgraphs(subgraphs: Iterable[DraftSubgraph]) -> dict[str, str]:
    """SDLs by name, of those that hold anything."""
    return {s.name: str(s) for s in subgraphs if s.types}


def _fill_empty(subgraph: DraftSubgraph) -> None:
    """What was begun and could not be held has a field all the same."""
    for type_ in subgraph.types.values():
        if not type_.fields:
            name, text = ("id", "ID!") if type_.anchor == "id" else ("label", "String")
            type_.fields[name] = DraftField(name, text, "")


def _fill_interfaces(subgraph: DraftSubgraph) -> None:
    for interface in subgraph.types.values():
        if interface.kind != "interface":
            continue
        members = [t for t in subgraph.types.values() if interface.name in t.implements]
        for name in sorted(interface.candidates):
            declared = [m.fields.get(name) for m in members]
            if all(d is not None and d.is_resolved for d in declared):
                types = {d.type.removesuffix("!") for d in declared if d is not None}
                required = all(d is not None and d.type.endswith("!") for d in declared)
                first = declared[0]
                if first is not None and len(types) == 1:
                    type_ = types.pop() + "!" * required
                    interface.fields[name] = DraftField(name, type_, first.target, first.arguments)


def _declare_references(subgraph: DraftSubgraph, dice: random.Random) -> None:
    """Some entities of which a subgraph knows the key only are mere references."""
    for type_ in subgraph.types.values():
        only_keys = type_.keys and all(type_.is_key_field(name) for name in type_.fields)
        only_keys = only_keys and not type_.implements
        if only_keys and type_.kind == "type" and len(type_.keys) == 1 and dice.random() < 0.3:
            type_.resolvable = False


def _type_externals(subgraphs: Iterable[DraftSubgraph]) -> None:
    """An external field has the type that the supergraph will give it."""
    types = [type_ for subgraph in subgraphs for type_ in subgraph.types.values()]
    for type_ in types:
        for name, declared in type_.fields.items():
            if declared.is_resolved:
                continue
            others = [t.fields[name] for t in types if t.name == type_.name and name in t.fields]
            required = all(other.type.endswith("!") for other in others if other.is_resolved)
            declared.type = declared.type.removesuffix("!") + "!" * required


def _mark_shareable(subgraphs: Iterable[DraftSubgraph]) -> None:
    resolved: dict[tuple[str, str], list[tuple[DraftType, DraftField]]] = {}
    for subgraph in subgraphs:
        for type_ in subgraph.types.values():
            for declared in type_.fields.values():
                if type_.kind == "type" and declared.is_resolved:
                    resolved.setdefault((type_.name, declared.name), []).append((type_, declared))
    for holders in resolved.values():
        overridden = any("@override" in d for _, held in holders for d in held.directives)
        if len(holders) > 1 and not overridden:
            for type_, held in holders:
                if not type_.is_key_field(held.name):
                    held.share()


def _give_a_query(subgraphs: Sequence[DraftSubgraph]) -> None:
    if not any("Query" in s.types for s in subgraphs):
        query = DraftType("Query", fields={"ping": DraftField("ping", "Int", "")})
        subgraphs[0].types["Query"] = query
