"""An owner changes what is said about a place."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.places import Place, PlaceDetails, check_place
from catalog_service.repository.place_writes import lock_place
from catalog_service.repository.place_writes import update_place as write
from shared.errors import NotFound


async def update_place(
    session: AsyncSession, actor: Actor, place_id: UUID, changes: dict[str, Any]
) -> Place:
    """The changed place. ``changes``: fields of ``PlaceDetails``; absent ones stay.

    Raises ``NotFound`` without an open place that the actor owns, ``InvalidInput``.
    """
    before = await lock_place(session, place_id, actor)
    if before is None:
        raise NotFound
    details = replace(_details(before), **changes)
    check_place(details)
    after = await write(session, place_id, details, actor)
    if after is None:
        raise NotFound
    return after


def _details(place: Place) -> PlaceDetails:
    return PlaceDetails(
        name=place.name,
        description=place.description,
        address=place.address,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=place.time_zone,
        currency=place.currency,
        staff_see_revenue=place.staff_see_revenue,
    )
