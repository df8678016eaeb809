"""The text and JSON forms of a plan: canonical, for people, golden files and tools."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import parse, print_ast

from gateway.operation.condition import ALWAYS, Condition
from gateway.planning.plan.model import (
    ContextVariable,
    Each,
    EntityFetch,
    EntityGroup,
    Fetch,
    Key,
    Leaf,
    Nested,
    Path,
    PerType,
    Plan,
    ReentryFetch,
    Rename,
    Representation,
    RepresentationPart,
    RootFetch,
)


def print_plan(plan: Plan) -> str:
    """One paragraph per fetch: what it waits for, where its answer goes, its document."""
    count = len(plan.fetches)
    head = f"{plan.kind.value} in {count} {'fetch' if count == 1 else 'fetches'}"
    if plan.passthrough:
        head += ", answered as it is"
    if plan.typename_key != "__typename":
        head += f", type names under {plan.typename_key}"
    trigger = [_print_fetch(plan.trigger)] if plan.trigger else []
    return "\n\n".join([head, *trigger, *(_print_fetch(fetch) for fetch in plan.fetches)]) + "\n"


def _print_fetch(fetch: Fetch) -> str:
    """One fetch: what it waits for, where its objects stand, its document."""
    lines = [
        f"{_number(fetch)}: {_KINDS[type(fetch)]} {fetch.subgraph}"
        + _after(fetch)
        + _when(fetch.when)
    ]
    match fetch:
        case EntityFetch():
            for group in fetch.groups:
                lines.extend(_print_group(group, fetch.when))
        case ReentryFetch():
            lines.extend(f"  into {print_path(path)}" for path in fetch.targets)
            lines.extend(_print_renames(fetch.renames))
        case RootFetch():
            lines.extend(_print_renames(fetch.renames))
    document = print_ast(parse(fetch.document, no_location=True))
    lines.extend(f"    {line}" for line in document.splitlines())
    return "\n".join(lines)


def _number(fetch: Fetch) -> str:
    return "trigger" if fetch.id < 0 else str(fetch.id)


_KINDS = {RootFetch: "ask", EntityFetch: "entities of", ReentryFetch: "ask again"}


def _after(fetch: Fetch) -> str:
    return f", after {', '.join(map(str, fetch.after))}" if fetch.after else ""


def _when(when: Condition) -> str:
    return "" if when == ALWAYS else f", when {when}"


def _print_group(group: EntityGroup, outer: Condition) -> Iterable[str]:
    name = "" if group.alias == "_entities" else f"{group.alias}: "
    condition = "" if group.when == outer else _when(group.when)
    yield f"  {name}{print_representation(group.representation)}{condition}"
    yield from (f"    into {print_path(path)}" for path in group.targets)
    yield from (f"    {_print_context(group, variable)}" for variable in group.contexts)
    yield from _print_renames(group.renames)


def _print_context(group: EntityGroup, variable: ContextVariable) -> str:
    """``$context0: String from users[] { locale }, else from the root { locale }``."""
    [path] = group.targets
    setters = (
        f"from {print_path(path[: setter.steps])}"
        + (f"<{'|'.join(sorted(setter.types))}>" if setter.types else "")
        + f" {_print_parts(setter.selection)}"
        for setter in variable.setters
    )
    return f"${variable.name}: {variable.type} {', else '.join(setters)}"


def _print_renames(renames: Iterable[Rename]) -> Iterable[str]:
    for rename in renames:
        types = f" on {'|'.join(sorted(rename.types))}" if rename.types else ""
        where = f" at {print_path(rename.path)}" if rename.path else ""
        yield f"    rename {rename.source} to {rename.key}{types}{where}"


def print_representation(representation: Representation) -> str:
    """``Thing { id } requires { name }``."""
    name = representation.typename or representation.default_typename or "its type"
    text = f"{name} {_print_parts(representation.keys)}"
    if representation.requires:
        text += f" requires {_print_parts(representation.requires)}"
    return text


def _print_parts(parts: Iterable[RepresentationPart]) -> str:
    return "{ " + " ".join(_print_part(part) for part in parts) + " }"


def _print_part(part: RepresentationPart) -> str:
    match part:
        case Leaf(field, source):
            return field if field == source else f"{field} from {source}"
        case Nested(field, source, parts):
            name = field if field == source else f"{field} from {source}"
            return f"{name} {_print_parts(parts)}"
        case PerType(types, parts):
            return f"on {'|'.join(sorted(types))} {_print_parts(parts)}"


def print_path(path: Path) -> str:
    """``users[].friends|Admin|.name``; the root is ``.``."""
    text = ""
    for step in path:
        match step:
            case Key(name):
                text += f".{name}" if text else name
            case Each():
                text += "[]"
            case _:
                text += f"<{'|'.join(sorted(step.types))}>"
    return text or "."


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan in the field's usual form: Sequence of Parallel of Fetch and Flatten."""
    waves = [[_fetch_json(plan.fetches[index]) for index in wave] for wave in _waves(plan.fetches)]
    nodes = [w[0] if len(w) == 1 else {"kind": "Parallel", "nodes": w} for w in waves]
    if not nodes:
        return {"kind": "QueryPlan", "node": None}
    node = nodes[0] if len(nodes) == 1 else {"kind": "Sequence", "nodes": nodes}
    return {"kind": "QueryPlan", "node": node}


def _waves(fetches: tuple[Fetch, ...]) -> list[list[int]]:
    """Fetches by the length of the chain before them."""
    depth: dict[int, int] = {}
    waves: list[list[int]] = []
    for fetch in fetches:
        depth[fetch.id] = 1 + max((depth[other] for other in fetch.after), default=-1)
        while len(waves) <= depth[fetch.id]:
            waves.append([])
        waves[depth[fetch.id]].append(fetch.id)
    return waves


def _fetch_json(fetch: Fetch) -> dict[str, Any]:
    """A node as other gateways print it: ``Fetch``, below ``Flatten`` where it has targets."""
    node: dict[str, Any] = {
        "kind": "Fetch",
        "id": fetch.id,
        "serviceName": fetch.subgraph,
        "operation": fetch.document,
        "variableUsages": list(fetch.variables),
        "after": list(fetch.after),
    }
    if fetch.when != ALWAYS:
        node["when"] = str(fetch.when)
    if isinstance(fetch, RootFetch):
        return {**node, "operationKind": fetch.kind.value}
    if isinstance(fetch, ReentryFetch):
        return {
            "kind": "Flatten",
            "paths": [print_path(path) for path in fetch.targets],
            "node": {**node, "operationKind": fetch.kind.value},
        }
    node["operationKind"] = "query"
    node["requires"] = [_group_json(group) for group in fetch.groups]
    paths = [print_path(path) for group in fetch.groups for path in group.targets]
    return {"kind": "Flatten", "paths": paths, "node": node}


def _group_json(group: EntityGroup) -> dict[str, Any]:
    node: dict[str, Any] = {
        "alias": group.alias,
        "representation": print_representation(group.representation),
        "paths": [print_path(path) for path in group.targets],
    }
    if group.contexts:
        node["contexts"] = [_print_context(group, variable) for variable in group.contexts]
    return node
