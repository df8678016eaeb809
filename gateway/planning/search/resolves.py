"""Whether a candidate answers a field by itself: no jump, no requirement, one more selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.operation.model import Field, SelectionSet
from gateway.planning.fetch_graph import Candidate, ChildCandidate, EntityJump
from gateway.planning.resolution import ResolutionIndex
from gateway.planning.tree import FieldNode
from gateway.supergraph.field_set import FieldSelection, FieldSet


def resolves(index: ResolutionIndex, candidate: Candidate, field: FieldNode) -> bool:
    """Whether ``field`` can be selected at ``candidate``, open or not."""
    if not candidate.covers(field):
        return False
    found = index.resolvable(_type_there(candidate, field), field.name, candidate.subgraph)
    if found is not None and found.requires is None and not found.context_arguments:
        takes_all = candidate.is_interface_object and candidate.types is None
        return not (takes_all and is_ambiguous(field))
    return _provided(index, candidate, field) is not None


def resolves_for_all(index: ResolutionIndex, candidate: Candidate, field: FieldNode) -> bool:
    """Whether ``candidate`` resolves a field for all its types as it does for its representative.

    Types of a mixed field differ: see the case ``interface_object_requires_on_one``.
    """
    if candidate.is_interface_object or _provided(index, candidate, field) is not None:
        return True
    resolved = index.resolvable(field.representative, field.name, candidate.subgraph)
    return all(
        index.resolvable(type_name, field.name, candidate.subgraph) == resolved
        and _is_entered_alike(index, candidate, field, type_name)
        for type_name in field.types
    )


def child_candidate(
    index: ResolutionIndex, base: Candidate, field: FieldNode
) -> ChildCandidate | None:
    """The objects under ``field`` in the fetch that ``base`` belongs to; None below leaves."""
    if field.child is None:
        return None
    declared = index.declaration(_type_there(base, field), field.name, base.subgraph)
    provided = _provided(index, base, field) or ()
    return ChildCandidate(
        object_node=field.child,
        subgraph=base.subgraph,
        level=base.level,
        declared_type=declared.type.name,
        is_interface_object=index.is_interface_object(declared.type.name, base.subgraph),
        provided=(*provided, *(declared.provides or ())),
        requests=base.requests,
        field_count=base.field_count + 1,
        base=base,
        field=field,
    )


def is_ambiguous(field: FieldNode) -> bool:
    """Whether objects of other types have another field under the field's response key.

    Or the same with another field under a key below it. An interface object that is asked for all
    types at once cannot keep the two apart: see the cases ``interface_object_two_meanings``.
    """
    return bool(field.key) and any(
        other.key == field.key and other is not field and _differ(other, field)
        for other in field.parent.fields
    )


def _differ(one: FieldNode, other: FieldNode) -> bool:
    """Whether two fields of one key could not be one field."""
    if one.name != other.name or one.arguments != other.arguments:
        return True
    return (
        one.child is not None
        and other.child is not None
        and (_contradict(one.child.selection, other.child.selection))
    )


def _contradict(one: SelectionSet | None, other: SelectionSet | None) -> bool:
    """Whether some key of both stands for different fields, or for one that does below."""
    if one is None or other is None or one is other:
        return False
    by_key: dict[str, list[Field]] = {}
    for each in one.fields:
        by_key.setdefault(each.key, []).append(each)
    return any(
        mine.name != theirs.name
        or mine.arguments != theirs.arguments
        or _contradict(mine.selection, theirs.selection)
        for theirs in other.fields
        for mine in by_key.get(theirs.key, ())
    )


def overwrite_each_other(base: Candidate, found: Sequence[Candidate]) -> bool:
    """Whether objects whose types ``base`` cannot tell would be asked at several candidates."""
    return base.is_interface_object and len(set(found)) > 1


def mix_interface_objects(base: Candidate, found: Sequence[Candidate]) -> bool:
    """Whether some types come from an interface object (which answers for all) and others not."""
    return overwrite_each_other(base, found) and any(each.is_interface_object for each in found)


def _type_there(candidate: Candidate, field: FieldNode) -> str:
    """The type whose field the subgraph is asked for."""
    return candidate.declared_type if candidate.is_interface_object else field.representative


def _provided(index: ResolutionIndex, candidate: Candidate, field: FieldNode) -> FieldSet | None:
    """What ``@provides`` on the way here makes available below ``field``; None: not even itself."""
    if not candidate.provided:
        return None
    if index.declared(_type_there(candidate, field), field.name, candidate.subgraph) is None:
        return None
    return _find(index, candidate.provided, field, candidate.subgraph)


def _is_entered_alike(
    index: ResolutionIndex, candidate: Candidate, field: FieldNode, type_name: str
) -> bool:
    if not isinstance(candidate, EntityJump):
        return True
    key = candidate.entity_key
    if key.declared_type != field.representative:
        return True
    return replace(key, declared_type=type_name) in index.entity_keys(type_name)


def _find(
    index: ResolutionIndex, provided: FieldSet, field: FieldNode, subgraph: str
) -> FieldSet | None:
    """The selections below ``field`` in ``provided``, those of fragments on its types included."""
    found: FieldSet | None = None
    for selection in provided:
        inner: FieldSet | None = None
        if isinstance(selection, FieldSelection):
            if selection.name == field.name:
                inner = selection.selections
        elif field.types <= index.possible(selection.type_condition, subgraph):
            inner = _find(index, selection.selections, field, subgraph)
        if inner is not None:
            found = (*(found or ()), *inner)
    return found
