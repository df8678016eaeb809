"""A plan, compiled: what execution needs per fetch, made once and kept beside the plan.

Paths become collectors, representations become builders, renames become functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gateway.execution.collecting import Collector
from gateway.execution.context_copies import ContextCopies, context_copies
from gateway.execution.contexts import CollectInContext, compile_contexts
from gateway.execution.ordering import dependants, effective_dependencies, startable
from gateway.execution.paths import compile_paths, index_free_prefix, keys_of
from gateway.execution.renaming import Renaming, compile_renames
from gateway.execution.writers import Writers
from gateway.operation.condition import ALWAYS, Condition
from gateway.operation.model import OperationKind
from gateway.planning.plan import EntityFetch, EntityGroup, Fetch, Leaf, Path, Plan, RootFetch
from gateway.request.json_text import dumps
from shared.loop.pieces import Pieces, at_once

_WORD = re.compile(r"\w+")
Collect = Callable[[dict[str, Any]], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class ExecutableGroup:
    """One ``_entities`` field: where its objects are, and how they are asked for and merged.

    ``contexts`` collects instead of ``collect`` where arguments are filled from above.
    ``is_shared``: no other fetch writes at or below the targets, so that one
    entity's containers may stand at several. ``when``, ``error_paths`` and ``missing_paths`` are
    as in ExecutableFetch. ``telling_keys``: by these names a reply can only mean key fields, asked
    for or not. ``asks_typename``: the document asks for type names.
    """

    spec: EntityGroup
    when: Condition
    collect: Collector
    rename: Renaming | None
    contexts: CollectInContext | None
    is_shared: bool
    variable: bytes
    typename_key: str
    error_paths: tuple[tuple[str, ...], ...]
    missing_paths: tuple[tuple[str, ...], ...]
    telling_keys: frozenset[str]
    asks_typename: bool


@dataclass(frozen=True, slots=True)
class ExecutableFetch:
    """One fetch. ``error_paths``: where its failure is told; ``missing_paths``: the index-free
    paths below which values are missing then.

    ``when``: what holds always is ALWAYS itself, told by identity in every request.

    ``copies``: how its document is written where contexts have several values.

    ``groups`` is empty but for entity fetches; ``collect`` is None but for reentry fetches.
    """

    spec: Fetch
    is_root: bool
    is_query: bool
    when: Condition
    groups: tuple[ExecutableGroup, ...]
    collect: Collect | None
    rename: Renaming | None
    error_paths: tuple[tuple[str, ...], ...]
    missing_paths: tuple[tuple[str, ...], ...]
    typename_key: str
    copies: ContextCopies | None = None


@dataclass(frozen=True, slots=True)
class ExecutablePlan:
    """``after[i]`` are the fetches that fetch ``i`` waits for; ``dependants`` is its inverse.

    ``first`` wait for none. ``is_chain``: each waits for the one before it.
    """

    plan: Plan
    fetches: tuple[ExecutableFetch, ...]
    after: tuple[frozenset[int], ...]
    dependants: tuple[tuple[int, ...], ...]
    first: tuple[int, ...]
    is_chain: bool


def compile_plan(plan: Plan) -> ExecutablePlan:
    """Compile ``plan``, for all requests that are answered by it."""
    return at_once(compiling_plan(plan))


def compiling_plan(plan: Plan) -> Pieces[ExecutablePlan]:
    """Compile ``plan``, a fetch at a time."""
    writers = Writers(plan)
    yield
    after = effective_dependencies(plan)
    fetches = []
    for fetch in plan.fetches:
        yield
        fetches.append(_compile_fetch(fetch, plan, writers))
    return ExecutablePlan(
        plan=plan,
        fetches=tuple(fetches),
        after=after,
        dependants=dependants(after),
        first=startable(after, range(len(after)), set()),
        is_chain=all(id_ - 1 in waits for id_, waits in enumerate(after) if id_ > 0),
    )


def _compile_fetch(fetch: Fetch, plan: Plan, writers: Writers) -> ExecutableFetch:
    """Compile what is fixed about one fetch, whatever a request puts into it."""
    groups: tuple[ExecutableGroup, ...] = ()
    collect: Collect | None = None
    rename: Renaming | None = None
    if isinstance(fetch, EntityFetch):
        words = frozenset(_WORD.findall(fetch.document))
        groups = tuple(_compile_group(group, words, plan, writers) for group in fetch.groups)
    else:
        rename = compile_renames(fetch.renames, plan.typename_key)
        if not isinstance(fetch, RootFetch):
            collect = compile_paths(fetch.targets, plan.typename_key)
    return ExecutableFetch(
        spec=fetch,
        is_root=isinstance(fetch, RootFetch),
        is_query=isinstance(fetch, EntityFetch) or fetch.kind is OperationKind.QUERY,
        when=_when(fetch.when),
        groups=groups,
        collect=collect,
        rename=rename,
        error_paths=_error_paths(fetch),
        missing_paths=_missing_paths(fetch),
        typename_key=plan.typename_key,
        copies=context_copies(fetch) if isinstance(fetch, EntityFetch) else None,
    )


def _compile_group(
    group: EntityGroup, words: frozenset[str], plan: Plan, writers: Writers
) -> ExecutableGroup:
    """Compile one ``_entities`` field; ``words``: the names in its fetch's document."""
    keys = (leaf.field for leaf in group.representation.keys if isinstance(leaf, Leaf))
    return ExecutableGroup(
        spec=group,
        when=_when(group.when),
        collect=Collector(group.targets, group.representation, plan.typename_key),
        rename=compile_renames(group.renames, plan.typename_key),
        contexts=compile_contexts(group, plan.typename_key),
        is_shared=writers.is_alone(group),
        variable=dumps(group.variable),
        typename_key=plan.typename_key,
        error_paths=_index_free_prefixes(group.targets),
        missing_paths=_keys_of_each(group.targets),
        telling_keys=group.echoed_keys | (frozenset(keys) - words),
        asks_typename="__typename" in words,
    )


def _when(condition: Condition) -> Condition:
    return ALWAYS if condition == ALWAYS else condition


def _target_paths(fetch: Fetch) -> list[Path]:
    if isinstance(fetch, EntityFetch):
        return [path for group in fetch.groups for path in group.targets]
    return [] if isinstance(fetch, RootFetch) else list(fetch.targets)


def _error_paths(fetch: Fetch) -> tuple[tuple[str, ...], ...]:
    if isinstance(fetch, RootFetch):
        return tuple((key,) for key in fetch.root_keys) or ((),)
    return _index_free_prefixes(_target_paths(fetch))


def _missing_paths(fetch: Fetch) -> tuple[tuple[str, ...], ...]:
    if isinstance(fetch, RootFetch):
        return tuple((key,) for key in fetch.root_keys) or ((),)
    return _keys_of_each(_target_paths(fetch))


def _index_free_prefixes(targets: Iterable[Path]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(index_free_prefix(path) for path in targets))


def _keys_of_each(targets: Iterable[Path]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(keys_of(path) for path in targets))
