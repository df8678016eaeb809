"""A subgraph's schema as composition sees it: plain frozen data, one class per kind of element.

Names in it are canonical: root types are called Query, Mutation and Subscription, and the
federation directives carry the names of the specification whatever the subgraph imported them as.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graphql import ConstValueNode, DirectiveLocation, value_from_ast_untyped


class Kind(Enum):
    """The kinds of named type; the value is how messages call them."""

    SCALAR = "Scalar Type"
    OBJECT = "Object Type"
    INTERFACE = "Interface Type"
    UNION = "Union Type"
    ENUM = "Enum Type"
    INPUT = "InputObject Type"


COMPOSITE = frozenset({Kind.OBJECT, Kind.INTERFACE, Kind.UNION})
BUILT_IN_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})
ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
ROOT_NAMES = frozenset(ROOTS.values())


@dataclass(frozen=True, slots=True)
class Named:
    """A reference to a type by its name."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListOf:
    """``[of]``."""

    of: TypeRef

    def __str__(self) -> str:
        return f"[{self.of}]"


@dataclass(frozen=True, slots=True)
class NonNull:
    """``of!``."""

    of: Named | ListOf

    def __str__(self) -> str:
        return f"{self.of}!"


TypeRef = Named | ListOf | NonNull


def base_name(ref: TypeRef) -> str:
    """Return the named type inside lists and non-nulls."""
    while not isinstance(ref, Named):
        ref = ref.of
    return ref.name


@dataclass(frozen=True, slots=True)
class Applied:
    """A directive application. ``federation`` tells a specification's directive from a custom one
    of the same name; ``of_extension`` whether it stands on an ``extend`` declaration."""

    name: str
    arguments: Mapping[str, ConstValueNode] = field(default_factory=dict)
    federation: bool = False
    of_extension: bool = False

    def value(self, argument: str, default: Any = None) -> Any:
        """Return an argument as plain Python data."""
        node = self.arguments.get(argument)
        return default if node is None else value_from_ast_untyped(node)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What every part of a schema has: a name, a description, directives."""

    name: str
    description: str | None = None
    directives: tuple[Applied, ...] = ()

    def every(self, directive: str) -> tuple[Applied, ...]:
        """Return the applications of a federation directive."""
        return tuple(a for a in self.directives if a.federation and a.name == directive)

    def first(self, directive: str) -> Applied | None:
        """Return the only (or first) application of a federation directive."""
        return next((a for a in self.directives if a.federation and a.name == directive), None)

    def has(self, directive: str) -> bool:
        """Tell whether a federation directive is applied."""
        return any(a.federation and a.name == directive for a in self.directives)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputValue(Element):
    """An argument or an input field."""

    type: TypeRef
    default: ConstValueNode | None = None

    @property
    def required(self) -> bool:
        """Non-null without a default: leaving it out is an error."""
        return isinstance(self.type, NonNull) and self.default is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Element):
    """An output field of an object or interface."""

    type: TypeRef
    arguments: Mapping[str, InputValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValue(Element):
    """A value of an enum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Type(Element):
    """A named type; which of the mappings are filled depends on ``kind``.

    ``defined``: some declaration is not an ``extend``. ``extended``: some declaration is one.
    """

    kind: Kind
    fields: Mapping[str, Field] = field(default_factory=dict)
    inputs: Mapping[str, InputValue] = field(default_factory=dict)
    values: Mapping[str, EnumValue] = field(default_factory=dict)
    interfaces: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    defined: bool = True
    extended: bool = False

    @property
    def is_interface_object(self) -> bool:
        """An object type that stands for an interface of other subgraphs."""
        return self.kind is Kind.OBJECT and self.has("interfaceObject")


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveDefinition:
    """A custom directive that a subgraph defines."""

    name: str
    description: str | None = None
    arguments: Mapping[str, InputValue] = field(default_factory=dict)
    locations: tuple[DirectiveLocation, ...] = ()
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class LinkUrl:
    """``https://specs.apollo.dev/tag/v0.3`` taken apart."""

    identity: str
    name: str
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.identity}/v{self.major}.{self.minor}"


@dataclass(frozen=True, slots=True)
class Link:
    """One ``@link`` of a schema; ``imports`` maps the specification's names to local ones."""

    url: LinkUrl
    alias: str
    imports: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgraph:
    """One subgraph, read and canonical.

    ``version`` is the federation version it is written for, (1, 0) without a ``@link``;
    ``graph`` its value of ``join__Graph``.
    """

    name: str
    url: str
    graph: str
    version: tuple[int, int]
    types: Mapping[str, Type]
    directives: Mapping[str, DirectiveDefinition] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    schema_directives: tuple[Applied, ...] = ()
    description: str | None = None
    spelling: Mapping[str, str] = field(default_factory=dict)

    def type_of(self, ref: TypeRef) -> Type | None:
        """Return the definition behind a reference, None for built-in scalars."""
        return self.types.get(base_name(ref))

    def spelled(self, directive: str) -> str:
        """How this subgraph writes a federation directive, which it may have renamed."""
        return "@" + self.spelling.get(directive, directive)
