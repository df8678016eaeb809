"""Contexts of entered sites → variables of their groups."""

from __future__ import annotations

from collections.abc import Container, Iterable

from gateway.planning.places import ContextSetter as Setter
from gateway.planning.places import Site
from gateway.planning.plan import ContextSetter, ContextVariable
from gateway.planning.representations import parts_of
from gateway.planning.target_paths import KeysInUse, merge_targets, path_to


def name_context_variables(sites: Iterable[Site], taken: Container[str]) -> None:
    """Name the variables of ``sites``, which may share a document, unlike any that is ``taken``."""
    values = (value for site in sites for own in site.contexts.values() for value in own)
    for number, value in enumerate(values):
        value.variable = f"context{number}"
        while value.variable in taken:
            value.variable = f"_{value.variable}"


def context_variables(
    site: Site, in_use: KeysInUse, typename_key: str
) -> tuple[ContextVariable, ...]:
    """What the variables of a site's group are and where their values stand."""
    return tuple(
        ContextVariable(
            value.variable,
            value.type,
            tuple(_setter(setter, in_use, typename_key) for setter in value.setters),
        )
        for own in site.contexts.values()
        for value in own
    )


def _setter(setter: Setter, in_use: KeysInUse, typename_key: str) -> ContextSetter:
    [path] = merge_targets([tuple(path_to(setter.position, in_use))])
    return ContextSetter(len(path), setter.types, parts_of(setter.parts, typename_key))
