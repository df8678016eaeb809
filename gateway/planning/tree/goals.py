"""What has to be answered: the client's selection as a flat list of goals.

Only leaves, concrete type names and the mere presence of objects are goals; the fields above a
leaf are chosen with it, so that an object may come from several subgraphs at once where no single
one knows it whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from gateway.operation.condition import ALWAYS, NEVER, Condition
from gateway.operation.model import SelectionSet
from gateway.planning.tree.nodes import FieldNode, ObjectNode
from gateway.planning.tree.selection_tree import SelectionTree

_ROOT_META_FIELDS = frozenset({"__typename", "__schema", "__type"})


class GoalKind(IntEnum):
    """In the order in which goals with equally many choices are solved."""

    LEAF = 0
    TYPENAME = 1
    PRESENCE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """A leaf (``fields``, one per group of types), type name or presence of objects.

    ``choice_count``: how many subgraphs could answer it; forced choices are made first.
    """

    kind: GoalKind
    object_node: ObjectNode
    when: Condition
    fields: Sequence[FieldNode]
    choice_count: int

    def __str__(self) -> str:
        """In words: ``Thing.name at top.things``."""
        path: list[str] = []
        above = self.object_node
        while above.parent is not None:
            path.append(above.parent.key or above.parent.name)
            above = above.parent.parent
        where = ".".join(reversed(path)) or "the root"
        names = [f"{field.representative}.{field.name}" for field in self.fields]
        return f"{', '.join(names) or self.object_node.type_name} at {where}"


_ANY = 1_000


@dataclass(slots=True)
class _Collector:
    """Collects the goals of one operation, in the order of its document."""

    tree: SelectionTree
    goals: list[Goal]

    def collect(
        self, object_node: ObjectNode, selection: SelectionSet, when: Condition, at: tuple[str, ...]
    ) -> None:
        """Add what ``selection`` asks of the objects, whose response keys from the root are ``at``.

        The concrete type is a goal where the client asks for it, and where the projection has to
        tell objects apart: some of them do not have a field, are denied one, or are hidden.
        """
        typename = NEVER
        own = self.tree.index.types[object_node.type_name].fields
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
            if asked.selection is None:
                self._leaf(object_node, fields, held)
            else:
                for child in (field.child for field in fields if field.child is not None):
                    self._object(child, asked.selection, held, path)
        if object_node.is_abstract and typename != NEVER:
            self._typename(object_node, typename)

    def _leaf(self, object_node: ObjectNode, fields: list[FieldNode], when: Condition) -> None:
        if fields:
            choices = min(self._choice_count(field) for field in fields)
            self.goals.append(Goal(GoalKind.LEAF, object_node, when, fields, choices))

    def _object(
        self, object_node: ObjectNode, selection: SelectionSet, when: Condition, at: tuple[str, ...]
    ) -> None:
        self.goals.append(Goal(GoalKind.PRESENCE, object_node, when, (), _ANY))
        self.collect(object_node, selection, when, at)

    def _typename(self, object_node: ObjectNode, when: Condition) -> None:
        index = self.tree.index
        some_cannot_tell = any(
            index.is_interface_object(object_node.type_name, subgraph)
            for subgraph in object_node.returning_subgraphs
        )
        choices = 1 if some_cannot_tell else _ANY
        self.goals.append(Goal(GoalKind.TYPENAME, object_node, when, (), choices))

    def _choice_count(self, field: FieldNode) -> int:
        resolvers = self.tree.index.resolvers(field.representative, field.name)
        return len({resolver.subgraph for resolver in resolvers})


def collect_goals(tree: SelectionTree, root: ObjectNode, selection: SelectionSet) -> list[Goal]:
    """All goals of ``selection``, whose object is at ``root``: those with fewest choices first."""
    goals: list[Goal] = []
    _Collector(tree, goals).collect(root, selection, ALWAYS, ())
    return sorted(goals, key=lambda goal: (goal.choice_count, goal.kind))
