"""A fetch's selection as a tree of frozen nodes, between the fetch graph and its document."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.operation.condition import ALWAYS, Condition
from gateway.operation.model import Argument, Directive


@dataclass(frozen=True, slots=True)
class RenderedField:
    """``key: name(arguments) directives { selection }``, asked ``when``.

    ``type_text`` is the type that the subgraph declares for it, ``type_name`` its named type.
    """

    key: str
    name: str
    type_text: str
    type_name: str
    arguments: tuple[Argument, ...] = ()
    directives: tuple[Directive, ...] = ()
    when: Condition = ALWAYS
    selection: Rendered | None = None
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Hash once: a selection is looked up at each level above it."""
        object.__setattr__(self, "_hash", hash((self.key, self.name, self.selection)))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Fragment:
    """``... on type_name { selection }``, for objects of the concrete ``types``."""

    type_name: str
    types: frozenset[str]
    selection: Rendered


@dataclass(frozen=True, slots=True)
class Rendered:
    """A selection set: fields of its own type, then fragments."""

    fields: tuple[RenderedField, ...] = ()
    fragments: tuple[Fragment, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Hash once, as fields are."""
        object.__setattr__(self, "_hash", hash((self.fields, self.fragments)))

    def __hash__(self) -> int:
        return self._hash


def typename_field(key: str) -> RenderedField:
    """``__typename`` under ``key``."""
    return RenderedField(key, "__typename", "String!", "String")
