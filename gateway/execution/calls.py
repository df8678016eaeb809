"""A fetch about to be sent: its targets, its de-duplicated representations, its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.execution.conditions import holds
from gateway.execution.executable import ExecutableFetch, ExecutableGroup
from gateway.execution.json_text import dumps
from gateway.execution.representations import Unbuilt
from gateway.planning.plan import EntityFetch, ReentryFetch

Object = dict[str, Any]


@dataclass(slots=True)
class GroupCall:
    """One group's part of a call: ``targets[i]`` are the objects of ``representations[i]``.

    ``total`` counts representations before de-duplication. ``has_absent``: some object got none
    because something it needs was never gathered.
    """

    group: ExecutableGroup
    representations: list[bytes]
    targets: list[list[Object]]
    total: int = 0
    has_absent: bool = False


@dataclass(slots=True)
class Call:
    """One fetch with what this request puts into it. ``variables`` is JSON without braces."""

    fetch: ExecutableFetch
    variables: bytes
    groups: list[GroupCall]
    targets: list[Object]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask: an entity or reentry fetch without targets."""
        if self.groups:
            return not any(part.representations for part in self.groups)
        return isinstance(self.fetch.fetch, EntityFetch | ReentryFetch) and not self.targets

    def body(self) -> bytes:
        """The request body."""
        lists = [(part.group.variable, part.representations) for part in self.groups]
        return request_body(self.fetch.head, self.variables, lists)


def request_body(
    head: bytes, variables: bytes, lists: Iterable[tuple[bytes, list[bytes]]] = ()
) -> bytes:
    """Join the body around dumped variables and lists of representations."""
    members = [variables] if variables else []
    members += [name + b":[" + b",".join(items) + b"]" for name, items in lists]
    if not members:
        return head + b"}"
    return b"".join((head, b',"variables":{', b",".join(members), b"}}"))


def make_call(fetch: ExecutableFetch, root: Object, variables: Mapping[str, Any]) -> Call:
    """Collect from the gathered data ``root`` what ``fetch`` sends."""
    groups = [
        _collect(group, root) if holds(group.group.when, variables) else GroupCall(group, [], [])
        for group in fetch.groups
    ]
    targets = [] if fetch.collect is None else fetch.collect(root)
    return Call(fetch, _dump_variables(fetch.fetch.variables, variables), groups, targets)


def _dump_variables(names: tuple[str, ...], variables: Mapping[str, Any]) -> bytes:
    if not names:
        return b""
    return dumps({name: variables[name] for name in names if name in variables})[1:-1]


def _collect(group: ExecutableGroup, root: Object) -> GroupCall:
    found = group.collect(root)
    call = GroupCall(group, [], [])
    if group.simple is not None:
        _add_simple(call, found, group.simple)
    else:
        _add_built(call, found)
    return call


def _add_simple(call: GroupCall, found: list[Object], simple: tuple[str, str]) -> None:
    """One plain key: the value is the identity, and the text is written once per entity.

    Strings are equal exactly if their JSON is; other values (1, 1.0 and True) are compared by it.
    """
    field, source = simple
    representation = call.group.group.representation
    fixed, default = representation.typename, representation.default_typename
    typename_key = call.group.typename_key
    positions: dict[tuple[Any, Any], int] = {}
    middle = b"," + dumps(field) + b":"
    for target in found:
        value = target.get(source)
        typename = fixed or target.get(typename_key) or default
        if value is None or typename is None:
            call.has_absent = call.has_absent or source not in target or typename is None
            continue
        call.total += 1
        identity = (typename, value if type(value) is str else dumps(value))
        position = positions.get(identity)
        if position is None:
            positions[identity] = len(call.targets)
            call.targets.append([target])
            head = b'{"__typename":' + dumps(typename)
            call.representations.append(head + middle + dumps(value) + b"}")
        else:
            call.targets[position].append(target)


def _add_built(call: GroupCall, found: list[Object]) -> None:
    build = call.group.build
    positions: dict[bytes, int] = {}
    for target in found:
        built = build(target)
        if isinstance(built, Unbuilt):
            call.has_absent = call.has_absent or built is Unbuilt.ABSENT
            continue
        call.total += 1
        text = dumps(built)
        position = positions.get(text)
        if position is None:
            positions[text] = len(call.targets)
            call.targets.append([target])
            call.representations.append(text)
        else:
            call.targets[position].append(target)
