"""The federation directives: one file each, with all that composition must know of it.

A file in this folder says ``DIRECTIVE = Directive(...)`` (see ``specification/directive.py``): its
versions and locations, its checks within a subgraph, how it is merged and what the supergraph links
for it. Nothing lists the files: a new one is found. What a directive does to the fields of others
is a rule of merging (``merging/merge.py``), ``@override`` for example.

The files are found at the first question, not when this package is imported, so that a directive
may ask about the others (``@composeDirective`` does).
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from gateway.composition.specification.directive import Directive
from gateway.composition.specification.federation import Version


@cache
def directives() -> tuple[Directive, ...]:
    """Return all, by the version that brought them (see ``Directive.order``)."""
    files = (file.name for file in pkgutil.iter_modules(__path__))
    found: list[Directive] = [import_module(f"{__name__}.{file}").DIRECTIVE for file in files]
    return tuple(sorted(found, key=lambda d: (d.since, d.order, d.name)))


@cache
def by_name() -> Mapping[str, Directive]:
    """Return all by their names in the specification."""
    return {directive.name: directive for directive in directives()}


@cache
def available(version: Version) -> Mapping[str, Directive]:
    """Return the directives of a federation version by name."""
    return {name: d for name, d in by_name().items() if d.since <= version}


@cache
def scalars() -> Mapping[str, Version]:
    """Return the specification's scalars, and since when each exists."""
    return {name: since for d in directives() for name, since in d.scalars.items()}


@cache
def selecting() -> frozenset[str]:
    """Return the names of the directives whose ``fields`` is a field set."""
    return frozenset(d.name for d in directives() if "FieldSet" in d.scalars)


@cache
def carried() -> tuple[Directive, ...]:
    """Return the directives that reach the supergraph."""
    return tuple(d for d in directives() if d.carried is not None)


@cache
def carried_as_written() -> frozenset[str]:
    """Return the names of those that mean the same in the supergraph as in a subgraph."""
    return frozenset(d.name for d in carried() if d.carried and d.carried.qualify is None)


@cache
def authorizing() -> tuple[Directive, ...]:
    """Return the directives that protect a field or type."""
    return tuple(d for d in directives() if d.requirement is not None)


@cache
def linked_alone(specification: str) -> tuple[str, ...]:
    """Return the directives that a specification brings which a subgraph links by itself."""
    return tuple(
        d.name
        for d in carried()
        if d.carried
        and d.carried.specification.linkable
        and d.carried.specification.name == specification
    )
