"""An owner changes what is said about a place."""

from dataclasses import fields, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.opening_hours import OpenSpan, is_shut
from catalog_service.domain.places import Place, PlaceDetails
from catalog_service.domain.reservations import read_reason
from catalog_service.repository.notices import Notice, notices_of_holders
from catalog_service.repository.place_writes import lock_place
from catalog_service.repository.place_writes import update_place as write
from catalog_service.services.place_details import checked_place, require_time_zone
from catalog_service.services.plan_next import plan_again
from catalog_service.services.record_by_admin import record_change_by_admin
from catalog_service.services.tell_keepers import tell_keepers
from catalog_service.services.write_to import tell
from shared.errors import NotFound


async def update_place(
    session: AsyncSession,
    actor: Actor,
    place_id: UUID,
    changes: dict[str, Any],
    reason: str | None = None,
) -> Place:
    """The changed place. ``changes``: fields of ``PlaceDetails``; absent ones stay.

    Who holds reservations is told of a new address, or of a special day that shuts it at the time
    of their pickup, and why.

    Raises ``NotFound`` without an open place that the actor owns, ``InvalidInput``.
    """
    reason = read_reason(reason)
    before = await lock_place(session, place_id, actor)
    if before is None:
        raise NotFound
    details = checked_place(replace(_details(before), **changes))
    if details.time_zone != before.time_zone:
        await require_time_zone(session, details.time_zone)
    after = await write(session, place_id, details, actor)
    if after is None:
        raise NotFound
    is_changed_by_admin = await record_change_by_admin(
        session,
        actor,
        AuditAction.PLACE_CHANGED,
        ("place", place_id),
        _details(before),
        _details(after),
        reason,
    )
    if is_changed_by_admin:
        what = AuditAction.PLACE_CHANGED.value
        await tell_keepers(session, actor, place_id, what, reason=reason)
    if _days(after) != _days(before):
        await plan_again(session, after)
    if after.special_days != before.special_days:
        await _tell_shut(session, before, after, reason)
    if after.address != before.address:
        notices = await notices_of_holders(session, [place_id])
        moved = {"address": before.address, "newAddress": after.address}
        await tell(session, "reservation_changed", notices, reason, **moved)
    return after


async def _tell_shut(
    session: AsyncSession, before: Place, after: Place, reason: str | None
) -> None:
    """Tell who would come while it is shut, and did not know."""
    zone = ZoneInfo(after.time_zone)
    hours = {each.day: each.hours for each in after.special_days}
    shut: dict[str | None, list[Notice]] = {}
    for notice in await notices_of_holders(session, [after.id]):
        window = notice.pickup_start, notice.pickup_end
        if is_shut(window, zone, after.opening_hours, after.special_days) and not is_shut(
            window, zone, before.opening_hours, before.special_days
        ):
            day = notice.pickup_start.astimezone(zone).date()
            opens = ", ".join(_written(span) for span in hours.get(day, ())) or None
            shut.setdefault(opens, []).append(notice)
    for opens, notices in shut.items():
        await tell(session, "place_shut", notices, reason, hours=opens)


def _days(place: Place) -> tuple[object, ...]:
    """What tells on which days it is shut, and when days begin there."""
    return place.time_zone, place.opening_hours, place.special_days


def _written(span: OpenSpan) -> str:
    return f"{span.opens:%H:%M} – {span.closes:%H:%M}"


def _details(place: Place) -> PlaceDetails:
    return PlaceDetails(**{each.name: getattr(place, each.name) for each in fields(PlaceDetails)})
