"""Drafts → fetches: sites become groups and documents, data flow becomes ``after``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from gateway.operation.condition import NEVER, Condition
from gateway.operation.model import Operation, OperationKind
from gateway.planning.alias_conflicts import ConflictAliases
from gateway.planning.context_variables import context_variables, name_context_variables
from gateway.planning.documents import DocumentPrinter
from gateway.planning.draft import Draft
from gateway.planning.echoed_keys import echoed_keys
from gateway.planning.facts import Facts
from gateway.planning.improve import top
from gateway.planning.mark_conditions import Conditions
from gateway.planning.places import Bucket, Input, InputOnTypes, InputPart, Kind, Site
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
from gateway.planning.positions import Position, Slot
from gateway.planning.render_selections import Renderer
from gateway.planning.rendered import Rendered
from gateway.planning.representations import representation_of
from gateway.planning.target_paths import KeysInUse, TypedPath, merge_targets, target_path
from gateway.planning.wait_for_types import tellers, wait_for_types


@dataclass(frozen=True, slots=True)
class _Group:
    """An entity group before it is numbered."""

    paths: tuple[TypedPath, ...]
    representation: Representation
    rendered: Rendered
    renames: tuple[Rename, ...]
    contexts: tuple[ContextVariable, ...]
    when: Condition


@dataclass(slots=True)
class Assembly:
    """Assembles the fetches of one plan, draft by draft."""

    facts: Facts
    operation: Operation
    conditions: Conditions
    typename_key: str
    in_use: KeysInUse
    renderer: Renderer
    fetches: list[Fetch] = field(default_factory=list)
    roots: list[Rendered] = field(default_factory=list)
    _ids: dict[Site, int] = field(default_factory=dict)

    def add(self, draft: Draft, kind: OperationKind) -> None:
        """Add the fetches of ``draft``, each after those it depends on."""
        order = {name: index for index, name in enumerate(self.facts.subgraphs)}
        needed = {
            bucket: [site for site in sites if site in self.conditions.sites]
            for bucket, sites in draft.graph.buckets.items()
        }
        for sites in needed.values():
            for site in sites:
                self._tell_apart(site)
        needed = wait_for_types(needed, self._sources)
        for bucket in sorted(needed, key=lambda b: (b.level, order[b.subgraph], b.kind.value)):
            if needed[bucket]:
                self._add_bucket(bucket, needed[bucket], kind)

    def _tell_apart(self, site: Site) -> None:
        """Ask for type names wherever the path to a site's objects tells them apart."""
        for step in target_path(site, self.in_use):
            for other in step.position.sites if step.position else ():
                if other.is_arrival and not other.opaque:
                    other.wants_typename = True

    def _add_bucket(self, bucket: Bucket, sites: list[Site], kind: OperationKind) -> None:
        match bucket.kind:
            case Kind.ROOT:
                self._add_root(sites, kind)
            case Kind.REENTRY:
                for site in sites:
                    self._add_reentry(site)
            case Kind.ENTITY:
                self._add_entities(sites)

    def _add_root(self, sites: list[Site], kind: OperationKind) -> None:
        [site] = sites
        rendered, renames = self._rendered(self.renderer.selection([site], site.view))
        when = self._when(sites)
        document = self._printer().root(kind, rendered, when)
        self._ids[site] = len(self.fetches)
        self.roots.append(rendered)
        self.fetches.append(
            RootFetch(
                id=len(self.fetches),
                subgraph=site.subgraph,
                kind=kind,
                document=document.text,
                variables=document.variables,
                after=self._sinks() if kind is OperationKind.MUTATION else (),
                when=when,
                renames=renames,
                has_custom_scalars=document.has_custom_scalars,
                root_keys=_answered_keys(rendered),
            )
        )

    def _add_reentry(self, site: Site) -> None:
        rendered, renames = self._rendered(self.renderer.selection([site], site.view))
        when = self._when([site])
        document = self._printer().root(OperationKind.QUERY, rendered, when)
        targets = merge_targets([target_path(site, self.in_use)])
        after = self._after([site])
        self._ids[site] = len(self.fetches)
        self.fetches.append(
            ReentryFetch(
                id=len(self.fetches),
                subgraph=site.subgraph,
                document=document.text,
                targets=targets,
                variables=document.variables,
                after=after,
                when=when,
                renames=renames,
                has_custom_scalars=document.has_custom_scalars,
            )
        )

    def _add_entities(self, sites: list[Site]) -> None:
        name_context_variables(sites, self.operation.variables)
        groups = _merged([self._group(site) for site in sites])
        named = list(self._named(groups))
        document = self._printer().entities(
            [(group, raw.rendered) for group, raw in zip(named, groups, strict=True)]
        )
        after = self._after(sites)
        for site in sites:
            self._ids[site] = len(self.fetches)
        self.fetches.append(
            EntityFetch(
                id=len(self.fetches),
                subgraph=sites[0].subgraph,
                document=document.text,
                groups=tuple(named),
                variables=document.variables,
                after=after,
                when=self._when(sites),
                has_custom_scalars=document.has_custom_scalars,
                template=document.template,
            )
        )

    def _group(self, site: Site) -> _Group:
        rendered, renames = self._rendered(self.renderer.entity(site))
        path = target_path(site, self.in_use)
        representation = representation_of(site, self.typename_key)
        contexts = context_variables(site, self.in_use, self.typename_key)
        when = self.conditions.sites[site]
        return _Group((path,), representation, rendered, renames, contexts, when)

    def _named(self, groups: list[_Group]) -> Iterator[EntityGroup]:
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

    def _printer(self) -> DocumentPrinter:
        return DocumentPrinter(self.operation.variables, self.facts.supergraph.types)

    def _rendered(self, raw: Rendered) -> tuple[Rendered, tuple[Rename, ...]]:
        aliases = ConflictAliases(self.typename_key)
        rendered = aliases.rewrite(raw)
        return rendered, aliases.ordered()

    def _when(self, sites: Iterable[Site]) -> Condition:
        when = NEVER
        for site in sites:
            when = when.or_(self.conditions.sites[site])
        return when

    def _after(self, sites: Iterable[Site]) -> tuple[int, ...]:
        """The fetches that load what these sites are entered with, less those implied by others."""
        needed = {self._ids[top(source)] for site in sites for source in self._sources(site)}
        implied: set[int] = set()
        for id_ in needed:
            implied |= self._all_before(id_)
        return tuple(sorted(needed - implied))

    def _sources(self, site: Site) -> Iterator[Site]:
        yield from _sources(site)
        yield from tellers(site, self.in_use)

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


