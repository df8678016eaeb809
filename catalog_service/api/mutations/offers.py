"""Changing offers."""

from typing import Annotated
from uuid import UUID

import strawberry

from catalog_service.api.context import ADMIN, PARTNER, Info
from catalog_service.api.pages import Id
from catalog_service.api.types.offer import Offer
from catalog_service.domain.offers import OfferStatus
from catalog_service.schemas.offers import CreateOfferInput, UpdateOfferInput
from catalog_service.services.create_offer import create_offer
from catalog_service.services.delete_offer import delete_offer
from catalog_service.services.set_offer_status import set_offer_status
from catalog_service.services.update_offer import update_offer
from shared.graphql.fields import mutation

NewOffer = Annotated[
    CreateOfferInput, strawberry.argument(name="input", description="The new offer.")
]
OfferChanges = Annotated[
    UpdateOfferInput, strawberry.argument(name="input", description="What changes.")
]
NewStatus = Annotated[OfferStatus, strawberry.argument(description="The new status.")]


@strawberry.type
class OfferMutations:
    """Root fields about offers."""

    @mutation(
        "Draft an offer at a place; for its owners and managers. Errors: UNAUTHENTICATED, "
        "FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.",
        authenticated=True,
    )
    async def create_offer(self, info: Info, given: NewOffer) -> Offer | None:
        offer = await info.context.write(
            lambda session, actor: create_offer(session, actor, given.place_id, given.details()),
            PARTNER,
            ADMIN,
        )
        return Offer.of(offer)

    @mutation(
        "Change an offer; for its place's owners and managers. While reservations are live the "
        "window may only widen and allergens may only be added. Errors: UNAUTHENTICATED, "
        "FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, CONFLICT (`minimum`: portions already taken).",
        authenticated=True,
    )
    async def update_offer(self, info: Info, offer_id: Id, given: OfferChanges) -> Offer | None:
        offer = await info.context.write(
            lambda session, actor: update_offer(session, actor, offer_id, given.changes()),
            PARTNER,
            ADMIN,
        )
        return Offer.of(offer)

    @mutation(
        "Publish (ACTIVE, with a verified address), pause or cancel an offer; for its place's "
        "owners and managers. Cancelling is for good and cancels what is reserved. Errors: "
        "UNAUTHENTICATED, FORBIDDEN, EMAIL_NOT_VERIFIED, NOT_FOUND, CONFLICT.",
        authenticated=True,
    )
    async def set_offer_status(self, info: Info, offer_id: Id, status: NewStatus) -> Offer | None:
        offer = await info.context.write(
            lambda session, actor: set_offer_status(session, actor, offer_id, status),
            PARTNER,
            ADMIN,
            verified=status is OfferStatus.ACTIVE,
        )
        return Offer.of(offer)

    @mutation(
        "Take an offer away, cancelling what is reserved of it; for its place's owners and "
        "managers. Answers its id. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.",
        authenticated=True,
    )
    async def delete_offer(self, info: Info, offer_id: Id) -> UUID | None:
        return await info.context.write(
            lambda session, actor: delete_offer(session, actor, offer_id), PARTNER, ADMIN
        )
