"""The form that each file of ``directives`` fills in: all that composition must know of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graphql import ConstValueNode

from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.model import Applied, LinkUrl, Subgraph
from gateway.composition.specification.federation import APOLLO, Version

Arguments = Mapping[str, ConstValueNode]
Check = Callable[[SubgraphFacts], Iterator[CompositionError]]
"""Yields what is wrong with the use of a directive in one subgraph."""

Merge = Callable[[Sequence[Applied]], list[Arguments]]
"""Makes one element's applications in all subgraphs those of the supergraph."""

Alternatives = tuple[frozenset[str], ...]
"""What an authorization directive demands: all of one of the sets."""

FIELD_SET: Mapping[str, Version] = {"FieldSet": (2, 0)}


@dataclass(frozen=True, slots=True)
class Definition:
    """How a directive is defined from a version on.

    ``sdl`` is what follows its name: arguments, ``repeatable``, locations. ``{FieldSet}`` stands
    for the local name of the specification's scalar.
    """

    since: Version
    sdl: str


@dataclass(frozen=True, slots=True)
class Specification:
    """What a supergraph links for a directive. ``linkable``: subgraphs may link it by itself."""

    name: str
    version: Version
    purpose: str | None = None
    linkable: bool = True

    @property
    def url(self) -> LinkUrl:
        """Where it is published."""
        return LinkUrl(APOLLO + self.name, self.name, *self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How a directive gets into the supergraph.

    ``qualify`` rewrites an application that means something within its subgraph only.
    ``definition`` is that of the supergraph where it is not the subgraphs' newest. ``{name}``
    stands in it for the directive's name there.
    """

    specification: Specification
    merge: Merge
    qualify: Callable[[Applied, Subgraph], Applied] | None = None
    definition: str | None = None
    refused_on_external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """One federation directive.

    ``definitions`` begin with the oldest. ``scalars``: the specification's scalars its arguments
    use, and since when. ``carried``: None if it ends in the ``join__`` directives, or nowhere.

    ``order``: directives stand by the version that brought them, in lists of errors, on an element
    of the supergraph, among its links; within a version by ``order``, then by name.
    """

    name: str
    definitions: tuple[Definition, ...]
    scalars: Mapping[str, Version] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    carried: Carried | None = None
    order: int = 0
    requirement: Callable[[Applied], Alternatives] | None = None
    on_type_means_fields: bool = False
    defined_by_hand: bool = False
    """Federation 1, which does not know the directive, may define and use it."""

    @property
    def since(self) -> Version:
        """The first federation version that has it."""
        return self.definitions[0].since

    def sdl(self, version: Version) -> str:
        """Return the definition in force; the newest where it was linked by itself before."""
        in_force = [d.sdl for d in self.definitions if d.since <= version]
        return in_force[-1] if in_force else self.definitions[-1].sdl

    def supergraph_sdl(self, name: str) -> str:
        """Return its definition in a supergraph that calls it ``name``."""
        if self.carried is None:
            return ""
        if self.carried.definition is not None:
            return self.carried.definition.replace("{name}", name)
        sdl = f"directive @{name}{self.definitions[-1].sdl}"
        for scalar in self.scalars:
            local = f"{self.carried.specification.name}__{scalar}"
            sdl = sdl.replace("{" + scalar + "}", local) + f"\n\nscalar {local}"
        return sdl
