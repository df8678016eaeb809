"""Offer, its place, and what only the place's partners see of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import strawberry

from catalog_service.api.context import CatalogContext, Info, require_manager
from catalog_service.api.pages import Statuses, connected, page_by
from catalog_service.api.periods import FromDay, ToDay, period_of
from catalog_service.api.types import place as places
from catalog_service.api.types import reservation as reservations
from catalog_service.api.types.references import PlaceRef, ReservationRef
from catalog_service.api.types.stats import Stats, stats_of_offer
from catalog_service.domain import places as domain
from catalog_service.repository.reservations import find_reservations_of_offers
from catalog_service.repository.withholding import read_offer_takedowns
from catalog_service.schemas.moderation import Takedown
from catalog_service.schemas.offers import OfferFields
from shared.graphql.entities import parse_key
from shared.graphql.fields import field
from shared.graphql.scalars import parse_uuid
from shared.pagination.connections import After, Connection, First


async def _places_of(
    context: CatalogContext, found: "Sequence[Offer]"
) -> Sequence[domain.Place | None]:
    known = await context.loaders.places([each.place_id for each in found])
    there = [(each, known.get(each.place_id)) for each in found]
    return [None if place is None else _seen_from(each, place) for each, place in there]


def _seen_from(offer: "Offer", place: domain.Place) -> domain.Place:
    """The place of an offer that was searched near somewhere is as far away."""
    return place if offer.distance is None else replace(place, distance=offer.distance)


@strawberry.federation.type(
    keys=["id"], description="Portions of food at a lower price, to be picked up in a window."
)
class Offer(OfferFields):
    """An offer in the graph."""

    @field("Addresses of pictures, https; those uploaded here begin with this service's own.")
    def image_urls(self, info: Info) -> list[str]:
        """Stored without their beginning, which may change."""
        return info.context.images.absolute(self.stored_image_urls)

    @field("The place that offers it.", together=_places_of)
    async def place(self, info: Info) -> PlaceRef:
        return places.Place.of(_seen_from(self, await info.context.loaders.place(self.place_id)))

    @field("That an admin took it down, if so; for the place's partners, null for others.")
    async def takedown(self, info: Info) -> Takedown | None:
        shown = await info.context.shown(read_offer_takedowns, self.id)
        return None if shown is None else Takedown.of(shown)

    @field(
        "Its reservations, the newest first; for the place's partners.",
        authenticated=True,
        paged=True,
    )
    async def reservations(
        self, info: Info, first: First = 20, after: After = None, status: Statuses = None
    ) -> Connection[ReservationRef] | None:
        actor = await require_manager(info, self.place_id)
        statuses = None if status is None else tuple(status)
        page = page_by(datetime, "offer.reservations", first, after, self.id, statuses)
        found = await info.context.loaders.page(
            find_reservations_of_offers, self.id, page, statuses, actor
        )
        return connected(found, page, reservations.Reservation.of)

    @field("Its figures; for the place's partners.", authenticated=True, weight=10)
    async def stats(
        self, info: Info, from_day: FromDay = None, to_day: ToDay = None
    ) -> Stats | None:
        actor = await require_manager(info, self.place_id)
        place = await info.context.loaders.place(self.place_id)
        period = period_of(from_day, to_day, place.time_zone)
        return await stats_of_offer(info, self.id, place, period, actor)

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> "Offer | None":  # noqa: A002
        """The offer of a representation, if the caller may read it."""
        found = await info.context.loaders.find_offer(parse_key(parse_uuid, id))
        return None if found is None else cls.of(found)
