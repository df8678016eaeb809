"""Paths of errors, cut to what the client selected.

A subgraph may fail at a field that only the planner asked for (a key, a requirement). The client
hears of it at the object that it did select.
"""

from __future__ import annotations

from typing import Any

from gateway.operation.model import Operation, SelectionSet

Selected = dict[str, "Selected"]
"""Response keys and what is selected below them, on any type."""


def selected_keys(operation: Operation) -> Selected:
    """Return the tree of the operation's response keys."""
    keys: Selected = {}
    _add(keys, operation.selection)
    return keys


def _add(keys: Selected, selection: SelectionSet) -> None:
    for field in selection.fields:
        below = keys.setdefault(field.key, {})
        if field.selection is not None:
            _add(below, field.selection)


def client_path(path: tuple[str | int, ...], selected: Selected) -> tuple[str | int, ...]:
    """Cut ``path`` before the first key that the client did not select.

    Below a leaf there is nothing selected, yet an index there is kept: ``tags: [String]``.
    """
    level = selected
    for index, step in enumerate(path):
        if isinstance(step, str):
            if step not in level:
                return path[:index]
            level = level[step]
    return path


def stands_in(path: tuple[str | int, ...], data: Any) -> bool:
    """Whether ``data``, an answer, has a place at ``path``, be it in a null.

    A subgraph that cannot tell an interface's types apart is asked the same of all objects. It may
    fail at a field that the client selected on other types only: that is no part of the answer.
    """
    for step in path:
        if isinstance(data, dict):
            if step not in data:
                return False
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return True
    return True
