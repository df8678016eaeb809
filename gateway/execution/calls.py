"""A fetch about to be sent: its targets, its de-duplicated representations, its body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from gateway.execution.client_document import PLAIN, ClientDocument
from gateway.execution.collecting import Collected
from gateway.execution.context_copies import ContextCopies
from gateway.execution.contexts import CollectInContext, Values
from gateway.execution.executable import ExecutableFetch, ExecutableGroup
from gateway.execution.representations import Unbuilt
from gateway.operation.condition import ALWAYS
from gateway.request.json_text import dumps

Object = dict[str, Any]


class GroupCall(msgspec.Struct):
    """One group's part of a call: ``targets[i]`` are the objects of ``representations[i]``.

    Those are objects still to be written, or ``orjson.Fragment`` of their text: nearly always they
    are written all at once.
    ``has_absent``: some object got none because something it needs was never gathered. ``values``
    are those of the group's contexts.
    """

    group: ExecutableGroup
    representations: list[Any]
    targets: list[list[Object]]
    has_absent: bool = False
    values: Values = ()

    def context_members(self) -> Iterator[bytes]:
        """The variables for contexts, as members of a JSON object."""
        if self.values:
            for variable, value in zip(self.group.spec.contexts, self.values, strict=True):
                yield dumps(variable.name) + b":" + value

    @property
    def is_left_out(self) -> bool:
        """Whether the document does without it: there are no values for its variables."""
        return not self.representations and self.group.contexts is not None


class Call(msgspec.Struct):
    """One fetch with what this request puts into it.

    ``document`` has this request's literals, ``head`` is the body up to the variables,
    ``variables`` JSON without braces.
    """

    fetch: ExecutableFetch
    document: str
    head: bytes
    variables: bytes
    groups: list[GroupCall]
    targets: list[Object]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask: an entity or reentry fetch without targets."""
        if not self.groups:
            return not self.fetch.is_root and not self.targets
        for part in self.groups:  # noqa: SIM110  a generator costs as much as all else here
            if part.representations:
                return False
        return True

    def body(self) -> bytes:
        """The request body."""
        if not self.groups and not self.variables:
            return self.head + b"}"
        return self.body_with([part.representations for part in self.groups])

    def body_with(self, representations: Iterable[list[Any]]) -> bytes:
        """The request body with other representations for its groups."""
        members = [self.variables] if self.variables else []
        for part, own in zip(self.groups, representations, strict=True):
            if not part.is_left_out:
                members.append(b"%b:%b" % (part.group.variable, dumps(own)))
        if not members:
            return self.head + b"}"
        return b'%b,"variables":{%b}}' % (self.head, b",".join(members))


def make_call(
    fetch: ExecutableFetch,
    root: Object,
    variables: Mapping[str, Any],
    client: ClientDocument = PLAIN,
) -> Call:
    """Collect from the gathered data ``root`` what ``fetch`` sends on behalf of ``client``."""
    dumped = _dump_variables(fetch.spec.variables, variables) if fetch.spec.variables else b""
    if fetch.copies is not None:
        return _make_copied_call(fetch, fetch.copies, root, variables, dumped, client)
    groups = [_collect(group, root, variables) for group in fetch.groups]
    targets = [] if fetch.collect is None else fetch.collect(root)
    document, head = client.written(fetch.spec)
    return Call(fetch, document, head, dumped, groups, targets)


def _make_copied_call(
    fetch: ExecutableFetch,
    copies: ContextCopies,
    root: Object,
    variables: Mapping[str, Any],
    dumped: bytes,
    client: ClientDocument,
) -> Call:
    """A call whose groups with contexts are there once for each of their values."""
    copied = [_copies(group, copies, root, variables) for group in fetch.groups]
    groups = [part for parts in copied for part in parts]
    members = [dumped] if dumped else []
    members += (member for part in groups for member in part.context_members())
    counts = [sum(not part.is_left_out for part in parts) for parts in copied]
    is_plain = all(count == 1 for count in counts)
    joined = b",".join(members)
    if is_plain:
        return Call(fetch, *client.written(fetch.spec), joined, groups, [])
    document = copies.document(counts)
    if fetch.spec.has_literals:
        document = client.with_literals(document)
    return Call(fetch, document, client.body_head(fetch.spec, document), joined, groups, [])


def _copies(
    group: ExecutableGroup, copies: ContextCopies, root: Object, variables: Mapping[str, Any]
) -> list[GroupCall]:
    """The copies of a group: one, or with contexts one for each of their values."""
    if group.contexts is None or not group.when.holds(variables):
        return [_collect(group, root, variables)]
    parts = _collect_by_values(group, group.contexts, root)
    for part, copy in zip(parts, copies.copies(group.spec, len(parts)), strict=True):
        part.group = replace(group, spec=copy, variable=dumps(copy.variable))
    return parts


def _collect_by_values(
    group: ExecutableGroup, collect: CollectInContext, root: Object
) -> list[GroupCall]:
    """The targets of ``group`` by the values that contexts give them.

    Where none can be asked for, one part without values tells why.
    """
    parts: dict[Values, Collected] = {}
    has_absent = False
    for target, values in collect(root):
        built = group.collect.build(target)
        if isinstance(built, Unbuilt) or isinstance(values, Unbuilt):
            has_absent = has_absent or Unbuilt.ABSENT in (built, values)
            continue
        if values not in parts:
            parts[values] = Collected()
        parts[values].add(target, built)
    found = [
        GroupCall(group, part.representations, part.targets, values=values)
        for values, part in parts.items()
    ] or [GroupCall(group, [], [])]
    found[0].has_absent = has_absent
    return found


def _dump_variables(names: tuple[str, ...], variables: Mapping[str, Any]) -> bytes:
    return dumps({name: variables[name] for name in names if name in variables})[1:-1]


def _collect(group: ExecutableGroup, root: Object, variables: Mapping[str, Any]) -> GroupCall:
    if group.when is not ALWAYS and not group.when.holds(variables):
        return GroupCall(group, [], [])
    collected = group.collect(root)
    return GroupCall(group, collected.representations, collected.targets, collected.has_absent)
