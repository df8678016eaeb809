"""Reading the catalog."""

from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

import strawberry

from catalog_service.api.context import ADMIN, PARTNER, Info, signed_in_id
from catalog_service.api.pages import PLACE_KEYS, Id, connected, page_by, page_of_offers
from catalog_service.api.periods import FromDay, ToDay, period_of
from catalog_service.api.types.connections import OfferConnection, PlaceConnection
from catalog_service.api.types.invitation import Invitation
from catalog_service.api.types.moderation import Report
from catalog_service.api.types.offer import Offer
from catalog_service.api.types.place import Conditions, OrderBy, Place
from catalog_service.api.types.reservation import Reservation
from catalog_service.api.types.schedule import Schedule
from catalog_service.api.types.stats import Stats, stats_of_places
from catalog_service.domain.search import OfferOrder, PlaceOrder
from catalog_service.repository.invitations import read_waiting
from catalog_service.repository.offers import read_offers
from catalog_service.repository.places import (
    count_places,
    count_places_of,
    find_places,
    find_places_of,
    read_places_of,
)
from catalog_service.repository.reports import find_reports
from catalog_service.repository.reservations import read_reservations
from catalog_service.repository.schedules import read_schedules
from catalog_service.schemas.search import PlaceFilter, offer_search, place_search
from catalog_service.services.search_offers import count_searches, search_offers, settle
from shared.errors import NotFound
from shared.graphql import require_user
from shared.graphql.fields import field
from shared.pagination.connections import After, Connection, First

PlaceConditions = Annotated[
    PlaceFilter | None, strawberry.argument(name="filter", description="Which places to find.")
]

PlaceOrderBy = Annotated[
    PlaceOrder | None,
    strawberry.argument(
        description="How they are sorted; without it the nearest first if `filter.near` is given, "
        "else by name."
    ),
]

MOST_PLACES_TOGETHER = 200


