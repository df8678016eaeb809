"""Requests → fetches: nodes become groups and documents, data flow becomes ``after``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from gateway.operation.condition import Condition
from gateway.operation.model import Operation, OperationKind
from gateway.planning.assemble.alias_conflicts import ConflictAliases
from gateway.planning.assemble.context_variables import context_variables
from gateway.planning.assemble.documents import DocumentPrinter
from gateway.planning.assemble.echoed_keys import echoed_keys
from gateway.planning.assemble.rendered import Rendered
from gateway.planning.assemble.representations import representation_of
from gateway.planning.assemble.selections import Renderer
from gateway.planning.fetch_graph import (
    FetchKind,
    FetchNode,
    KeysInUse,
    Request,
    TypedPath,
    merge_targets,
    target_path,
)
from gateway.planning.plan import (
    ContextVariable,
    EntityFetch,
    EntityGroup,
    Fetch,
    ReentryFetch,
    Rename,
    Representation,
    RootFetch,
)
from gateway.planning.solve import Draft, NeededWhen
from gateway.supergraph.model import SupergraphType


class _Group(msgspec.Struct, frozen=True):
    """An entity group before it is numbered."""

    paths: tuple[TypedPath, ...]
    representation: Representation
    rendered: Rendered
    renames: tuple[Rename, ...]
    contexts: tuple[ContextVariable, ...]
    when: Condition


@dataclass(slots=True)
class Assembly:
    """Assembles the fetches of one plan, solution by solution."""

    operation: Operation
    needed: NeededWhen
    typename_key: str
    in_use: KeysInUse
    waits_for: Mapping[FetchNode, Sequence[FetchNode]]
    renderer: Renderer
    types: Mapping[str, SupergraphType]
    mutation_root: str | None
    order: Mapping[str, int]
    """Where the supergraph has a subgraph: fetches of one level are numbered in that order."""
    fetches: list[Fetch] = field(default_factory=list)
    roots: list[Rendered] = field(default_factory=list)
    _ids: dict[FetchNode, int] = field(default_factory=dict)
    _rewritten: dict[Rendered, tuple[Rendered, tuple[Rename, ...]]] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: Draft) -> Assembly:
        """The empty assembly of a finished draft."""
        renderer = Renderer(
            draft.index, draft.needed, draft.typename_key, echoes_typenames=draft.is_one_request
        )
        order = {name: number for number, name in enumerate(draft.index.subgraphs)}
        return cls(
            draft.operation,
            draft.needed,
            draft.typename_key,
            draft.keys_in_use,
            draft.waits_for,
            renderer,
            draft.index.types,
            draft.index.mutation_root,
            order,
        )

    def add(self, requests: Mapping[Request, list[FetchNode]]) -> None:
        """Add the fetches of one solution, each after those it depends on."""
        for request in sorted(
            requests, key=lambda r: (r.level, self.order[r.subgraph], r.kind.value)
        ):
            nodes = requests[request]
            match request.kind:
                case FetchKind.ROOT:
                    self._add_root(nodes)
                case FetchKind.REENTRY:
                    for node in nodes:
                        self._add_reentry(node)
                case FetchKind.ENTITY:
                    self._add_entities(nodes)

    def _add_root(self, nodes: list[FetchNode]) -> None:
        """A query, or a mutation's next one, which waits for all that went before."""
        [node] = nodes
        kind = self.operation.kind
        rendered, renames = self._rendered(self.renderer.selection(nodes, node.declared_type))
        when = self.needed.any_of(nodes)
        document = self._printer(kind).root(kind, rendered, when)
        self._ids[node] = len(self.fetches)
        self.roots.append(rendered)
        self.fetches.append(
            RootFetch(
                id=len(self.fetches),
                subgraph=node.subgraph,
                kind=kind,
                document=document.text,
                variables=document.variables,
                after=self._sinks() if kind is OperationKind.MUTATION else (),
                when=when,
                renames=renames,
                has_custom_scalars=document.has_custom_scalars,
                has_literals=document.has_literals,
                root_keys=_answered_keys(rendered),
            )
        )

    def _add_reentry(self, node: FetchNode) -> None:
        """A root type is asked again below the root: Query, or Mutation by a mutation."""
        is_mutation = node.object_node.type_name == self.mutation_root
        kind = OperationKind.MUTATION if is_mutation else OperationKind.QUERY
        rendered, renames = self._rendered(self.renderer.selection([node], node.declared_type))
        when = self.needed.any_of([node])
        document = self._printer(kind).root(kind, rendered, when)
        after = self._after([node])
        self._ids[node] = len(self.fetches)
        self.fetches.append(
            ReentryFetch(
                id=len(self.fetches),
                subgraph=node.subgraph,
                document=document.text,
                targets=merge_targets([target_path(node, self.in_use)]),
                variables=document.variables,
                after=after,
                when=when,
                renames=renames,
                has_custom_scalars=document.has_custom_scalars,
                has_literals=document.has_literals,
                kind=kind,
            )
        )

    def _add_entities(self, nodes: list[FetchNode]) -> None:
        """One document with one ``_entities`` field per group of nodes that ask the same."""
        groups = _merged([self._group(node) for node in nodes])
        named = list(self._named(groups))
        document = self._printer(OperationKind.QUERY).entities(
            [(group, raw.rendered) for group, raw in zip(named, groups, strict=True)]
        )
        after = self._after(nodes)
        for node in nodes:
            self._ids[node] = len(self.fetches)
        self.fetches.append(
            EntityFetch(
                id=len(self.fetches),
                subgraph=nodes[0].subgraph,
                document=document.text,
                groups=tuple(named),
                variables=document.variables,
                after=after,
                when=self.needed.any_of(nodes),
                has_custom_scalars=document.has_custom_scalars,
                has_literals=document.has_literals,
                template=document.template,
            )
        )

    def _group(self, node: FetchNode) -> _Group:
        rendered, renames = self._rendered(self.renderer.entity(node))
        return _Group(
            (target_path(node, self.in_use),),
            representation_of(node, self.typename_key),
            rendered,
            renames,
            context_variables(node, self.in_use, self.typename_key),
            self.needed.nodes[node],
        )

    def _named(self, groups: list[_Group]) -> Iterator[EntityGroup]:
        """Groups with names for their ``_entities`` field and its variable.

        The client owns its variables' names: one called ``representations`` stays.
        """
        taken = set(self.operation.variables)
        for index, group in enumerate(groups):
            alone = len(groups) == 1
            variable = "representations" if alone else f"r{index}"
            while variable in taken:
                variable = f"_{variable}"
            yield EntityGroup(
                alias="_entities" if alone else f"_e{index}",
                variable=variable,
                targets=merge_targets(group.paths),
                representation=group.representation,
                renames=group.renames,
                contexts=group.contexts,
                when=group.when,
                echoed_keys=echoed_keys(group.representation, group.rendered, group.renames),
            )

    def _printer(self, kind: OperationKind) -> DocumentPrinter:
        operation = self.operation
        return DocumentPrinter(operation.variables, self.types, operation.directives_at(kind))

    def _rendered(self, raw: Rendered) -> tuple[Rendered, tuple[Rename, ...]]:
        known = self._rewritten.get(raw)
        if known is None:
            aliases = ConflictAliases(self.typename_key)
            known = self._rewritten[raw] = (aliases.rewrite(raw), aliases.ordered())
        return known

    def _after(self, nodes: Iterable[FetchNode]) -> tuple[int, ...]:
        """The fetches that load what these nodes are entered with, less those implied by others."""
        needed = {self._ids[before] for node in nodes for before in self.waits_for[node]}
        implied: set[int] = set()
        for id_ in needed:
            implied |= self._all_before(id_)
        return tuple(sorted(needed - implied))

    def _sinks(self) -> tuple[int, ...]:
        """The fetches that nothing waits for: after them all earlier root fields are done."""
        awaited = {id_ for fetch in self.fetches for id_ in fetch.after}
        return tuple(fetch.id for fetch in self.fetches if fetch.id not in awaited)

    def _all_before(self, id_: int) -> set[int]:
        found: set[int] = set()
        for other in self.fetches[id_].after:
            found |= {other} | self._all_before(other)
        return found


def _answered_keys(rendered: Rendered) -> tuple[str, ...]:
    """Return the keys that are lost when the fetch fails; the root's type name never is."""
    keys = [field.key for field in rendered.fields if field.name != "__typename"]
    return tuple(dict.fromkeys(keys or [field.key for field in rendered.fields]))


def _merged(groups: list[_Group]) -> list[_Group]:
    """Groups that ask the same of the same representations become one with several targets."""
    merged: dict[_Group, list[TypedPath]] = {}
    for group in groups:
        merged.setdefault(replace(group, paths=()), []).extend(group.paths)
    return [replace(group, paths=tuple(paths)) for group, paths in merged.items()]
