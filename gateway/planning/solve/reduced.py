"""What is left of a solution when one of its requests is taken away."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from gateway.planning.fetch_graph import (
    ContextNode,
    FetchGraph,
    FetchNode,
    Input,
    InputOnTypes,
    InputPart,
    KeyUse,
    Request,
    Requirement,
    SetterNode,
)
from gateway.planning.solve.draft import Choice, Solution
from gateway.planning.tree import Goal


def without(solution: Solution, request: Request, lost: Container[Goal]) -> Solution:
    """A copy without ``request``, which is banned there, and without the goals that are ``lost``.

    It has only what the other goals rest on.
    """
    graph = FetchGraph(solution.graph.banned | {request}, solution.graph.usefulness)
    copying = _Copying(graph)
    kept = [copying.choice(choice) for choice in solution.choices if choice.goal not in lost]
    return Solution(solution.root, graph, kept)


@dataclass(frozen=True, slots=True)
class _Copying:
    """Copies nodes with all they rest on, and of their fields those that are asked for."""

    graph: FetchGraph
    _copies: dict[FetchNode, FetchNode] = field(default_factory=dict)

    def choice(self, choice: Choice) -> Choice:
        """The choice in the copied graph."""
        node = self.node(choice.node)
        if choice.field is not None:
            node.selected.setdefault(choice.field, None)
        elif choice.asks_typename:
            node.wants_typename = True
        if choice.goal.is_unconditional:
            self.graph.require(node)
        return Choice(choice.goal, node, choice.field)

    def node(self, old: FetchNode) -> FetchNode:
        """The copy of a node; those that it is entered with come first."""
        known = self._copies.get(old)
        if known is not None:
            return known
        parent = None if old.parent is None else self.node(old.parent)
        base = None if old.entered_from is None else self.node(old.entered_from)
        node = FetchNode(
            object_node=old.object_node,
            subgraph=old.subgraph,
            level=old.level,
            declared_type=old.declared_type,
            kind=old.kind,
            is_interface_object=old.is_interface_object,
            provided=old.provided,
            types=old.types,
            parent=parent,
            under=old.under,
            entered_from=base,
            opened_for=old.opened_for,
        )
        for use in old.key_uses:
            node.key_uses.append(KeyUse(use.types, use.entity_key, self._parts(use.parts)))
        for need in old.requirements:
            node.requirements.append(Requirement(need.types, self._parts(need.parts)))
        for under, contexts in old.contexts.items():
            node.contexts[under] = tuple(self._context(context) for context in contexts)
        if old.typename_source is not None:
            node.typename_source = self._typename(old.typename_source)
        elif base is not None and old.object_node.is_abstract and not base.is_interface_object:
            base.wants_typename = True
        if parent is not None and old.under is not None:
            parent.selected[old.under] = node
        self._copies[old] = self.graph.add(node)
        return node

    def _typename(self, old: FetchNode) -> FetchNode:
        node = self.node(old)
        node.wants_typename = True
        return node

    def _context(self, context: ContextNode) -> ContextNode:
        setters = tuple(
            SetterNode(
                setter.object_node,
                setter.types,
                self._parts(setter.parts),
                None if setter.typename is None else self._typename(setter.typename),
            )
            for setter in context.setters
        )
        return ContextNode(context.argument, context.type, setters)

    def _parts(self, parts: Iterable[InputPart]) -> tuple[InputPart, ...]:
        return tuple(self._part(part) for part in parts)

    def _part(self, part: InputPart) -> InputPart:
        if isinstance(part, InputOnTypes):
            return InputOnTypes(part.types, self._parts(part.parts))
        node = self.node(part.node)
        if part.field.child is None:
            node.selected.setdefault(part.field, None)
            return Input(part.name, part.field, node)
        typename = None if part.typename is None else self._typename(part.typename)
        return Input(part.name, part.field, node, self._parts(part.parts), typename)
