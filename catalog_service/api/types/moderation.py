"""Takedowns and reports in the graph."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

import catalog_service.schemas.enums  # noqa: F401  the enums below are exposed there
from catalog_service.api.context import Info
from catalog_service.api.types import offer as offers
from catalog_service.api.types import place as places
from catalog_service.api.types import user as users
from catalog_service.api.types.references import OfferRef, PlaceRef, UserRef
from catalog_service.domain import moderation as domain
from catalog_service.domain.moderation import ReportReason
from shared.graphql.fields import field


@strawberry.type(description="What a customer reported of an offer; for admins and its customer.")
class Report:
    """A report in the graph."""

    id: UUID = strawberry.field(description="The report's id.")
    reason: ReportReason = strawberry.field(description="What it is about.")
    text: str = strawberry.field(description="What the customer wrote; may be empty.")
    created_at: datetime = strawberry.field(description="When it was made.")
    closed_at: datetime | None = strawberry.field(
        description="When an admin closed it; null while it is open."
    )
    resolution: str | None = strawberry.field(description="What came of it.")
    offer_id: strawberry.Private[UUID]
    place_id: strawberry.Private[UUID]
    reporter_id: strawberry.Private[UUID | None]
    closer_id: strawberry.Private[UUID | None]

    @field("The offer, also where it was taken down or deleted.")
    async def offer(self, info: Info) -> OfferRef:
        return offers.Offer.of(await info.context.loaders.reserved_offer(self.offer_id))

    @field("The place of the offer.")
    async def place(self, info: Info) -> PlaceRef:
        return places.Place.of(await info.context.loaders.place(self.place_id))

    @field("Who reported it; null once the account was deleted.")
    def reporter(self) -> UserRef | None:
        return None if self.reporter_id is None else users.User(id=self.reporter_id)

    @field("Who closed it.")
    def closed_by(self) -> UserRef | None:
        return None if self.closer_id is None else users.User(id=self.closer_id)

    @classmethod
    def of(cls, report: domain.Report) -> Self:
        """From the domain's report."""
        return cls(
            id=report.id,
            reason=report.reason,
            text=report.text,
            created_at=report.created_at,
            closed_at=report.closed_at,
            resolution=report.resolution,
            offer_id=report.offer_id,
            place_id=report.place_id,
            reporter_id=report.reporter_id,
            closer_id=report.closed_by,
        )