def _sources(site: Site) -> Iterator[Site]:
    if site.arrival is not None:
        yield site.arrival
    yield from site.typenames
    for parts in site.inputs:
        yield from _sources_of_parts(parts)


def _sources_of_parts(parts: Iterable[InputPart]) -> Iterator[Site]:
    for part in parts:
        if isinstance(part, Input):
            for place in (part.place, part.typename):
                if isinstance(place, Site):
                    yield place
        inner = part.parts if isinstance(part, Input | InputOnTypes) else ()
        yield from _sources_of_parts(inner)


def _merged(groups: list[_Group]) -> list[_Group]:
    """Groups that ask the same of the same representations become one with several targets."""
    merged: dict[_Group, list[TypedPath]] = {}
    for group in groups:
        merged.setdefault(replace(group, paths=()), []).extend(group.paths)
    return [replace(group, paths=tuple(paths)) for group, paths in merged.items()]


def keys_in_use(conditions: Conditions) -> Mapping[Position, Mapping[str, tuple[Slot, ...]]]:
    """Per position and response key the slots that any fetch asks."""
    found: dict[Position, dict[str, tuple[Slot, ...]]] = {}
    for _, slot in conditions.slots:
        by_key = found.setdefault(slot.parent, {})
        known = by_key.get(slot.key or "", ())
        if slot not in known:
            by_key[slot.key or ""] = (*known, slot)
    return found
