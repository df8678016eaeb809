"""Objects of which nothing could be asked, since a fetch before did not bring what that needs.

    { book { owner { name } greeting } }        greeting: String @requires(fields: "owner { name }")

Where the owner's name is not to be had, the error of that stands at ``book.owner``. The greeting is
not asked for then, and is null: without an error of its own that would say that there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from gateway.execution.calls import GroupCall
from gateway.execution.paths import ConcretePath, locate
from gateway.execution.representations import Unbuilt
from gateway.planning.plan import Fetch
from gateway.request.gathered import FieldError, Gathered

Object = dict[str, Any]


def errors_of_absent(
    part: GroupCall, gathered: Gathered, causes: Sequence[FieldError]
) -> Iterator[FieldError]:
    """Yield an error for each object of ``part`` that could not be asked for because of ``causes``.

    None where one stands at the object already, or above it.
    """
    known = {error.path for error in gathered.errors}
    for at in _absent_places(part, gathered.data):
        if any(at[:length] in known for length in range(len(at) + 1)):
            continue
        cause = next((each for each in causes if each.path[: len(at)] == at), None)
        if cause is None and part.group.contexts is not None:
            cause = causes[0]  # what contexts need stands beside what is above
        if cause is not None:
            known.add(at)
            yield replace(cause, path=at)


def _absent_places(part: GroupCall, data: Object) -> Iterator[ConcretePath]:
    """The concrete paths of the objects that something was missing for."""
    group = part.group
    without_values: set[int] = set()
    if group.contexts is not None:
        found = group.contexts(data)
        without_values = {id(item) for item, values in found if values is Unbuilt.ABSENT}
    for path in group.spec.targets:
        for item, at in locate(data, path, group.typename_key):
            if id(item) in without_values or group.collect.build(item) is Unbuilt.ABSENT:
                yield at


def fetches_above(fetches: Sequence[Fetch], id_: int) -> set[int]:
    """Return the fetches that fetch ``id_`` needs something of, or one of those does."""
    above: set[int] = set()
    waiting = [id_]
    while waiting:
        new = set(fetches[waiting.pop()].after) - above
        above |= new
        waiting += new
    return above
