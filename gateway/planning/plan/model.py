"""The plan: frozen data that the executor runs and a person can read (``est explain plan``).

A plan is a DAG of fetches: each names those it waits for (``after``), never a position in a tree.
Paths are in the keys of the gathered data, which are the client's response keys but for the few
internal ones that the planner adds (keys, requirements, type names) under names that no selection
uses for anything else.
"""

from __future__ import annotations

import msgspec

from gateway.operation.condition import ALWAYS, Condition
from gateway.operation.model import OperationKind


class Key(msgspec.Struct, frozen=True):
    """A step into the value under ``name``. A null or missing value ends the walk there."""

    name: str


class Each(msgspec.Struct, frozen=True):
    """A step into every item of a list (one per level of nesting)."""


class OnTypes(msgspec.Struct, frozen=True):
    """Only objects whose internal type name is in ``types`` go on."""

    types: frozenset[str]


PathStep = Key | Each | OnTypes
Path = tuple[PathStep, ...]


class Leaf(msgspec.Struct, frozen=True):
    """Representation field ``field`` takes the value under ``source`` as it is (any JSON)."""

    field: str
    source: str


class Nested(msgspec.Struct, frozen=True):
    """Field ``field`` is built from the object, or lists of objects, under ``source``."""

    field: str
    source: str
    parts: tuple[RepresentationPart, ...]


class PerType(msgspec.Struct, frozen=True):
    """Parts that only objects of ``types`` have (fragments in a requirement, keys per type)."""

    types: frozenset[str]
    parts: tuple[RepresentationPart, ...]


RepresentationPart = Leaf | Nested | PerType


class Representation(msgspec.Struct, frozen=True):
    """How a target object becomes an entry of ``representations``.

    ``typename`` None: the object's own (from the plan's ``typename_key``, or ``default_typename``
    where the position is statically one type and no name was fetched); a name: written instead
    (an @interfaceObject subgraph knows only the interface). ``keys`` and ``requires`` have one
    form; they differ in what null means: a key of which all is null suppresses the representation,
    a null requirement is sent. What is missing because its fetch failed suppresses it.
    ``__typename`` of nested objects is a Leaf like any other.
    """

    keys: tuple[RepresentationPart, ...]
    requires: tuple[RepresentationPart, ...] = ()
    typename: str | None = None
    default_typename: str | None = None


class Rename(msgspec.Struct, frozen=True):
    """In a fetch's reply, at ``path`` from its root or entity: move ``source`` to ``key``.

    ``types`` limits it to objects of these concrete types (None: all).
    """

    path: Path
    source: str
    key: str
    types: frozenset[str] | None = None


class ContextSetter(msgspec.Struct, frozen=True):
    """The object at the end of the first ``steps`` steps of a target's path.

    If it is of ``types`` (None: whatever it is) it sets the context, and ``selection`` leads to
    the one value that is taken from it.
    """

    steps: int
    types: frozenset[str] | None
    selection: tuple[RepresentationPart, ...]


class ContextVariable(msgspec.Struct, frozen=True):
    """A variable for an argument with ``@fromContext``: what the first of ``setters`` has.

    A missing value suppresses the representation, and so does null where ``type`` is non-null.
    """

    name: str
    type: str
    setters: tuple[ContextSetter, ...]


class EntityGroup(msgspec.Struct, frozen=True):
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


class GroupTemplate(msgspec.Struct, frozen=True):
    """How a group is written into a document several times: texts in pieces.

    Each piece but the last ends with a name that belongs to the group (its alias, its variables),
    behind which a copy puts a suffix. ``variables`` are the client's that the group uses.
    """

    definitions: tuple[str, ...]
    field: tuple[str, ...]
    variables: frozenset[str]


class DocumentTemplate(msgspec.Struct, frozen=True):
    """The document of an entity fetch in parts: its groups, and the client's variables defined.

    ``directives`` of the operation, printed; their variables are ``always_used``.
    """

    groups: tuple[GroupTemplate, ...]
    definitions: tuple[tuple[str, str], ...]
    directives: str = ""
    always_used: frozenset[str] = frozenset()


class RootFetch(msgspec.Struct, frozen=True):
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


class ReentryFetch(msgspec.Struct, frozen=True):
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


class EntityFetch(msgspec.Struct, frozen=True):
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


class Plan(msgspec.Struct, frozen=True):
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
