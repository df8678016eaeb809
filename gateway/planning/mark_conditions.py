"""Under which conditions each selected field and each fetch is needed.

Starting from the needs, conditions flow to whatever a site rests on: the fields above it in its
fetch, the arrival it is entered from, the fields of its representation and its contexts. What no
need reaches keeps no condition and is not asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.operation.condition import NEVER, Condition
from gateway.planning.draft import Chosen
from gateway.planning.places import Input, InputOnTypes, InputPart, Site
from gateway.planning.positions import Slot


@dataclass(slots=True)
class Conditions:
    """When sites, and slots selected at them, are needed (absent: never)."""

    sites: dict[Site, Condition] = field(default_factory=dict)
    slots: dict[tuple[Site, Slot], Condition] = field(default_factory=dict)

    def of(self, site: Site, slot: Slot) -> Condition:
        """When ``slot`` is asked at ``site``."""
        return self.slots.get((site, slot), NEVER)


def mark_conditions(chosen: list[Chosen]) -> Conditions:
    """The conditions of everything that was chosen and all it rests on."""
    conditions = Conditions()
    for choice in chosen:
        _need_site(conditions, choice.site, choice.need.when)
        if choice.slot is not None:
            _need_slot(conditions, choice.site, choice.slot, choice.need.when)
    return conditions


def _need_slot(conditions: Conditions, site: Site, slot: Slot, when: Condition) -> None:
    known = conditions.slots.get((site, slot), NEVER)
    wider = known.or_(when)
    if wider != known:
        conditions.slots[site, slot] = wider
        _need_site(conditions, site, when)


def _need_site(conditions: Conditions, site: Site, when: Condition) -> None:
    known = conditions.sites.get(site, NEVER)
    wider = known.or_(when)
    if wider == known:
        return
    conditions.sites[site] = wider
    if site.parent is not None and site.slot is not None:
        _need_slot(conditions, site.parent, site.slot, when)
    if site.arrival is not None:
        _need_site(conditions, site.arrival, when)
    for typename in site.typenames:
        _need_site(conditions, typename, when)
    for parts in site.inputs:
        _need_parts(conditions, parts, when)


def _need_parts(conditions: Conditions, parts: tuple[InputPart, ...], when: Condition) -> None:
    for part in parts:
        if isinstance(part, InputOnTypes):
            _need_parts(conditions, part.parts, when)
        else:
            _need_input(conditions, part, when)


def _need_input(conditions: Conditions, part: Input, when: Condition) -> None:
    assert isinstance(part.place, Site)  # noqa: S101 - inputs are open once their entry is
    if part.slot.position is None:
        _need_slot(conditions, part.place, part.slot, when)
        return
    _need_site(conditions, part.place, when)
    if isinstance(part.typename, Site):
        _need_site(conditions, part.typename, when)
    _need_parts(conditions, part.parts, when)
