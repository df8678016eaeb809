"""Variables for the arguments that take their values from contexts."""

from __future__ import annotations

from collections.abc import Container, Iterable

from gateway.planning.fetch_graph import FetchNode
from gateway.planning.solve import Draft


def name_context_variables(draft: Draft) -> None:
    """Name them apart within each request, which is one document, and from the client's."""
    for requests in draft.requests:
        for nodes in requests.values():
            _name(nodes, draft.operation.variables)


def _name(nodes: Iterable[FetchNode], taken: Container[str]) -> None:
    contexts = (each for node in nodes for own in node.contexts.values() for each in own)
    for number, context in enumerate(contexts):
        context.variable = f"context{number}"
        while context.variable in taken:
            context.variable = f"_{context.variable}"
