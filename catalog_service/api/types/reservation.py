"""Reservation, and the code that only its customer sees."""

import strawberry

from catalog_service.api.context import Info
from catalog_service.api.types import offer as offers
from catalog_service.api.types import place as places
from catalog_service.api.types import user as users
from catalog_service.api.types.references import OfferRef, PlaceRef, UserRef
from catalog_service.repository.places import read_managed
from catalog_service.repository.reservations import read_no_shows
from catalog_service.repository.standings import read_ender_names, read_names
from catalog_service.schemas.reservations import ReservationFields
from shared.graphql.entities import parse_key
from shared.graphql.fields import field
from shared.graphql.scalars import parse_uuid


@strawberry.federation.type(keys=["id"], description="Portions that one customer will pick up.")
class Reservation(ReservationFields):
    """A reservation in the graph."""

    @field("The offer, readable here even after it was deleted.")
    async def offer(self, info: Info) -> OfferRef:
        return offers.Offer.of(await info.context.loaders.reserved_offer(self.offer_id))

    @field("Where to pick it up.")
    async def place(self, info: Info) -> PlaceRef:
        return places.Place.of(await info.context.loaders.place(self.place_id))

    @field("The customer; null once the account was deleted.")
    def user(self) -> UserRef | None:
        return None if self.user_id is None else users.User(id=self.user_id)

    @field("Who handed it over or cancelled it; for the place's partners, null for others.")
    async def ended_by(self, info: Info) -> UserRef | None:
        if self.ender_id is None:
            return None
        is_shown = await info.context.shown(read_managed, self.place_id)
        return users.User(id=self.ender_id) if is_shown else None

    @field(
        "What the partner who handed it over or cancelled it is called, if said; for the place's "
        "partners, null for others."
    )
    async def ended_by_name(self, info: Info) -> str | None:
        return await info.context.shown(read_ender_names, self.id)

    @field("What its customer is called, if said; for the place's partners, null for others.")
    async def customer_name(self, info: Info) -> str | None:
        return await info.context.shown(read_names, self.id)

    @field(
        "How often its customer did not come for other reservations at this place; for the "
        "place's partners, null for others."
    )
    async def customer_no_shows(self, info: Info) -> int | None:
        return await info.context.shown(read_no_shows, self.id)

    @field("The code to show at pickup, 6 characters; null for everyone but the customer.")
    def pickup_code(self, info: Info) -> str | None:
        """The partner hears it from the customer: that is what it proves."""
        actor = info.context.actor
        return self.code if self.user_id is not None and actor.user_id == self.user_id else None

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> "Reservation | None":  # noqa: A002
        """The reservation of a representation, if the caller may read it."""
        found = await info.context.loaders.find_reservation(parse_key(parse_uuid, id))
        return None if found is None else cls.of(found)
