"""Writes the ``join__`` directives: what each subgraph knows of a type, field, value or member.

Source: the join specification v0.3 to v0.5. ``@join__field`` is left out where every subgraph
that has the type resolves the field in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import ConstValueNode

from gateway.composition.contexts import split_context_value
from gateway.composition.literals import flag, listing, record, string, symbol
from gateway.composition.merging.state import Merging, Overridden, Sources
from gateway.composition.model import Applied, Field, InputValue, Type

Arguments = dict[str, ConstValueNode]


def join_types(state: Merging, sources: Sources) -> Iterator[Applied]:
    """One ``@join__type`` per subgraph and key."""
    for index, declared in sources.items():
        graph = symbol(state.subgraphs[index].graph)
        keys = declared.every("key")
        marks: Arguments = {}
        if declared.is_interface_object:
            marks["isInterfaceObject"] = flag(True)
        if not keys:
            yield Applied("join__type", {"graph": graph, **marks})
        for key in keys:
            given: Arguments = {"graph": graph, "key": string(str(key.value("fields")))}
            if key.of_extension or declared.has("extends"):
                given["extension"] = flag(True)
            if key.value("resolvable") is False:
                given["resolvable"] = flag(False)
            yield Applied("join__type", {**given, **marks})


def join_implements(state: Merging, sources: Sources) -> Iterator[Applied]:
    """One ``@join__implements`` per subgraph and interface."""
    for index, declared in sources.items():
        for interface in declared.interfaces:
            graph = symbol(state.subgraphs[index].graph)
            given = {"graph": graph, "interface": string(interface)}
            yield Applied("join__implements", given)


def join_members(state: Merging, sources: Sources) -> Iterator[Applied]:
    """One ``@join__unionMember`` per subgraph and member."""
    for index, declared in sources.items():
        for member in declared.members:
            graph = symbol(state.subgraphs[index].graph)
            yield Applied("join__unionMember", {"graph": graph, "member": string(member)})


def join_value(state: Merging, sources: Sources, value: str) -> Iterator[Applied]:
    """One ``@join__enumValue`` per subgraph that has the value."""
    for index, declared in sources.items():
        if value in declared.values:
            yield Applied("join__enumValue", {"graph": symbol(state.subgraphs[index].graph)})


def join_fields(
    state: Merging,
    parent: str,
    sources: Mapping[int, Type],
    name: str,
    overridden: Overridden,
    *,
    same_type: bool,
) -> Iterator[Applied]:
    """The ``@join__field`` of an output field, none if they would say nothing."""
    if not _worth_saying(state, parent, sources, name, overridden, same_type):
        return
    for index, declared in sources.items():
        field = declared.fields.get(name)
        if field is not None and index not in overridden.unused:
            yield Applied(
                "join__field", _join_field(state, index, declared, field, overridden, same_type)
            )


def _worth_saying(
    state: Merging,
    parent: str,
    sources: Mapping[int, Type],
    name: str,
    overridden: Overridden,
    same_type: bool,
) -> bool:
    """``@join__field`` may go if every subgraph with the type resolves the field, and alike."""
    if not same_type or overridden.used or overridden.labels:
        return True
    for index, declared in sources.items():
        field = declared.fields.get(name)
        if field is None or index in overridden.unused:
            return True
        if (parent, name) in state.facts[index].external:
            return True
        if field.has("requires") or field.has("provides") or _contextual(field):
            return True
    return False


def _join_field(
    state: Merging,
    index: int,
    parent: Type,
    field: Field,
    overridden: Overridden,
    same_type: bool,
) -> Arguments:
    given: Arguments = {"graph": symbol(state.subgraphs[index].graph)}
    for directive in ("requires", "provides"):
        applied = field.first(directive)
        if applied is not None:
            given[directive] = string(str(applied.value("fields")))
    override = field.first("override")
    if not same_type:
        given["type"] = string(str(field.type))
    if (parent.name, field.name) in state.facts[index].external:
        given["external"] = flag(True)
    if override is not None:
        given["override"] = string(str(override.value("from")))
    if index in overridden.used:
        given["usedOverridden"] = flag(True)
    if index in overridden.labels:
        given["overrideLabel"] = string(overridden.labels[index])
    contextual = _context_arguments(state, index, field)
    if contextual:
        given["contextArguments"] = listing(contextual)
    return given


def _contextual(field: Field) -> bool:
    return any(argument.has("fromContext") for argument in field.arguments.values())


def _context_arguments(state: Merging, index: int, field: Field) -> list[ConstValueNode]:
    found = []
    for argument in field.arguments.values():
        applied = argument.first("fromContext")
        if applied is not None:
            context, selection = split_context_value(applied.value("field"))
            fields = {
                "context": string(f"{state.subgraphs[index].name}__{context}"),
                "name": string(argument.name),
                "type": string(str(argument.type)),
                "selection": string(f" {selection}"),
            }
            found.append(record(fields))
    return found


def join_inputs(
    state: Merging, sources: Mapping[int, Type], name: str, *, same_type: bool
) -> Iterator[Applied]:
    """The ``@join__field`` of an input field."""
    present: dict[int, InputValue] = {
        index: declared.inputs[name]
        for index, declared in sources.items()
        if name in declared.inputs
    }
    if same_type and len(present) == len(sources):
        return
    for index, value in present.items():
        given: Arguments = {"graph": symbol(state.subgraphs[index].graph)}
        if not same_type:
            given["type"] = string(str(value.type))
        yield Applied("join__field", given)
