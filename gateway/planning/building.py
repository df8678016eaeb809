"""Opening what the search found: places become sites, fields are selected at them."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.operation.condition import ALWAYS, Condition
from gateway.planning.fetch_graph import FetchGraph
from gateway.planning.places import (
    ContextSetter,
    ContextValue,
    Descend,
    Enter,
    EntryUse,
    FetchPlace,
    Input,
    InputOnTypes,
    InputPart,
    Kind,
    OpenRoot,
    Requirement,
    Site,
)
from gateway.planning.positions import Slot


@dataclass(slots=True)
class Building:
    """Changes one fetch graph. ``when``: the condition of the need that is being answered."""

    graph: FetchGraph
    when: Condition = ALWAYS
    _opened: dict[int, tuple[FetchPlace, Site]] = field(default_factory=dict)

    def open(self, place: FetchPlace) -> Site:
        """The site of ``place``, opened with all it needs."""
        if isinstance(place, Site):
            return place
        known = self._opened.get(id(place))
        if known is None:
            known = self._opened[id(place)] = (place, self._open(place))
        return known[1]

    def _open(self, place: FetchPlace) -> Site:
        match place:
            case OpenRoot():
                return self._open_root(place)
            case Descend():
                return self._open_below(place)
            case Enter():
                return self._open_entry(place)
            case _:
                raise TypeError(f"not a place: {place}")

    def select(self, place: FetchPlace, slot: Slot) -> Site:
        """Select ``slot`` at ``place``; return the site it is selected at."""
        site = self.open(place)
        site.selected.setdefault(slot, None)
        return site

    def select_typename(self, place: FetchPlace) -> Site:
        """Ask for the concrete type at ``place``."""
        site = self.open(place)
        site.wants_typename = True
        return site

    def _open_root(self, place: OpenRoot) -> Site:
        for site in place.position.sites:
            if site.subgraph == place.subgraph:
                return site
        return self._add(
            Site(
                position=place.position,
                subgraph=place.subgraph,
                level=1,
                view=place.view,
                kind=Kind.ROOT,
            )
        )

    def _open_below(self, place: Descend) -> Site:
        base = self.open(place.base)
        below = base.selected.get(place.slot)
        if below is None:
            below = Site(
                position=place.position,
                subgraph=place.subgraph,
                level=base.level,
                view=place.view,
                opaque=place.opaque,
                provided=place.provided,
                kind=base.kind,
                parent=base,
                slot=place.slot,
            )
            base.selected[place.slot] = below
            place.position.sites.append(below)
        return below

    def _open_entry(self, place: Enter) -> Site:
        arrival = self.open(place.arrival)
        key = self._open_parts(place.key.parts)
        requires = self._open_parts(place.requires.parts) if place.requires else ()
        contexts = place.contexts and tuple(map(self._open_value, place.contexts.values))
        site = self._entered_site(place, arrival, requires)
        if place.types is None:
            site.types = None
        elif site.types is not None:
            site.types |= place.types
        self._use(site, place, key)
        if requires:
            site.requirements.append(Requirement(place.types, requires))
        if place.contexts and contexts:
            site.contexts.setdefault(place.contexts.slot, contexts)
        if place.needs_typename is not None:
            site.waits_for_typename = self.select_typename(place.needs_typename)
        elif place.position.is_abstract and not arrival.opaque:
            arrival.wants_typename = True
        return site

    def _entered_site(self, place: Enter, arrival: Site, requires: tuple[InputPart, ...]) -> Site:
        for site in place.position.sites:
            if (
                site.arrival is arrival
                and (site.subgraph, site.level, site.opaque) == (
                    place.subgraph, place.level, place.opaque
                )
                and (not site.opaque or (site.view, site.types) == (place.view, place.types))
                and (site.types is None) == (place.types is None)
                and self._may_share(site, place, requires)
            ):  # fmt: skip
                return site
        return self._add(
            Site(
                position=place.position,
                subgraph=place.subgraph,
                level=place.level,
                view=place.view,
                opaque=place.opaque,
                types=place.types,
                kind=place.kind,
                arrival=arrival,
                opened_for=self.when,
            )
        )

    def _may_share(self, site: Site, place: Enter, requires: tuple[InputPart, ...]) -> bool:
        """Whether one representation does for what a site is opened for already and for this.

        Requirements that disagree need representations of their own. So do those under another
        condition: they are not fetched when it does not hold. Contexts belong to all objects that
        go along with them.
        """
        if any(clash(own.parts, requires) for own in site.requirements):
            return False
        if (place.contexts or site.contexts) and site.types != place.types:
            return False
        has_needs = requires or place.contexts or site.requirements or site.contexts
        return not has_needs or site.opened_for == self.when

    def _use(self, site: Site, place: Enter, key: tuple[InputPart, ...]) -> None:
        for use in site.uses:
            if use.types is None or (place.types is not None and place.types <= use.types):
                return
        site.uses.append(EntryUse(place.types, place.entry, key))

    def _add(self, site: Site) -> Site:
        site.position.sites.append(site)
        self.graph.add(site)
        return site

    def _open_value(self, value: ContextValue) -> ContextValue:
        setters = tuple(
            ContextSetter(
                setter.position,
                setter.types,
                self._open_parts(setter.parts),
                self.select_typename(setter.typename) if setter.typename else None,
            )
            for setter in value.setters
        )
        return ContextValue(value.argument, value.type, setters)

    def _open_parts(self, parts: tuple[InputPart, ...]) -> tuple[InputPart, ...]:
        return tuple(self._open_part(part) for part in parts)

    def _open_part(self, part: InputPart) -> InputPart:
        if isinstance(part, InputOnTypes):
            return InputOnTypes(part.types, self._open_parts(part.parts))
        assert part.place is not None  # noqa: S101
        typename = self.select_typename(part.typename) if part.typename else None
        if part.slot.position is None:
            return Input(part.name, part.slot, self.select(part.place, part.slot))
        inner = self._open_parts(part.parts)
        return Input(part.name, part.slot, self.open(part.place), inner, typename)


def clash(first: tuple[InputPart, ...], second: tuple[InputPart, ...]) -> bool:
    """Whether two requirements want different values under one name (other arguments)."""
    for one in first:
        for other in second:
            if isinstance(one, InputOnTypes):
                if clash(one.parts, (other,)):
                    return True
            elif isinstance(other, InputOnTypes):
                if clash((one,), other.parts):
                    return True
            elif one.name == other.name and (
                one.slot.arguments != other.slot.arguments or clash(one.parts, other.parts)
            ):
                return True
    return False
