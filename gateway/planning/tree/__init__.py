"""The selection tree: what a client asks, as objects and fields that subgraphs can be held to."""

from gateway.planning.tree.goals import Goal, GoalKind, collect_goals
from gateway.planning.tree.nodes import Arguments, FieldNode, ObjectNode
from gateway.planning.tree.selection_tree import Denied, SelectionTree

__all__ = [
    "Arguments",
    "Denied",
    "FieldNode",
    "Goal",
    "GoalKind",
    "ObjectNode",
    "SelectionTree",
    "collect_goals",
]
