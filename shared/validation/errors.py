"""What validation reports, said once.

Ten unknown directives of one name are one mistake, and ten equal messages help nobody but who
wants a small document to make a large answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import GraphQLError, Node


def without_repeats(errors: Iterable[GraphQLError]) -> list[GraphQLError]:
    """Errors of equal message and extensions as one, which names all their places."""
    found: list[tuple[GraphQLError, list[Node]]] = []
    for error in errors:
        same = next(
            (
                nodes
                for first, nodes in found
                if first.message == error.message and first.extensions == error.extensions
            ),
            None,
        )
        if same is None:
            found.append((error, list(error.nodes or ())))
        else:
            same.extend(error.nodes or ())
    return [_at(error, nodes) for error, nodes in found]


def _at(error: GraphQLError, nodes: list[Node]) -> GraphQLError:
    if len(nodes) == len(error.nodes or ()):
        return error
    return GraphQLError(error.message, nodes, extensions=error.extensions)
