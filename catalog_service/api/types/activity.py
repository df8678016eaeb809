"""Activity: an entry of a customer's history."""

import strawberry

from catalog_service.api.context import Info
from catalog_service.api.types import offer as offers
from catalog_service.api.types.references import OfferRef
from catalog_service.repository.offers import read_offers
from catalog_service.schemas.reservations import ActivityFields
from shared.graphql.fields import field


@strawberry.type(description="An entry of a customer's history.")
class Activity(ActivityFields):
    """An entry in the graph."""

    @field("The offer; null when it cannot be read any more.")
    async def offer(self, info: Info) -> OfferRef | None:
        found = await info.context.shown(read_offers, self.offer_id)
        return None if found is None else offers.Offer.of(found)
