"""Merges object and interface types: the fields of all subgraphs together."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.merging.applied import merge_applied
from gateway.composition.merging.descriptions import merge_description
from gateway.composition.merging.fields import merge_field
from gateway.composition.merging.joins import join_implements, join_types
from gateway.composition.merging.overrides import settle_overrides
from gateway.composition.merging.sharing import check_sharing
from gateway.composition.merging.state import Merging, Sources
from gateway.composition.model import Field, Kind, Type


def merge_outputs(state: Merging) -> None:
    """Fill in every object and interface type."""
    for name, kind in state.kinds.items():
        if kind in {Kind.OBJECT, Kind.INTERFACE}:
            state.types[name] = _merge(state, name, kind, state.sources_by_type[name])


def _merge(state: Merging, name: str, kind: Kind, sources: Sources) -> Type:
    fields = {field.name: field for field in _fields(state, name, kind, sources)}
    return Type(
        name=name,
        kind=kind,
        description=merge_description(state, sources.values(), name),
        interfaces=state.implemented[name],
        fields=fields,
        directives=(
            *join_implements(state, sources),
            *join_types(state, sources),
            *merge_applied(state, sources, name),
        ),
    )


def _fields(state: Merging, parent: str, kind: Kind, sources: Sources) -> Iterator[Field]:
    names = dict.fromkeys(name for declared in sources.values() for name in declared.fields)
    for name in names:
        overridden = settle_overrides(state, parent, sources, name)
        if parent == "Subscription":
            _check_subscription(state, name, sources)
        merged = merge_field(state, parent, sources, name, overridden)
        if kind is Kind.OBJECT:
            check_sharing(state, parent, name, sources, overridden)
        if merged is not None:
            yield merged


def _check_subscription(state: Merging, name: str, sources: Sources) -> None:
    """Two event streams are not one: a subscription's field has one home."""
    shared = [
        index
        for index, declared in sources.items()
        if name in declared.fields and declared.fields[name].has("shareable")
    ]
    if shared:
        state.refuse(
            "INVALID_FIELD_SHARING",
            f"Fields on root level subscription object cannot be marked as shareable: "
            f'"Subscription.{name}" is in {state.subgraph_names(shared)}',
            f"Subscription.{name}",
            shared,
        )
