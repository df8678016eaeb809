"""A fetch's selection as a tree of frozen nodes, between the fetch graph and its document."""

from __future__ import annotations

import msgspec

from gateway.operation.condition import ALWAYS, Condition
from gateway.operation.model import Argument, Directive


class RenderedField(msgspec.Struct, frozen=True, cache_hash=True):
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


class Fragment(msgspec.Struct, frozen=True, cache_hash=True):
    """``... on type_name { selection }``, for objects of the concrete ``types``."""

    type_name: str
    types: frozenset[str]
    selection: Rendered


class Rendered(msgspec.Struct, frozen=True, cache_hash=True):
    """A selection set: fields of its own type, then fragments."""

    fields: tuple[RenderedField, ...] = ()
    fragments: tuple[Fragment, ...] = ()


def typename_field(key: str) -> RenderedField:
    """``__typename`` under ``key``."""
    return RenderedField(key, "__typename", "String!", "String")
