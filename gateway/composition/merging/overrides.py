"""``@override``: a field moves from one subgraph to another, at once or by a label's share."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.composition.merging.state import Merging, Overridden
from gateway.composition.model import Applied, Field, Kind, Type

_LABEL = re.compile(r"^[a-zA-Z][a-zA-Z0-9_\-:./]*$")
_PERCENT = re.compile(r"^percent\((\d{1,2}(\.\d{1,8})?|100)\)$")


NOTHING = Overridden()


def settle_overrides(
    state: Merging, parent: str, sources: Mapping[int, Type], name: str
) -> Overridden:
    """Check the overrides of one field and return their effect."""
    fields = {i: t.fields[name] for i, t in sources.items() if name in t.fields}
    overriding = {i: a for i, f in fields.items() for a in f.every("override")}
    if not overriding:
        return NOTHING
    result = Overridden()
    for index, applied in overriding.items():
        _settle(state, f"{parent}.{name}", index, applied, fields, sources, result)
    state.overrides[parent, name] = result
    return result


def _settle(
    state: Merging,
    coordinate: str,
    index: int,
    applied: Applied,
    fields: Mapping[int, Field],
    sources: Mapping[int, Type],
    result: Overridden,
) -> None:
    """Refuse what cannot be overridden, and tell of an ``@override`` that changes nothing."""
    subgraph = state.subgraphs[index]
    origin = applied.value("from")
    where = f'"{coordinate}" on subgraph "{subgraph.name}"'
    if sources[index].kind is Kind.INTERFACE:
        problem = f"@override cannot be used on field {where}: interface fields are not resolved."
        state.refuse("OVERRIDE_ON_INTERFACE", problem, coordinate, (index,))
        return
    if sources[index].is_interface_object:
        problem = f"@override cannot be used on field {where}: it is of an @interfaceObject type."
        state.refuse("OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE", problem, coordinate, (index,))
        return
    if origin == subgraph.name:
        problem = f'Source and destination subgraphs "{origin}" are the same for field {where}.'
        advice = 'Name the subgraph to take the field from in "from".'
        state.refuse("OVERRIDE_FROM_SELF_ERROR", problem, coordinate, (index,), advice)
        return
    label = applied.value("label")
    if label is not None and not (_LABEL.match(label) or _PERCENT.match(label)):
        state.refuse("OVERRIDE_LABEL_INVALID", _bad_label(label, where), coordinate, (index,))
    source = next((i for i, s in enumerate(state.subgraphs) if s.name == origin), None)
    if source is None:
        problem = f'Source subgraph "{origin}" for @override of field {where} does not exist.'
        state.hint("FROM_SUBGRAPH_DOES_NOT_EXIST", problem, coordinate)
    elif source not in fields:
        problem = f'Field {where} no longer exists in "{origin}": @override can be removed.'
        state.hint("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", problem, coordinate)
    else:
        _take(state, coordinate, index, source, label, fields, result)


def _take(
    state: Merging,
    coordinate: str,
    index: int,
    source: int,
    label: str | None,
    fields: Mapping[int, Field],
    result: Overridden,
) -> None:
    """Move the field from ``source`` to ``index``, if both sides can be without the old one."""
    key = tuple(coordinate.split("."))
    if fields[source].has("override"):
        state.refuse(
            "OVERRIDE_SOURCE_HAS_OVERRIDE",
            f'Field "{coordinate}" on subgraph "{state.subgraphs[index].name}" is also marked '
            f'with directive @override in subgraph "{state.subgraphs[source].name}".',
            coordinate,
            (index, source),
            "Only one @override is allowed per field: remove the older one.",
        )
        return
    conflict = _conflict(state, index, source, fields, (key[0], key[1]))
    if conflict:
        directive, at = conflict
        state.refuse(
            "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'@override cannot be used on field "{coordinate}" on subgraph '
            f'"{state.subgraphs[index].name}" since "{coordinate}" on "{state.subgraphs[at].name}" '
            f'is marked with directive "@{directive}".',
            coordinate,
            (index, source),
        )
        return
    if (key[0], key[1]) in state.facts[source].external:
        problem = (
            f'Field "{coordinate}" is @external in "{state.subgraphs[source].name}": the @override '
            f'in "{state.subgraphs[index].name}" can be removed.'
        )
        state.hint("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", problem, coordinate)
        return
    _lose(state, coordinate, source, index, label, result)


def _lose(
    state: Merging, coordinate: str, source: int, index: int, label: str | None, result: Overridden
) -> None:
    """With a label both have the field. Without, ``source`` keeps it for its own keys at most."""
    parent, _, name = coordinate.partition(".")
    old = state.subgraphs[source].name
    if label is not None:
        result.takers[index] = label
        result.givers[source] = label
        state.hint(
            "OVERRIDE_MIGRATION_IN_PROGRESS",
            f'Field "{coordinate}" is being migrated. Once it is done, remove it from "{old}".',
            coordinate,
        )
        return
    used = (parent, name) in state.facts[source].used
    (result.used if used else result.unused).add(source)
    todo = "is used in federation directives there only" if used else "can be removed there"
    state.hint(
        "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
        f'Field "{coordinate}" on subgraph "{old}" is overridden: it {todo}.',
        coordinate,
    )


def _conflict(
    state: Merging,
    index: int,
    source: int,
    fields: Mapping[int, Field],
    key: tuple[str, str],
) -> tuple[str, int] | None:
    for directive in ("requires", "provides"):
        if fields[source].has(directive):
            return directive, source
    if key in state.facts[index].external:
        return "external", index
    return None


def _bad_label(label: str, where: str) -> str:
    return (
        f'Invalid @override label "{label}" on field {where}: labels must start with a letter and '
        "after that may contain alphanumerics, underscores, minuses, colons, periods or slashes. "
        'Alternatively they may be of the form "percent(x)" where x is a number of 0 to 100.'
    )
