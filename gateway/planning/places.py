"""Places in fetches where objects are loaded: open ones (``Site``) and ones that could be opened.

Every place loads the objects of one position from one subgraph, at a *level*: the length of the
chain of fetches up to it. All fetches to one subgraph at one level are one request, a *bucket*. The
*footprint* of a place that is not open yet are the buckets it needs; its cost is how many of them
are new.

An *arrival* is a place reached from the position above (or the root); other places at a position
are entered from an arrival by a key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from gateway.operation.condition import ALWAYS, Condition
from gateway.planning.facts import Entry
from gateway.planning.positions import Position, Slot
from gateway.supergraph.field_set import FieldSet


class Kind(Enum):
    """The kinds of fetch."""

    ROOT = "root"
    ENTITY = "entity"
    REENTRY = "reentry"


class Bucket(NamedTuple):
    """One request: all that one subgraph is asked at one level."""

    level: int
    subgraph: str
    kind: Kind


Footprint = frozenset[Bucket]
NOTHING: Footprint = frozenset()


@dataclass(slots=True, eq=False, kw_only=True)
class FetchPlace:
    """What open and possible places have in common.

    ``view`` is the type that the subgraph declares here; ``opaque``: it is an interface object
    there. ``provided`` are fields that ``@provides`` makes available. ``types`` are the concrete
    types loaded (None: whatever arrives).
    """

    position: Position
    subgraph: str
    level: int
    view: str
    opaque: bool = False
    provided: FieldSet = ()
    types: frozenset[str] | None = None
    footprint: Footprint = NOTHING
    fields: int = 0

    def covers(self, slot: Slot) -> bool:
        """Whether the slot's objects are loaded here.

        Just they: an interface object is asked the same of all objects that go there.
        """
        if self.types is None:
            return True
        return slot.types == self.types if self.opaque else slot.types <= self.types


@dataclass(slots=True, eq=False, kw_only=True)
class OpenRoot(FetchPlace):
    """The root object, in a fetch not yet made."""


@dataclass(slots=True, eq=False, kw_only=True)
class Descend(FetchPlace):
    """The objects under ``slot``, which ``base`` selects."""

    base: FetchPlace
    slot: Slot


@dataclass(slots=True, eq=False, kw_only=True)
class Enter(FetchPlace):
    """The objects asked for as entities (or the query root, again) from an arrival.

    ``needs_typename``: the arrival cannot tell the concrete type that the entry goes by.
    """

    arrival: FetchPlace
    entry: Entry
    kind: Kind
    key: Inputs
    requires: Inputs | None = None
    contexts: Contexts | None = None
    needs_typename: FetchPlace | None = None


@dataclass(slots=True, eq=False)
class Input:
    """A field of a representation. ``place`` selects a leaf; an object's parts have their own."""

    name: str
    slot: Slot
    place: FetchPlace | None = None
    parts: tuple[InputPart, ...] = ()
    typename: FetchPlace | None = None


@dataclass(slots=True, eq=False)
class InputOnTypes:
    """Parts for objects of ``types`` only."""

    types: frozenset[str]
    parts: tuple[InputPart, ...]


InputPart = Input | InputOnTypes


@dataclass(slots=True, eq=False)
class Inputs:
    """The fields of a representation with the places that load them: costed like a place."""

    parts: tuple[InputPart, ...]
    level: int = 0
    footprint: Footprint = NOTHING
    fields: int = 0


@dataclass(slots=True, eq=False)
class ContextSetter:
    """The objects at a position above that set a context: those of ``types`` (None: all).

    ``parts`` select the one value it has there; ``typename``: where their concrete type is told.
    """

    position: Position
    types: frozenset[str] | None
    parts: tuple[InputPart, ...]
    typename: FetchPlace | None = None


@dataclass(slots=True, eq=False)
class ContextValue:
    """An argument of ``type`` whose value the nearest of ``setters`` has; they are nearest first.

    ``variable`` carries it in the fetch's document, once it is named.
    """

    argument: str
    type: str
    setters: tuple[ContextSetter, ...]
    variable: str = ""


@dataclass(slots=True, eq=False)
class Contexts:
    """The values that contexts give to the arguments of ``slot``: costed like a place."""

    slot: Slot
    values: tuple[ContextValue, ...]
    level: int = 0
    footprint: Footprint = NOTHING
    fields: int = 0


@dataclass(slots=True, eq=False)
class EntryUse:
    """How objects of ``types`` (None: all) get into an entered site."""

    types: frozenset[str] | None
    entry: Entry
    key: tuple[InputPart, ...]


@dataclass(slots=True, eq=False)
class Requirement:
    """What representations of ``types`` (None: all) carry beside their key."""

    types: frozenset[str] | None
    parts: tuple[InputPart, ...]


@dataclass(slots=True, eq=False, kw_only=True)
class Site(FetchPlace):
    """An open place. ``selected`` are its fields, with the site of an object below.

    ``parent`` and ``slot`` lead up within the fetch; ``arrival`` is itself for an arrival;
    ``uses`` say how an entered site is entered, ``requirements`` and ``contexts`` with what beside
    its key, ``opened_for`` under which condition at first.
    ``wants_typename``: the objects' type name is asked for here.
    """

    kind: Kind
    parent: Site | None = None
    slot: Slot | None = None
    arrival: Site | None = None
    uses: list[EntryUse] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    contexts: dict[Slot, tuple[ContextValue, ...]] = field(default_factory=dict)
    opened_for: Condition = ALWAYS
    selected: dict[Slot, Site | None] = field(default_factory=dict)
    wants_typename: bool = False
    waits_for_typename: Site | None = None

    @property
    def bucket(self) -> Bucket:
        """The request it is part of."""
        return Bucket(self.level, self.subgraph, self.kind)

    @property
    def inputs(self) -> Iterator[tuple[InputPart, ...]]:
        """Everything that its representations and contexts are made of."""
        for use in self.uses:
            yield use.key
        for requirement in self.requirements:
            yield requirement.parts
        for setter in self.setters:
            yield setter.parts

    @property
    def setters(self) -> Iterator[ContextSetter]:
        """All objects above that give values to arguments here."""
        for values in self.contexts.values():
            for value in values:
                yield from value.setters

    @property
    def typenames(self) -> Iterator[Site]:
        """Where type names are told without which it cannot be entered."""
        if self.waits_for_typename is not None:
            yield self.waits_for_typename
        for setter in self.setters:
            if isinstance(setter.typename, Site):
                yield setter.typename

    @property
    def is_arrival(self) -> bool:
        """Whether it was reached from above, not entered by a key."""
        return self.arrival is None


def above(below: FetchPlace) -> FetchPlace:
    """The place that selects the field under which ``below`` loads objects."""
    match below:
        case Site(parent=Site() as parent):
            return parent
        case Descend():
            return below.base
        case _:
            raise TypeError(f"nothing above: {below}")
