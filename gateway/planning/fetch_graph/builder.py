"""The one way from candidates to nodes: what the search found is opened, fields are selected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.operation.condition import Condition
from gateway.planning.fetch_graph.candidates import (
    Candidate,
    ChildCandidate,
    ContextCandidate,
    EntityJump,
    InputCandidateOnTypes,
    InputCandidatePart,
    InputCandidates,
    OpenNode,
    RootCandidate,
)
from gateway.planning.fetch_graph.graph import FetchGraph
from gateway.planning.fetch_graph.nodes import (
    ContextNode,
    FetchNode,
    Input,
    InputOnTypes,
    InputPart,
    KeyUse,
    Requirement,
    SetterNode,
)
from gateway.planning.tree import FieldNode


@dataclass(frozen=True, slots=True)
class GraphBuilder:
    """Opens in ``graph`` what one goal needs, which is there under the condition ``when``.

    Candidates share parts, and a part is opened once: ``_opened`` remembers which node it became.
    """

    graph: FetchGraph
    when: Condition
    _opened: dict[Candidate, FetchNode] = field(default_factory=dict)

    def open(self, candidate: Candidate) -> FetchNode:
        """The node of ``candidate``, opened with all it needs."""
        if isinstance(candidate, OpenNode):
            return candidate.node
        if candidate not in self._opened:
            self._opened[candidate] = self._open(candidate)
        return self._opened[candidate]

    def select(self, candidate: Candidate, field_node: FieldNode) -> FetchNode:
        """Select a field at ``candidate``; return the node it is selected at."""
        node = self.open(candidate)
        node.selected.setdefault(field_node, None)
        return node

    def select_typename(self, candidate: Candidate) -> FetchNode:
        """Ask for the concrete type at ``candidate``."""
        node = self.open(candidate)
        node.wants_typename = True
        return node

    def _open(self, candidate: RootCandidate | ChildCandidate | EntityJump) -> FetchNode:
        match candidate:
            case RootCandidate():
                return self.graph.root(candidate.object_node, candidate.subgraph)
            case ChildCandidate():
                return self._open_child(candidate)
            case EntityJump():
                return self._open_jump(candidate)

    def _open_child(self, candidate: ChildCandidate) -> FetchNode:
        """The node below its base, which another candidate may have opened meanwhile."""
        base = self.open(candidate.base)
        child = base.selected.get(candidate.field)
        if child is not None:
            return child
        return self.graph.add_child(
            base,
            candidate.field,
            candidate.object_node,
            candidate.declared_type,
            is_interface_object=candidate.is_interface_object,
            provided=candidate.provided,
        )

    def _open_jump(self, jump: EntityJump) -> FetchNode:
        """A node entered by key: first all that its representations are made of, then itself.

        Objects of an abstract place are entered by their concrete type, so it is asked for: where
        the inputs say that it is told, or else at the base, which then knows it.
        """
        base = self.open(jump.base)
        inputs = jump.inputs
        key = self._open_parts(inputs.key.parts)
        requires = self._open_requires(inputs.requires)
        contexts = tuple(
            map(self._open_context, inputs.contexts.contexts if inputs.contexts else ())
        )
        node = self._entered_node(jump, base, requires)
        self.graph.widen(node, jump.types)
        _use_key(node, KeyUse(jump.types, jump.entity_key, key))
        if requires:
            node.requirements.append(Requirement(jump.types, requires))
        if inputs.contexts and contexts:
            node.contexts.setdefault(inputs.contexts.field, contexts)
        if inputs.typename is not None:
            node.typename_source = self.select_typename(inputs.typename)
        elif jump.object_node.is_abstract and not base.is_interface_object:
            base.wants_typename = True
        return node

    def _entered_node(
        self, jump: EntityJump, base: FetchNode, requires: tuple[InputPart, ...]
    ) -> FetchNode:
        """A node that the same request has for the same base, or a new one."""
        for node in self.graph.nodes_at(jump.object_node):
            if (
                node.entered_from is base
                and _is_in_place(node, jump)
                and self._may_share(node, jump, requires)
            ):
                return node
        return self.graph.add(
            FetchNode(
                object_node=jump.object_node,
                subgraph=jump.subgraph,
                level=jump.level,
                declared_type=jump.declared_type,
                is_interface_object=jump.is_interface_object,
                types=jump.types,
                kind=jump.kind,
                entered_from=base,
                opened_for=self.when,
            )
        )

    def _may_share(
        self, node: FetchNode, jump: EntityJump, requires: tuple[InputPart, ...]
    ) -> bool:
        """Whether one representation does for what a node is opened for already and for this.

        Requirements that disagree need representations of their own. So do those under another
        condition: they are not fetched when it does not hold. Contexts belong to all objects that
        go along with them.
        """
        if any(clash(own.parts, requires) for own in node.requirements):
            return False
        brings_contexts = jump.inputs.contexts is not None
        if (brings_contexts or node.contexts) and node.types != jump.types:
            return False
        has_needs = requires or brings_contexts or node.requirements or node.contexts
        return not has_needs or node.opened_for == self.when

    def _open_context(self, context: ContextCandidate) -> ContextNode:
        setters = tuple(
            SetterNode(
                setter.object_node,
                setter.types,
                self._open_parts(setter.parts),
                self.select_typename(setter.typename) if setter.typename else None,
            )
            for setter in context.setters
        )
        return ContextNode(context.argument, context.type, setters)

    def _open_requires(self, requires: InputCandidates | None) -> tuple[InputPart, ...]:
        return self._open_parts(requires.parts) if requires else ()

    def _open_parts(self, parts: Iterable[InputCandidatePart]) -> tuple[InputPart, ...]:
        return tuple(self._open_part(part) for part in parts)

    def _open_part(self, part: InputCandidatePart) -> InputPart:
        if isinstance(part, InputCandidateOnTypes):
            return InputOnTypes(part.types, self._open_parts(part.parts))
        typename = self.select_typename(part.typename) if part.typename else None
        if part.field.child is None:
            return Input(part.name, part.field, self.select(part.at, part.field))
        inner = self._open_parts(part.parts)
        return Input(part.name, part.field, self.open(part.at), inner, typename)


def _is_in_place(node: FetchNode, jump: EntityJump) -> bool:
    """Whether a node that is entered from the same base is in the jump's request, on its terms."""
    return (
        (node.subgraph, node.level, node.is_interface_object)
        == (jump.subgraph, jump.level, jump.is_interface_object)
        and (
            not node.is_interface_object
            or (node.declared_type, node.types) == (jump.declared_type, jump.types)
        )
        and (node.types is None) == (jump.types is None)
    )


def _use_key(node: FetchNode, wanted: KeyUse) -> None:
    """Enter ``node`` by a key, unless its objects get in by another one already."""
    for use in node.key_uses:
        if use.types is None or (wanted.types is not None and wanted.types <= use.types):
            return
    node.key_uses.append(wanted)


def clash(first: Iterable[InputPart], second: Iterable[InputPart]) -> bool:
    """Whether two requirements want different values under one name (other arguments)."""
    return any(
        one.name == other.name
        and (one.field.arguments != other.field.arguments or clash(one.parts, other.parts))
        for one in _inputs(first)
        for other in _inputs(second)
    )


def _inputs(parts: Iterable[InputPart]) -> list[Input]:
    """Parts as inputs, whatever the types are that have them."""
    found: list[Input] = []
    for part in parts:
        found.extend(_inputs(part.parts) if isinstance(part, InputOnTypes) else [part])
    return found
