"""Read one step: `NAME.graphql` with a comment head, and `NAME.json` with its variables, if any."""

import json
from itertools import takewhile
from pathlib import Path

from graphql import GraphQLSyntaxError, OperationDefinitionNode, parse

from gateway.explorer.errors import ExplorerConfigError
from gateway.explorer.model import Step


def read_step(path: Path) -> Step:
    """Read a step. The head's first line is the title, the rest says what the step is for.

    Raises ExplorerConfigError if the file is not there, does not parse, has no head, or does not
    hold exactly one operation with a name (the tab's title, and what templates refer to).
    """
    lines = _read(path).split("\n")
    head = list(takewhile(lambda line: line.startswith("#"), lines))
    if not head:
        raise ExplorerConfigError(path, "begins without a comment that says what the step is for")
    said = [line[1:].strip() for line in head]
    # The tab keeps the title only: the guide beside it says the rest.
    query = "\n".join([head[0], *lines[len(head) :]])
    return Step(
        operation=_operation_name(path, query),
        title=said[0].rstrip("."),
        about=" ".join(line for line in said[1:] if line),
        query=query,
        variables=_variables(path.with_suffix(".json")),
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ExplorerConfigError(path, f"cannot be read: {error}") from error


def _operation_name(path: Path, query: str) -> str:
    try:
        definitions = parse(query).definitions
    except GraphQLSyntaxError as error:
        raise ExplorerConfigError(path, error.message) from error
    names = [
        node.name.value if node.name else ""
        for node in definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    if len(names) != 1 or not names[0]:
        raise ExplorerConfigError(path, "must hold exactly one operation, with a name")
    return names[0]


def _variables(path: Path) -> str:
    if not path.exists():
        return ""
    text = _read(path).strip()
    try:
        variables = json.loads(text)
    except ValueError as error:
        raise ExplorerConfigError(path, f"is not JSON: {error}") from error
    if not isinstance(variables, dict):
        raise ExplorerConfigError(path, "must be a JSON object")
    return text
