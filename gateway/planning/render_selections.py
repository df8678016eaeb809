"""Sites → the selection that their fetch sends, in the terms of its subgraph.

Sites know fields by sets of concrete types. A subgraph is asked with fragments on its own types;
what all types that it can return here share is asked on the interface itself, where the interface
has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gateway.operation.condition import NEVER
from gateway.operation.model import Argument, Directive
from gateway.planning.facts import Facts
from gateway.planning.mark_conditions import Conditions
from gateway.planning.places import Site
from gateway.planning.positions import Slot
from gateway.planning.rendered import Fragment, Rendered, RenderedField, typename_field

_Selected = list[tuple[Site, Slot]]
_Meaning = tuple[str | None, str, tuple[Argument, ...], tuple[Directive, ...]]
_PerType = dict[str, tuple[RenderedField, ...]]


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders selections for one plan."""

    facts: Facts
    conditions: Conditions
    typename_key: str
    echoes_typenames: bool = False
    """Ask __typename where the client does though the type is known: the bytes may pass through."""
    _known: dict[tuple[str, tuple[Site, ...]], Rendered] = field(default_factory=dict)

    def entity(self, site: Site) -> Rendered:
        """What is asked of the entities of an entered site, inside ``_entities``."""
        if site.opaque or site.types is None:
            inner = self.selection([site], site.view)
            types = self.facts.possible(site.view, site.subgraph)
            return Rendered((), (Fragment(site.view, types, inner),))
        per_type = self._per_type(self._used([site]), site.types)
        own = (typename_field(self.typename_key),) if site.wants_typename else ()
        fragments = self._fragments(site.subgraph, per_type)
        return Rendered(own, fragments) if own or fragments else self._presence()

    def selection(self, sites: Sequence[Site], view: str) -> Rendered:
        """What is asked of objects that the subgraph declares as ``view``; rendered once."""
        key = (view, tuple(sites))
        if key not in self._known:
            self._known[key] = self._selection(sites, view)
        return self._known[key]

    def _selection(self, sites: Sequence[Site], view: str) -> Rendered:
        subgraph = sites[0].subgraph
        used = self._used(sites)
        if not self.facts.is_abstract(view) or self.facts.is_opaque(view, subgraph):
            rendered = Rendered(self._with_typename(sites, self._fields(used, view)))
        else:
            here = self.facts.possible(view, subgraph)
            per_type = self._per_type(used, here)
            shared = self._shared(view, subgraph, per_type, here)
            names = {each.key for each in shared}
            rest = {
                type_name: tuple(f for f in fields if f.key not in names)
                for type_name, fields in per_type.items()
            }
            rendered = Rendered(self._with_typename(sites, shared), self._fragments(subgraph, rest))
        return rendered if rendered.fields or rendered.fragments else self._presence()

    def _with_typename(
        self, sites: Sequence[Site], fields: tuple[RenderedField, ...]
    ) -> tuple[RenderedField, ...]:
        """``fields`` with ``__typename`` where it is needed: where the client has it, or first."""
        position = sites[0].position
        echoed = self.echoes_typenames and position.typename_after is not None
        if not echoed and not any(site.wants_typename for site in sites):
            return fields
        keys = [field.key for field in fields]
        after = position.typename_after
        place = keys.index(after) + 1 if after in keys else 0
        return (*fields[:place], typename_field(self.typename_key), *fields[place:])

    def _presence(self) -> Rendered:
        """Nothing is asked of the objects themselves: only whether they are there."""
        return Rendered((typename_field(self.typename_key),))

    def _used(self, sites: Sequence[Site]) -> _Selected:
        found = [
            (site, slot)
            for site in sites
            for slot in site.selected
            if self.conditions.of(site, slot) != NEVER
        ]
        return sorted(found, key=lambda pair: pair[1].order)

    def _per_type(self, used: _Selected, possible: frozenset[str]) -> _PerType:
        """Fields per concrete type; types that share their slots share the rendering."""
        known: dict[tuple[int, ...], tuple[RenderedField, ...]] = {}
        found: _PerType = {}
        types = {name for _, slot in used for name in slot.types} & possible
        for type_name in sorted(types):
            own = [pair for pair in used if type_name in pair[1].types]
            key = tuple(id(part) for pair in own for part in pair)
            if key not in known:
                known[key] = self._fields(own, None)
            found[type_name] = known[key]
        return found

    def _fields(self, used: _Selected, view: str | None) -> tuple[RenderedField, ...]:
        """Slots as fields; slots that are one field (same key and meaning) are joined."""
        joined: dict[
            tuple[str | None, str, tuple[Argument, ...], tuple[Directive, ...]], _Selected
        ] = {}
        for site, slot in used:
            meaning = (slot.key, slot.name, slot.arguments, slot.directives)
            joined.setdefault(meaning, []).append((site, slot))
        return tuple(self._field(pairs, view) for pairs in joined.values())

    def _field(self, pairs: _Selected, view: str | None) -> RenderedField:
        site, slot = pairs[0]
        when = NEVER
        for each_site, each_slot in pairs:
            when = when.or_(self.conditions.of(each_site, each_slot))
        declared_on = view if view in self.facts.types and view is not None else None
        known = self.facts.known(
            declared_on or slot.representative, slot.name, site.subgraph
        ) or self.facts.known(slot.representative, slot.name, site.subgraph)
        assert known is not None and slot.key is not None  # noqa: S101, PT018
        below = [s.selected[x] for s, x in pairs]
        children = [child for child in below if child is not None]
        return RenderedField(
            slot.key,
            slot.name,
            known.type.text,
            known.type.name,
            (*slot.arguments, *_from_contexts(site, slot)),
            slot.directives,
            when,
            self.selection(children, known.type.name) if children else None,
        )

    def _shared(
        self, view: str, subgraph: str, per_type: _PerType, possible: frozenset[str]
    ) -> tuple[RenderedField, ...]:
        """Fields asked of every type that the subgraph can return, if its interface has them."""
        if not per_type or possible - per_type.keys():
            return ()
        first, *others = (
            [self._on_interface(view, subgraph, f) for f in per_type[name]]
            for name in sorted(possible)
        )
        return tuple(f for f in first if f is not None and all(f in other for other in others))

    def _on_interface(
        self, view: str, subgraph: str, rendered: RenderedField
    ) -> RenderedField | None:
        known = self.facts.known(view, rendered.name, subgraph)
        if known is None or known.external:
            return None
        if rendered.selection is not None and known.type.name != rendered.type_name:
            return None
        return replace(rendered, type_text=known.type.text, type_name=known.type.name)

    def _fragments(self, subgraph: str, per_type: _PerType) -> tuple[Fragment, ...]:
        """One fragment per type, or per interface that stands for just the types asked alike."""
        alike: dict[tuple[RenderedField, ...], list[str]] = {}
        for type_name, fields in per_type.items():
            if fields:
                alike.setdefault(fields, []).append(type_name)
        found: list[Fragment] = []
        for fields, names in alike.items():
            interface = self._interface_of(subgraph, frozenset(names), fields)
            for name in (interface,) if interface else names:
                types = frozenset(names) if interface else frozenset({name})
                found.append(Fragment(name, types, Rendered(fields)))
        return tuple(found)

    def _interface_of(
        self, subgraph: str, types: frozenset[str], fields: Iterable[RenderedField]
    ) -> str | None:
        """An interface of the subgraph that exactly ``types`` implement and that has the fields."""
        if len(types) < 2:  # noqa: PLR2004 - one type needs no interface
            return None
        in_subgraph = self.facts.in_subgraph(min(types), subgraph)
        for interface in sorted(in_subgraph.interfaces if in_subgraph else ()):
            if self.facts.possible(interface, subgraph) == types and all(
                self._on_interface(interface, subgraph, rendered) is not None for rendered in fields
            ):
                return interface
        return None


def _from_contexts(site: Site, slot: Slot) -> Iterator[Argument]:
    """The arguments that clients do not give."""
    for value in site.contexts.get(slot, ()):
        yield Argument(value.argument, f"${value.variable}")
