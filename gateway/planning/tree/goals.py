"""What has to be answered: the client's selection as a flat list of goals.

Only leaves, concrete type names and the mere presence of objects are goals; the fields above a
leaf are chosen with it, so that an object may come from several subgraphs at once where no single
one knows it whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from zlib import crc32

import msgspec

from gateway.operation.condition import ALWAYS, NEVER, Condition
from gateway.operation.model import Field, SelectionSet
from gateway.planning.tree.nodes import FieldNode, ObjectNode
from gateway.planning.tree.selection_tree import SelectionTree
from gateway.planning.tree.unconditional import Certainty

Signature = tuple[tuple[str, int], ...]
"""The fields from the root to a goal: each with a check sum of its arguments, types, selection."""

_ROOT_META_FIELDS = frozenset({"__typename", "__schema", "__type"})


class GoalKind(IntEnum):
    """In the order in which goals with equally many choices are solved."""

    LEAF = 0
    TYPENAME = 1
    PRESENCE = 2


class Goal(msgspec.Struct, eq=False):
    """A leaf (``fields``, one per group of types), type name or presence of objects.

    ``choices``: for each field the subgraphs that may answer it; ``choice_count``: how many there
    are at least. ``signature`` is the same however the document orders and calls its fields.
    ``is_unconditional``: it is there whatever types its objects have and whatever variables say;
    that is known once the whole tree has grown.
    """

    kind: GoalKind
    object_node: ObjectNode
    when: Condition
    fields: Sequence[FieldNode]
    choice_count: int
    choices: tuple[frozenset[str], ...] = ()
    signature: Signature = ()
    is_unconditional: bool = False

    def __str__(self) -> str:
        """In words: ``Thing.name at top.things``."""
        path: list[str] = []
        above = self.object_node
        while above.parent is not None:
            path.append(above.parent.key or above.parent.name)
            above = above.parent.parent
        where = ".".join(reversed(path)) or "the root"
        names = [f"{each.representative}.{each.name}" for each in self.fields]
        return f"{', '.join(names) or self.object_node.type_name} at {where}"


_ANY = 1_000


@dataclass(slots=True)
class _Collector:
    """Collects the goals of one operation, in the order of its document."""

    tree: SelectionTree
    goals: list[Goal]
    _sums: dict[int, int] = field(default_factory=dict)
    _on: dict[frozenset[str], str] = field(default_factory=dict)

    def collect(
        self,
        object_node: ObjectNode,
        selection: SelectionSet,
        when: Condition,
        at: tuple[str, ...],
        signature: Signature,
    ) -> None:
        """Add what ``selection`` asks of the objects, whose response keys from the root are ``at``.

        The concrete type is a goal where the client asks for it, and where the projection has to
        tell objects apart: some of them do not have a field, are denied one, or are hidden.
        """
        typename = NEVER
        # Those that the projection knows: a field may be hidden on an interface only.
        own = getattr(self.tree.index.api_types.get(object_node.type_name), "fields", {})
        if object_node.possible - selection.possible:
            typename = when  # a type that clients may not see has to be told apart
        for asked in selection.fields:
            held = when.and_(asked.when)
            if asked.name in _ROOT_META_FIELDS:
                typename = typename.or_(held)
                continue
            path = (*at, asked.key)
            if asked.on != selection.possible or asked.name not in own or self.tree.is_denied(path):
                typename = typename.or_(held)
            fields = self.tree.client_fields(object_node, asked, at)
            below = (*signature, (asked.name, self._sum(asked)))
            if asked.selection is None:
                self._leaf(object_node, fields, held, below)
                continue
            for child in (each.child for each in fields if each.child is not None):
                self.goals.append(Goal(GoalKind.PRESENCE, child, held, (), _ANY, (), below))
                self.collect(child, asked.selection, held, path, below)
        if object_node.is_abstract and typename != NEVER:
            self._typename(object_node, typename, signature)

    def _leaf(
        self,
        object_node: ObjectNode,
        fields: list[FieldNode],
        when: Condition,
        signature: Signature,
    ) -> None:
        if fields:
            index = self.tree.index
            choices = tuple(index.choices(each.representative, each.name) for each in fields)
            count = min(map(len, choices))
            goal = Goal(GoalKind.LEAF, object_node, when, fields, count, choices, signature)
            self.goals.append(goal)

    def _typename(self, object_node: ObjectNode, when: Condition, signature: Signature) -> None:
        index = self.tree.index
        some_cannot_tell = any(
            index.is_interface_object(object_node.type_name, subgraph)
            for subgraph in object_node.returning_subgraphs
        )
        count = 1 if some_cannot_tell else _ANY
        self.goals.append(Goal(GoalKind.TYPENAME, object_node, when, (), count, (), signature))

    def _sum(self, asked: Field) -> int:
        """A check sum of all that a field asks, without keys and order."""
        known = self._sums.get(id(asked))
        if known is None:
            below = asked.selection.fields if asked.selection is not None else ()
            parts = sorted([f"{each.name} {self._sum(each)}" for each in below])
            arguments = [f"{argument.name}:{argument.text}" for argument in asked.arguments]
            on = self._on.get(asked.on)
            if on is None:
                on = self._on[asked.on] = "\n".join(sorted(asked.on))
            when = "" if asked.when is ALWAYS else str(asked.when)
            text = "\n".join((*arguments, on, when, *parts))
            known = self._sums[id(asked)] = crc32(text.encode())
        return known


def collect_goals(tree: SelectionTree, root: ObjectNode, selection: SelectionSet) -> list[Goal]:
    """All goals of ``selection``, whose object is at ``root``: those with fewest choices first.

    Otherwise the order is one that the document does not decide: equal plans for equal questions.
    """
    goals: list[Goal] = []
    _Collector(tree, goals).collect(root, selection, ALWAYS, (), ())
    certainty = Certainty()
    for each in goals:
        each.is_unconditional = _is_unconditional(each, certainty)
    return sorted(goals, key=_in_order)


def _in_order(goal: Goal) -> tuple[int, GoalKind, int, Signature]:
    """Upper goals before lower ones: what is opened for a basket has its items, too."""
    return (goal.choice_count, goal.kind, len(goal.signature), goal.signature)


def _is_unconditional(goal: Goal, certainty: Certainty) -> bool:
    if goal.when != ALWAYS:
        return False
    if goal.fields:
        return certainty.covers(goal.object_node, goal.fields)
    return certainty.reaches(goal.object_node)
