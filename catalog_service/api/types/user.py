"""User as the catalog extends it: what an account did here. The account itself is auth's."""

from datetime import datetime
from uuid import UUID

import strawberry

from catalog_service.api.context import Info
from catalog_service.api.pages import Statuses, connected, page_by
from catalog_service.api.types import activity as activities
from catalog_service.api.types import partnership as partnerships
from catalog_service.api.types import reservation as reservations
from catalog_service.api.types.references import ActivityRef, PartnershipRef, ReservationRef
from catalog_service.repository.places import find_partnerships_of_users
from catalog_service.repository.reservations import (
    find_activity_of_users,
    find_reservations_of_users,
)
from catalog_service.repository.stats import read_impact
from catalog_service.schemas.stats import Impact
from shared.graphql.entities import parse_key
from shared.graphql.fields import field
from shared.graphql.scalars import parse_uuid
from shared.pagination.connections import After, Connection, First


@strawberry.federation.type(keys=["id"], description="An account.")
class User:
    """An account, known here by its id only."""

    id: UUID = strawberry.field(description="The account's id.")

    @field(
        "What the account reserved, the newest first; null for everyone but itself and admins.",
        paged=True,
    )
    async def reservations(
        self, info: Info, first: First = 20, after: After = None, status: Statuses = None
    ) -> Connection[ReservationRef] | None:
        if not await info.context.may_see(self.id):
            return None
        statuses = None if status is None else tuple(status)
        page = page_by(datetime, "user.reservations", first, after, self.id, statuses)
        found = await info.context.loaders.page(find_reservations_of_users, self.id, page, statuses)
        return connected(found, page, reservations.Reservation.of)

    @field(
        "What the account did, the newest first; null for everyone but itself and admins.",
        paged=True,
    )
    async def activity(
        self, info: Info, first: First = 20, after: After = None
    ) -> Connection[ActivityRef] | None:
        if not await info.context.may_see(self.id):
            return None
        page = page_by(datetime, "user.activity", first, after, self.id)
        found = await info.context.loaders.page(find_activity_of_users, self.id, page)
        return connected(found, page, activities.Activity.of)

    @field(
        "The account's part in places, the newest first, ended ones too; null for "
        "everyone but itself and admins.",
        paged=True,
    )
    async def partnerships(
        self, info: Info, first: First = 20, after: After = None
    ) -> Connection[PartnershipRef] | None:
        if not await info.context.may_see(self.id):
            return None
        page = page_by(datetime, "user.partnerships", first, after, self.id)
        found = await info.context.loaders.page(find_partnerships_of_users, self.id, page)
        return connected(found, page, partnerships.Partnership.of)

    @field("What the account's pickups came to; null for everyone but itself and admins.", weight=5)
    async def impact(self, info: Info) -> Impact | None:
        if not await info.context.may_see(self.id):
            return None
        found = await info.context.loaders.load(read_impact, self.id)
        return None if found is None else Impact.of(found)

    @classmethod
    def resolve_reference(cls, id: str) -> "User":  # noqa: A002
        """The account of a representation; whether it exists, the auth service knows."""
        return cls(id=parse_key(parse_uuid, id))
