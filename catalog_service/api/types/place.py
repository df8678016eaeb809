"""Place, its offers and partners, and what only its partners see of it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast
from zoneinfo import ZoneInfo

import strawberry

from catalog_service.api.context import Info, require_manager, require_owner
from catalog_service.api.pages import Statuses, connected, page_by, page_of_offers
from catalog_service.api.periods import FromDay, ToDay, period_of
from catalog_service.api.types import invitation as invitations
from catalog_service.api.types import offer as offers
from catalog_service.api.types import partnership as partnerships
from catalog_service.api.types import reservation as reservations
from catalog_service.api.types import schedule as schedules
from catalog_service.api.types.references import (
    InvitationRef,
    OfferConnectionRef,
    PartnershipRef,
    ReservationRef,
    ScheduleRef,
)
from catalog_service.api.types.stats import Stats, stats_of_places
from catalog_service.domain.opening_hours import is_open
from catalog_service.domain.search import OfferOrder
from catalog_service.repository.invitations import read_invitations_of_places
from catalog_service.repository.places import (
    find_active_of_places,
    find_invited_of_places,
    read_partnerships_of_places,
)
from catalog_service.repository.reservations import find_reservations_of_places
from catalog_service.repository.schedules import find_schedules_of_places
from catalog_service.repository.withholding import read_place_takedowns
from catalog_service.schemas.moderation import Takedown
from catalog_service.schemas.places import PlaceFields
from catalog_service.schemas.search import OfferFilter, offer_search
from catalog_service.services.search_offers import (
    count_offers_of_places,
    search_offers_of_places,
)
from shared.graphql.entities import parse_key
from shared.graphql.fields import field
from shared.graphql.scalars import parse_uuid
from shared.pagination.connections import After, Connection, First

if TYPE_CHECKING:
    from catalog_service.api.types.connections import OfferConnection

Conditions: TypeAlias = Annotated[
    OfferFilter | None,
    strawberry.argument(name="filter", description="Which of them; default: active, not ended."),
]
OrderBy: TypeAlias = Annotated[OfferOrder, strawberry.argument(description="How they are sorted.")]

AtMoment: TypeAlias = Annotated[
    datetime | None, strawberry.argument(description="The moment; default: now.")
]


@strawberry.federation.type(
    keys=["id"], description="A bakery, grocery or restaurant where food is picked up."
)
class Place(PlaceFields):
    """A place in the graph."""

    @field("What it offers.", paged=True)
    async def offers(
        self,
        info: Info,
        conditions: Conditions = None,
        order_by: OrderBy = OfferOrder.PICKUP_START,
        first: First = 20,
        after: After = None,
    ) -> OfferConnectionRef | None:
        search = offer_search(conditions, order_by)
        actor = await info.context.searcher(search)
        page = page_of_offers(search, first, after, self.id)
        loaders = info.context.loaders
        found = await loaders.page(search_offers_of_places, self.id, page, search, actor)

        async def count() -> int:
            return await loaders.load(count_offers_of_places, self.id, search, actor) or 0

        return cast("OfferConnection", connected(found, page, offers.Offer.of, count))

    @field("That an admin took it down, if so; for its partners, null for others.")
    async def takedown(self, info: Info) -> Takedown | None:
        shown = await info.context.shown(read_place_takedowns, self.id)
        return None if shown is None else Takedown.of(shown)

    @field(
        "Whether it is open at a moment (default: now); null where it has not said its hours, "
        "false once it was closed for good. Errors: BAD_USER_INPUT."
    )
    def is_open(self, at: AtMoment = None) -> bool | None:
        moment = datetime.now(UTC) if at is None else at
        if self.closed_at is not None and self.closed_at <= moment:
            return False
        if not self.opening_hours and not self.special_days:
            return None
        weekly: Any = self.opening_hours
        special: Any = self.special_days
        return is_open(moment, ZoneInfo(self.time_zone), weekly, special)

    @field(
        "Its active partnerships, the oldest first, at most 20. Its partners read all of them in "
        "`activePartnerships`.",
        about=5,
    )
    async def partnerships(self, info: Info) -> list[PartnershipRef] | None:
        found = await info.context.loaders.load(read_partnerships_of_places, self.id)
        return [partnerships.Partnership.of(each) for each in found or ()]

    @field(
        "All its active partnerships, the oldest first; for its partners.",
        authenticated=True,
        paged=True,
    )
    async def active_partnerships(
        self, info: Info, first: First = 20, after: After = None
    ) -> Connection[PartnershipRef] | None:
        actor = await require_manager(info, self.id)
        page = page_by(datetime, "place.activePartnerships", first, after, self.id)
        found = await info.context.loaders.page(find_active_of_places, self.id, page, actor)
        return connected(found, page, partnerships.Partnership.of)

    @field(
        "Which partners' accounts it invited and who have not answered, the newest first; for its "
        "owners. An invitation is withdrawn with `updatePartnership(isActive: false)`.",
        authenticated=True,
        paged=True,
    )
    async def invited_partnerships(
        self, info: Info, first: First = 20, after: After = None
    ) -> Connection[PartnershipRef] | None:
        actor = await require_owner(info, self.id)
        page = page_by(datetime, "place.invitedPartnerships", first, after, self.id)
        found = await info.context.loaders.page(find_invited_of_places, self.id, page, actor)
        return connected(found, page, partnerships.Partnership.of)

    @field(
        "Whom it invited by mail and who has not answered, the newest first, at most 100; for its "
        "owners.",
        authenticated=True,
        about=5,
    )
    async def invitations(self, info: Info) -> list[InvitationRef] | None:
        actor = await require_owner(info, self.id)
        found = await info.context.loaders.load(read_invitations_of_places, self.id, actor)
        return [invitations.Invitation.of(each) for each in found or ()]

    @field("Its schedules, the newest first; for its partners.", authenticated=True, paged=True)
    async def schedules(
        self, info: Info, first: First = 20, after: After = None
    ) -> Connection[ScheduleRef] | None:
        actor = await require_manager(info, self.id)
        page = page_by(datetime, "place.schedules", first, after, self.id)
        found = await info.context.loaders.page(find_schedules_of_places, self.id, page, actor)
        return connected(found, page, schedules.Schedule.of)

    @field("Its reservations, the newest first; for its partners.", authenticated=True, paged=True)
    async def reservations(
        self, info: Info, first: First = 20, after: After = None, status: Statuses = None
    ) -> Connection[ReservationRef] | None:
        actor = await require_manager(info, self.id)
        statuses = None if status is None else tuple(status)
        page = page_by(datetime, "place.reservations", first, after, self.id, statuses)
        found = await info.context.loaders.page(
            find_reservations_of_places, self.id, page, statuses, actor
        )
        return connected(found, page, reservations.Reservation.of)

    @field("Its figures; for its partners.", authenticated=True, weight=10)
    async def stats(
        self, info: Info, from_day: FromDay = None, to_day: ToDay = None
    ) -> Stats | None:
        actor = await require_manager(info, self.id)
        place = await info.context.loaders.place(self.id)
        period = period_of(from_day, to_day, place.time_zone)
        return await stats_of_places(info, [place], period, actor)

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> "Place | None":  # noqa: A002
        """The place of a representation."""
        found = await info.context.loaders.find_place(parse_key(parse_uuid, id))
        return None if found is None else cls.of(found)
