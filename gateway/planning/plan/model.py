"""The plan: frozen data that the executor runs and a person can read (``est explain plan``).

A plan is a DAG of fetches: each names those it waits for (``after``), never a position in a tree.
Paths are in the keys of the gathered data, which are the client's response keys but for the few
internal ones that the planner adds (keys, requirements, type names) under names that no selection
uses for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.operation.condition import ALWAYS, Condition
from gateway.operation.model import OperationKind


@dataclass(frozen=True, slots=True)
class Key:
    """A step into the value under ``name``. A null or missing value ends the walk there."""

    name: str


@dataclass(frozen=True, slots=True)
class Each:
    """A step into every item of a list (one per level of nesting)."""


@dataclass(frozen=True, slots=True)
class OnTypes:
    """Only objects whose internal type name is in ``types`` go on."""

    types: frozenset[str]


PathStep = Key | Each | OnTypes
Path = tuple[PathStep, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Representation field ``field`` takes the value under ``source`` as it is (any JSON)."""

    field: str
    source: str


@dataclass(frozen=True, slots=True)
class Nested:
    """Field ``field`` is built from the object, or lists of objects, under ``source``."""

    field: str
    source: str
    parts: tuple[RepresentationPart, ...]


@dataclass(frozen=True, slots=True)
class PerType:
    """Parts that only objects of ``types`` have (fragments in a requirement, keys per type)."""

    types: frozenset[str]
    parts: tuple[RepresentationPart, ...]


RepresentationPart = Leaf | Nested | PerType


@dataclass(frozen=True, slots=True)
class Representation:
    """How a target object becomes an entry of ``representations``.

    ``typename`` None: the object's own (from the plan's ``typename_key``, or ``default_typename``
    where the position is statically one type and no name was fetched); a name: written instead
    (an @interfaceObject subgraph knows only the interface). ``keys`` and ``requires`` have one
    form; they differ in what null means: a null or missing key suppresses the representation, a
    null requirement is sent, a requirement that is missing because its fetch failed suppresses it.
    ``__typename`` of nested objects is a Leaf like any other.
    """

    keys: tuple[RepresentationPart, ...]
    requires: tuple[RepresentationPart, ...] = ()
    typename: str | None = None
    default_typename: str | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """In a fetch's reply, at ``path`` from its root or entity: move ``source`` to ``key``.

    ``types`` limits it to objects of these concrete types (None: all).
    """

    path: Path
    source: str
    key: str
    types: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ContextSetter:
    """The object at the end of the first ``steps`` steps of a target's path.

    If it is of ``types`` (None: whatever it is) it sets the context, and ``selection`` leads to
    the one value that is taken from it.
    """

    steps: int
    types: frozenset[str] | None
    selection: tuple[RepresentationPart, ...]


@dataclass(frozen=True, slots=True)
class ContextVariable:
    """A variable for an argument with ``@fromContext``: what the first of ``setters`` has.

    A missing value suppresses the representation, and so does null where ``type`` is non-null.
    """

    name: str
    type: str
    setters: tuple[ContextSetter, ...]


@dataclass(frozen=True, slots=True)
class EntityGroup:
    """One (aliased) ``_entities`` field of an entity fetch.

    ``alias`` is the response key of ``_entities`` in the document ("_entities" when alone);
    ``variable`` the name of its representations variable. Every object at any of ``targets`` gets
    a representation; what returns is merged into the object it came from, after ``renames``.

    A group with ``contexts`` has one target. Its variables have one value for a whole selection, so
    that targets whose values differ are asked for by copies of the ``_entities`` field, which the
    document has once (``EntityFetch.template``).

    ``echoed_keys`` are key fields that the document asks under their own names on every type: a
    reply repeats what was sent there, and one that is out of order can be seen.
    """

    alias: str
    variable: str
    targets: tuple[Path, ...]
    representation: Representation
    renames: tuple[Rename, ...] = ()
    contexts: tuple[ContextVariable, ...] = ()
    when: Condition = ALWAYS
    echoed_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GroupTemplate:
    """How a group is written into a document several times: texts in pieces.

    Each piece but the last ends with a name that belongs to the group (its alias, its variables),
    behind which a copy puts a suffix. ``variables`` are the client's that the group uses.
    """

    definitions: tuple[str, ...]
    field: tuple[str, ...]
    variables: frozenset[str]


@dataclass(frozen=True, slots=True)
class DocumentTemplate:
    """The document of an entity fetch in parts: its groups, and the client's variables defined."""

    groups: tuple[GroupTemplate, ...]
    definitions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RootFetch:
    """A request to a subgraph's root type; its data is merged into the root of the gathered data.

    ``document`` is anonymous (``query($a:Int){...}``); ``variables`` are the client's variables it
    uses. ``has_custom_scalars``: numbers in the reply may be such that only their text is exact.
    ``has_literals``: there are placeholders in the document (``operation.shape``).
    """

    id: int
    subgraph: str
    kind: OperationKind
    document: str
    variables: tuple[str, ...] = ()
    after: tuple[int, ...] = ()
    when: Condition = ALWAYS
    renames: tuple[Rename, ...] = ()
    has_custom_scalars: bool = False
    has_literals: bool = False
    root_keys: tuple[str, ...] = ()
    """Response keys of the root fields it answers: the index-free error path when it fails."""


@dataclass(frozen=True, slots=True)
class ReentryFetch:
    """A root type is asked again below the root: the reply is merged into every target.

    A mutation where the field's type is the mutation root: it is sent once and never again.
    """

    id: int
    subgraph: str
    document: str
    targets: tuple[Path, ...]
    variables: tuple[str, ...] = ()
    after: tuple[int, ...] = ()
    when: Condition = ALWAYS
    renames: tuple[Rename, ...] = ()
    has_custom_scalars: bool = False
    has_literals: bool = False
    kind: OperationKind = OperationKind.QUERY


@dataclass(frozen=True, slots=True)
class EntityFetch:
    """A request for entities: one document with one ``_entities`` per group.

    ``template`` is there where a group has contexts.
    """

    id: int
    subgraph: str
    document: str
    groups: tuple[EntityGroup, ...]
    variables: tuple[str, ...] = ()
    after: tuple[int, ...] = ()
    when: Condition = ALWAYS
    has_custom_scalars: bool = False
    has_literals: bool = False
    template: DocumentTemplate | None = None


Fetch = RootFetch | EntityFetch | ReentryFetch


@dataclass(frozen=True, slots=True)
class Plan:
    """All fetches, numbered by ``id`` = index, each after those it depends on.

    ``typename_key`` is the key under which objects of abstract positions carry their concrete type
    name ("__typename" unless the client uses that key for something else). ``passthrough``: the
    one fetch's ``data`` bytes are the client's answer when its errors are empty. ``trigger`` and
    ``deferred`` are reserved for subscriptions and @defer.
    """

    kind: OperationKind
    fetches: tuple[Fetch, ...]
    typename_key: str = "__typename"
    passthrough: bool = False
    trigger: RootFetch | None = None
    deferred: tuple[Fetch, ...] = ()
