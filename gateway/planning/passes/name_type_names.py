"""The key under which the plan asks for ``__typename``."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.operation.model import SelectionSet
from gateway.planning.solve import Draft


def name_type_names(draft: Draft) -> None:
    """``__typename``, unless the client gives that key to something else.

    ``{ me { __typename: name } }`` is valid: type names are then asked under ``_typename``.
    """
    selection = draft.operation.selection
    if "__typename" not in _keys(selection, only_taken=True):
        return
    others = set(_keys(selection, only_taken=False))
    key = "_typename"
    while key in others:
        key = f"_{key}"
    draft.typename_key = key


def _keys(selection: SelectionSet, *, only_taken: bool) -> Iterator[str]:
    """All keys; or only ``__typename``, where another field stands under it."""
    for asked in selection.fields:
        if not only_taken or (asked.key == "__typename" and asked.name != "__typename"):
            yield asked.key
        if asked.selection is not None:
            yield from _keys(asked.selection, only_taken=only_taken)