@strawberry.type(description="Reading.")
class Query:
    """Root fields of the catalog subgraph."""

    @field(
        "Offers; by default the active ones that have not ended, the earliest pickup first. "
        "Errors: BAD_USER_INPUT.",
        paged=True,
        weight=10,
    )
    async def offers(
        self,
        info: Info,
        conditions: Conditions = None,
        order_by: OrderBy = OfferOrder.PICKUP_START,
        first: First = 20,
        after: After = None,
    ) -> OfferConnection | None:
        search = offer_search(conditions, order_by)
        actor = await info.context.searcher(search)
        page = page_of_offers(search, first, after)
        async with info.context.database.read() as connection:
            settled = await settle(connection, search)
            found = await search_offers(connection, settled, page, actor)

        async def count() -> int:
            counted = await info.context.loaders.load(count_searches, settled, actor)
            return 0 if counted is None else counted  # none found so far is not none at all

        return cast("OfferConnection", connected(found, page, Offer.of, count))

    @field(
        "An offer: a published one, one of your own places, or one you reserved. Errors: NOT_FOUND."
    )
    async def offer(self, info: Info, offer_id: Id) -> Offer | None:
        """That a customer looked at it is noted, without waiting."""
        found = await info.context.shown(read_offers, offer_id)
        if found is None:
            raise NotFound
        info.context.note_view(found.id)
        return Offer.of(found)

    @field("A place, closed ones too. Errors: NOT_FOUND.")
    async def place(self, info: Info, place_id: Id) -> Place | None:
        return Place.of(await info.context.loaders.place(place_id))

    @field("Open places. Errors: BAD_USER_INPUT.", paged=True, weight=10)
    async def places(
        self,
        info: Info,
        conditions: PlaceConditions = None,
        order_by: PlaceOrderBy = None,
        first: First = 20,
        after: After = None,
    ) -> PlaceConnection | None:
        search = place_search(conditions, order_by)
        page = page_by(PLACE_KEYS[search.order], "places", first, after, search)
        async with info.context.database.read() as connection:
            found = await find_places(connection, search, page)

        async def count() -> int:
            return await info.context.loaders.load(count_places, search) or 0

        return cast("PlaceConnection", connected(found, page, Place.of, count))

    @field(
        "The places you work at, by name. Errors: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.",
        authenticated=True,
        paged=True,
        weight=10,
    )
    async def my_places(
        self, info: Info, first: First = 20, after: After = None
    ) -> PlaceConnection | None:
        user_id = signed_in_id(await info.context.reading(PARTNER, ADMIN))
        page = page_by(str, "myPlaces", first, after, user_id)
        async with info.context.database.read() as connection:
            found = await find_places_of(connection, user_id, page)

        async def count() -> int:
            return await info.context.loaders.load(count_places_of, user_id) or 0

        return cast("PlaceConnection", connected(found, page, Place.of, count))

    @field(
        "The figures of all places you work at together, one entry a currency; at most 200 places. "
        "Amounts are null where one of the entry's places hides its own from you: ask for those of "
        "a place with `Place.stats`. Errors: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.",
        authenticated=True,
        about=2,
        weight=20,
    )
    async def my_stats(
        self, info: Info, from_day: FromDay = None, to_day: ToDay = None
    ) -> list[Stats] | None:
        actor = await info.context.reading(PARTNER, ADMIN)
        user_id = signed_in_id(actor)
        async with info.context.database.read() as connection:
            found = await read_places_of(connection, user_id, MOST_PLACES_TOGETHER)
        if not found:
            return []
        period = period_of(from_day, to_day, *{place.time_zone for place in found})
        currencies = sorted({place.currency for place in found})
        return [
            await stats_of_places(
                info, [each for each in found if each.currency == one], period, actor
            )
            for one in currencies
        ]

    @field(
        "Invitations to your verified address that wait for your answer, the newest first. Errors: "
        "UNAUTHENTICATED.",
        authenticated=True,
        about=5,
    )
    async def my_invitations(self, info: Info) -> list[Invitation] | None:
        user_id = signed_in_id(await info.context.reading())
        ids = await info.context.accounts.invitations(user_id)
        async with info.context.database.read() as connection:
            found = await read_waiting(connection, ids)
        return [Invitation.of(each) for each in found]

    @field(
        "A reservation: your own, or of a place you work at. Errors: UNAUTHENTICATED, NOT_FOUND.",
        authenticated=True,
    )
    async def reservation(self, info: Info, reservation_id: Id) -> Reservation | None:
        require_user(info.context.caller)
        found = await info.context.shown(read_reservations, reservation_id)
        if found is None:
            raise NotFound
        return Reservation.of(found)

    @field(
        "A schedule of a place you work at. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.",
        authenticated=True,
    )
    async def schedule(self, info: Info, schedule_id: Id) -> Schedule | None:
        actor = await info.context.reading(PARTNER, ADMIN)
        found = await info.context.loaders.load(read_schedules, schedule_id, actor)
        if found is None:
            raise NotFound
        return Schedule.of(found)

    @field(
        "What customers reported, the oldest first; for admins. Errors: UNAUTHENTICATED, "
        "FORBIDDEN, BAD_USER_INPUT.",
        authenticated=True,
        paged=True,
        weight=10,
    )
    async def reports(
        self,
        info: Info,
        is_open: Annotated[
            bool | None, strawberry.argument(description="Open ones, or closed ones; default: all.")
        ] = None,
        offer_id: Annotated[
            UUID | None, strawberry.argument(description="Only of this offer.")
        ] = None,
        place_id: Annotated[
            UUID | None, strawberry.argument(description="Only of this place.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Report] | None:
        actor = await info.context.reading(ADMIN)
        page = page_by(datetime, "reports", first, after, is_open, offer_id, place_id)
        async with info.context.database.read() as connection:
            found = await find_reports(
                connection, actor, page, is_open=is_open, offer_id=offer_id, place_id=place_id
            )
        return connected(found, page, Report.of)
