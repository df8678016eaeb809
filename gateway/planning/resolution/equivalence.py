"""Groups of concrete types that can be planned as one.

An interface may have fifty implementations, nested five deep: planning each type at each place
would take 50⁵ steps. Types are equivalent for a field if the search, whatever it looks at for that
field, sees the same: the same subgraphs resolve it under the same terms, they are entered by the
same keys, and the fields which those name can be had in the same ways.
"""

from __future__ import annotations

from gateway.planning.resolution.index import ResolutionIndex
from gateway.supergraph.field_set import FieldSelection, FieldSet


def group_equivalent(
    index: ResolutionIndex, types: frozenset[str], name: str, declaring: frozenset[str]
) -> list[frozenset[str]]:
    """Partition ``types`` for the field ``name``; ``declaring`` subgraphs may load the objects."""
    if len(types) == 1:
        return [types]
    ordered = sorted(types)
    groups: dict[int, list[str]] = {}
    for type_name in ordered:
        groups.setdefault(_signature(index, type_name, name, declaring), []).append(type_name)
    return [frozenset(group) for group in groups.values()]


def _signature(index: ResolutionIndex, type_name: str, name: str, declaring: frozenset[str]) -> int:
    key = (type_name, name, declaring)
    if key not in index.signatures:
        described = _describe(index, type_name, name, declaring)
        numbers = index.signature_numbers
        index.signatures[key] = numbers.setdefault(described, len(numbers))
    return index.signatures[key]


def _describe(
    index: ResolutionIndex, type_name: str, name: str, declaring: frozenset[str]
) -> object:
    """All that the search can see of a type for the sake of one field, its own name left out.

    That is, in the subgraphs it may look at: how they declare the type, its keys there, the fields
    that keys and requirements name, and the type conditions that tell the type from others.
    """
    names, subgraphs = _looked_at(index, type_name, name, declaring)
    declared_types = [
        (subgraph, declared_type)
        for subgraph, declared_type in index.declared_types(type_name)
        if subgraph in subgraphs
    ]
    return (
        tuple((subgraph, "" if own == type_name else own) for subgraph, own in declared_types),
        tuple(
            (key.subgraph, "" if key.declared_type == type_name else key.declared_type, key.fields)
            for key in index.entity_keys(type_name)
            if key.subgraph in subgraphs
        ),
        tuple(
            (
                other,
                subgraph,
                index.declared(declared_type, other, subgraph),
                index.is_taken_over(declared_type, other, subgraph),
            )
            for other in sorted(names)
            for subgraph, declared_type in declared_types
        ),
        tuple(type_name in condition for condition in index.type_conditions()),
    )


def _looked_at(
    index: ResolutionIndex, type_name: str, name: str, declaring: frozenset[str]
) -> tuple[set[str], set[str]]:
    """The fields and subgraphs that the search may look at for a field.

    A field that every declaring subgraph resolves itself is taken from there, so nothing is looked
    at for its sake. Else whoever resolves it may be entered, by keys and requirements whose fields
    are looked at in the same way.
    """
    names, subgraphs, open_ = {name}, set(declaring), [name]
    returned = index.field(type_name, name).type.name
    if not index.is_composite(returned) and _is_at_hand(index, type_name, name, declaring):
        return names, subgraphs
    while open_:
        current = open_.pop()
        if current != name and _is_at_hand(index, type_name, current, declaring):
            continue
        resolvers = index.resolvers(type_name, current)
        entered = {resolver.subgraph for resolver in resolvers}
        subgraphs |= entered
        wanted = {
            other for resolver in resolvers for other in _top_names(resolver.field.requires or ())
        } | {
            other
            for key in index.entity_keys(type_name)
            if key.subgraph in entered
            for other in _top_names(key.fields)
        }
        open_.extend(sorted(wanted - names))
        names |= wanted
    return names, subgraphs


def _is_at_hand(
    index: ResolutionIndex, type_name: str, name: str, declaring: frozenset[str]
) -> bool:
    return all(
        (found := index.resolvable(declared_type, name, subgraph)) is not None
        and found.requires is None
        and not found.context_arguments
        for subgraph, declared_type in index.declared_types(type_name)
        if subgraph in declaring
    )


def _top_names(selections: FieldSet) -> set[str]:
    names: set[str] = set()
    for selection in selections:
        if isinstance(selection, FieldSelection):
            names.add(selection.name)
        else:
            names |= _top_names(selection.selections)
    return names
