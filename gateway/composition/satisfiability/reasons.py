"""Says why a query cannot be answered: for each subgraph one could come from, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.field_sets import render_field_set
from gateway.composition.merging.state import Merging
from gateway.composition.model import Type
from gateway.composition.satisfiability.reach import Locations, Reach
from gateway.composition.satisfiability.scopes import Scopes
from gateway.composition.satisfiability.subgraph_map import Location
from gateway.composition.satisfiability.walk import Path, Split, Stop, write_field


def explain_stop(reach: Reach, scopes: Scopes, stop: Stop) -> str:
    """Return the whole message of one unanswerable query."""
    lines = [
        "The following supergraph API query:",
        print_query(stop.path, _last(stop)),
        "cannot be satisfied by the subgraphs because:",
    ]
    reported: set[int] = set()
    for start in sorted(stop.starts, key=lambda location: location.graph):
        for location in sorted(reach.from_location(stop.name, start), key=lambda p: p.graph):
            if location.graph in reported:
                continue
            reported.add(location.graph)
            reasons = list(dict.fromkeys(_reasons(reach, scopes, stop, start, location)))
            subgraph = reach.merged.subgraphs[location.graph].name
            if len(reasons) == 1:
                lines.append(f'- from subgraph "{subgraph}": {reasons[0]}')
            elif reasons:
                lines.append(f'- from subgraph "{subgraph}":')
                lines += [f"  - {reason}" for reason in reasons]
    return "\n".join(lines)


def _last(stop: Stop) -> str:
    if stop.field is None:
        return "..."
    return write_field(stop.field) + (" { ... }" if stop.composite else "")


def print_query(path: Path, last: str) -> str:
    """Return the query that leads to a field, a line a step."""
    kind, *steps = path
    opening = "{" if kind == "query" else f"{kind} {{"
    lines = [opening]
    for depth, step in enumerate(steps, 1):
        lines.append(f"{'  ' * depth}{step} {{")
    lines.append(f"{'  ' * (len(steps) + 1)}{last}")
    lines += [f"{'  ' * depth}}}" for depth in range(len(steps), -1, -1)]
    return "\n".join(lines)


def _reasons(
    reach: Reach, scopes: Scopes, stop: Stop, start: Location, location: Location
) -> Iterator[str]:
    """First why the field is not had here, then why no subgraph that has it can be reached."""
    if stop.field is None:
        yield (
            "no subgraph can be reached to resolve the implementation type of @interfaceObject "
            f'type "{stop.name}".'
        )
        return
    missing = scopes.missing(location, stop.field.name, stop.scope)
    if missing:
        names = ", ".join(f'"{name}"' for name in missing)
        yield (
            f'field "{stop.coordinate}" takes from the context {names}, which nothing on this way '
            "sets with what it selects."
        )
        return
    yield _not_here(reach, stop, location)
    reached = reach.from_location(stop.name, start)
    for graph, declared in _having(reach.merged, stop.name, stop.field.name):
        if all(other.graph != graph for other in reached):
            yield _cannot_move(reach, stop, reached, graph, declared)


def _not_here(reach: Reach, stop: Stop, location: Location) -> str:
    """The first thing missing, in the order in which a person would look."""
    subgraph_map = reach.subgraph_map
    coordinate = stop.coordinate
    declared = subgraph_map.declared(location)
    name = stop.field.name if stop.field else ""
    if name not in declared.fields:
        return f'cannot find field "{coordinate}".'
    if (declared.name, name) in reach.merged.facts[location.graph].external:
        return f'field "{coordinate}" is not resolvable because marked @external.'
    if subgraph_map.lost(location, name) or subgraph_map.moved(location, name, stop.settled):
        return f'field "{coordinate}" is not resolvable because it is overridden.'
    step = subgraph_map.step(location, name)
    required = render_field_set(step.requires) if step else ""
    reached = reach.from_location(stop.name, location)
    if step and reach.selects(stop.name, reached, step.requires):
        return (
            f'the @requires "{required}" of field "{coordinate}" can be met, but there is no '
            f'usable @key on "{stop.name}" in this subgraph to go on with.'
        )
    return f'cannot satisfy the @requires conditions "{required}" on field "{coordinate}".'


def _having(merged: Merging, name: str, field: str) -> Iterator[tuple[int, Type]]:
    for candidate in (name, *merged.implemented.get(name, ())):
        for graph, declared in merged.sources_by_type.get(candidate, {}).items():
            own = candidate == name or declared.is_interface_object
            external = (candidate, field) in merged.facts[graph].external
            if own and field in declared.fields and not external:
                yield graph, declared


def _cannot_move(reach: Reach, stop: Stop, reached: Locations, graph: int, declared: Type) -> str:
    name = reach.merged.subgraphs[graph].name
    intro = f'cannot move to subgraph "{name}", which has field "{stop.coordinate}", because'
    keys = declared.every("key")
    if not keys:
        return f'{intro} type "{declared.name}" has no @key defined in subgraph "{name}".'
    usable = [key for key in keys if key.value("resolvable") is not False]
    if not usable:
        return (
            f'{intro} none of the @key defined on type "{declared.name}" in subgraph "{name}" are '
            'resolvable (they are all declared with "resolvable" false).'
        )
    written = ", ".join(f'@key(fields: "{key.value("fields")}")' for key in usable)
    here = " or ".join(sorted({reach.merged.subgraphs[p.graph].name for p in reached}))
    return f'{intro} the fields of {written} cannot be resolved from "{here}".'


def explain_split(merged: Merging, split: Split) -> str:
    """Return the message for a shared field that no two subgraphs can answer alike."""
    listed = ";\n".join(
        f' - in subgraph "{merged.subgraphs[graph].name}", '
        f"type{'s' if len(names) > 1 else ''} "
        + " and ".join(f'"{name}"' for name in sorted(names))
        for graph, names in split.runtimes
    )
    return (
        "For the following supergraph API query:\n"
        f"{print_query(split.path, '...')}\n"
        f'Shared field "{split.coordinate}" return type "{split.type}" has a non-intersecting set '
        f"of possible runtime types across subgraphs. Runtime types in subgraphs are:\n{listed}.\n"
        "Shared fields must resolve alike in all subgraphs: that takes a common runtime type."
    )
