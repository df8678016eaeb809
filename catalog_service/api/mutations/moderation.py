"""Reporting, and what admins do about it."""

from typing import Annotated

import strawberry

from catalog_service.api.context import ADMIN, USER, Info
from catalog_service.api.mutations.reservations import OfferId
from catalog_service.api.pages import Id
from catalog_service.api.types.moderation import Report
from catalog_service.api.types.offer import Offer
from catalog_service.api.types.place import Place
from catalog_service.domain.moderation import ReportReason
from catalog_service.services.report_offer import close_report, report_offer
from catalog_service.services.take_down import (
    restore_offer,
    restore_place,
    take_down_offer,
    take_down_place,
)
from shared.graphql.fields import mutation

Because = Annotated[
    str,
    strawberry.argument(
        name="reason", description="Why: kept, and told to whom it concerns. 1 to 500 characters."
    ),
]
ReportedFor = Annotated[ReportReason, strawberry.argument(description="What it is about.")]
ReportText = Annotated[
    str, strawberry.argument(description="What is to be known; at most 1000 characters.")
]
Resolution = Annotated[
    str, strawberry.argument(description="What came of it. 1 to 1000 characters.")
]


@strawberry.type
class ModerationMutations:
    """Root fields about what should not be there."""

    @mutation(
        "Report an offer to the admins; for customers. Of one that you reported before you get "
        "that report, unchanged. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, "
        "RATE_LIMITED.",
        authenticated=True,
    )
    async def report_offer(
        self, info: Info, offer_id: OfferId, reason: ReportedFor, text: ReportText = ""
    ) -> Report | None:
        made = await info.context.write(
            lambda session, actor: report_offer(
                session, actor, info.context.limiter, offer_id, reason, text
            ),
            USER,
            ADMIN,
        )
        return Report.of(made)

    @mutation(
        "Close a report; for admins. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, "
        "BAD_USER_INPUT, CONFLICT (closed already, otherwise).",
        authenticated=True,
    )
    async def close_report(
        self, info: Info, report_id: Id, resolution: Resolution
    ) -> Report | None:
        closed = await info.context.write(
            lambda session, actor: close_report(session, actor, report_id, resolution), ADMIN
        )
        return Report.of(closed)

    @mutation(
        "Take an offer down; for admins. Nobody sees or reserves it any more, what is reserved of "
        "it is cancelled, and the place cannot publish it. Again changes nothing. Errors: "
        "UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.",
        authenticated=True,
    )
    async def take_down_offer(self, info: Info, offer_id: Id, because: Because) -> Offer | None:
        offer = await info.context.write(
            lambda session, actor: take_down_offer(session, actor, offer_id, because), ADMIN
        )
        return Offer.of(offer)

    @mutation(
        "Give back an offer that was taken down, for sale if it was; for admins. Again changes "
        "nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.",
        authenticated=True,
    )
    async def restore_offer(self, info: Info, offer_id: Id, because: Because) -> Offer | None:
        offer = await info.context.write(
            lambda session, actor: restore_offer(session, actor, offer_id, because), ADMIN
        )
        return Offer.of(offer)

    @mutation(
        "Take a place down with all its offers; for admins. What is reserved there is cancelled. "
        "Again changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.",
        authenticated=True,
    )
    async def take_down_place(self, info: Info, place_id: Id, because: Because) -> Place | None:
        place = await info.context.write(
            lambda session, actor: take_down_place(session, actor, place_id, because), ADMIN
        )
        return Place.of(place)

    @mutation(
        "Give back a place that was taken down, with what was for sale there; for admins. Again "
        "changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.",
        authenticated=True,
    )
    async def restore_place(self, info: Info, place_id: Id, because: Because) -> Place | None:
        place = await info.context.write(
            lambda session, actor: restore_place(session, actor, place_id, because), ADMIN
        )
        return Place.of(place)
