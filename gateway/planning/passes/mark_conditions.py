"""Under which conditions each selected field and each fetch is needed.

Starting from the goals, conditions flow to whatever a node rests on: the fields above it in its
fetch, the node it is entered from, the fields of its representations and its contexts. What no goal
reaches is not asked for.
"""

from __future__ import annotations

from gateway.operation.condition import NEVER, Condition
from gateway.planning.fetch_graph import FetchNode, Input, InputOnTypes, InputPart
from gateway.planning.solve import Draft, NeededWhen
from gateway.planning.tree import FieldNode


def mark_conditions(draft: Draft) -> None:
    """Fill ``needed``, and ``requests`` with the nodes that are."""
    for choice in draft.choices:
        _need_node(draft.needed, choice.node, choice.goal.when)
        if choice.field is not None:
            _need_field(draft.needed, choice.node, choice.field, choice.goal.when)
    draft.requests = [
        {
            request: sorted((node for node in nodes if node in draft.needed.nodes), key=_in_order)
            for request, nodes in solution.graph.requests.items()
        }
        for solution in draft.solutions
    ]


def _in_order(node: FetchNode) -> int:
    """In the order in which the client asks for the objects, however they were solved."""
    above = node.object_node.parent
    return 0 if above is None else above.order


def _need_field(needed: NeededWhen, node: FetchNode, field: FieldNode, when: Condition) -> None:
    known = needed.fields.get((node, field), NEVER)
    wider = known.or_(when)
    if wider is not known and wider != known:
        needed.fields[node, field] = wider
        _need_node(needed, node, when)


def _need_node(needed: NeededWhen, node: FetchNode, when: Condition) -> None:
    """Mark ``node``, and all it rests on unless that was marked with it before."""
    known = needed.nodes.get(node, NEVER)
    wider = known.or_(when)
    if wider is known or wider == known:
        return
    needed.nodes[node] = wider
    if node.parent is not None and node.under is not None:
        _need_field(needed, node.parent, node.under, when)
    if node.entered_from is not None:
        _need_node(needed, node.entered_from, when)
    for typename in node.typename_nodes:
        _need_node(needed, typename, when)
    for parts in node.inputs:
        _need_parts(needed, parts, when)


def _need_parts(needed: NeededWhen, parts: tuple[InputPart, ...], when: Condition) -> None:
    for part in parts:
        if isinstance(part, InputOnTypes):
            _need_parts(needed, part.parts, when)
        else:
            _need_input(needed, part, when)


def _need_input(needed: NeededWhen, part: Input, when: Condition) -> None:
    if part.field.child is None:
        _need_field(needed, part.node, part.field, when)
        return
    _need_node(needed, part.node, when)
    if part.typename is not None:
        _need_node(needed, part.typename, when)
    _need_parts(needed, part.parts, when)
