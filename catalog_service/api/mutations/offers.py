"""Changing offers."""

from typing import Annotated
from uuid import UUID

import strawberry

from catalog_service.api.context import ADMIN, PARTNER, Info
from catalog_service.api.own_images import use_stored_urls
from catalog_service.api.pages import Id, Key, Why
from catalog_service.api.types.offer import Offer
from catalog_service.domain.offers import OfferStatus
from catalog_service.schemas.offers import CopyOfferInput, CreateOfferInput, UpdateOfferInput
from catalog_service.services.copy_offer import copy_offer
from catalog_service.services.create_offer import create_offer_once
from catalog_service.services.delete_offer import delete_offer
from catalog_service.services.sell_at_counter import sell_at_counter
from catalog_service.services.set_offer_status import set_offer_status
from catalog_service.services.update_offer import update_offer
from shared.graphql.fields import mutation

NewOffer = Annotated[
    CreateOfferInput, strawberry.argument(name="input", description="The new offer.")
]
OfferChanges = Annotated[
    UpdateOfferInput, strawberry.argument(name="input", description="What changes.")
]
Copy = Annotated[
    CopyOfferInput, strawberry.argument(name="input", description="What differs in the copy.")
]
OfferId = Annotated[UUID, strawberry.argument(description="The offer's id.")]
Quantity = Annotated[int, strawberry.argument(description="Portions sold: 1 to 1000.")]
SaleKey = Annotated[
    str | None,
    strawberry.argument(
        description="Made by the client, new for each sale: asking again with the same key sells "
        "nothing more. 1 to 200 characters."
    ),
]
NewStatus = Annotated[OfferStatus, strawberry.argument(description="The new status.")]


@strawberry.type
class OfferMutations:
    """Root fields about offers."""

    @mutation(
        "Draft an offer at a place; for its owners and managers. Errors: UNAUTHENTICATED, "
        "FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, CONFLICT (the key made something else).",
        authenticated=True,
    )
    async def create_offer(self, info: Info, given: NewOffer, key: Key = None) -> Offer | None:
        use_stored_urls(info.context.images, given)
        offer = await info.context.write(
            lambda session, actor: create_offer_once(
                session, actor, given.place_id, given.details(), key
            ),
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
    async def update_offer(
        self, info: Info, offer_id: Id, given: OfferChanges, why: Why = None
    ) -> Offer | None:
        use_stored_urls(info.context.images, given)
        offer = await info.context.write(
            lambda session, actor: update_offer(session, actor, offer_id, given.changes(), why),
            PARTNER,
            ADMIN,
        )
        return Offer.of(offer)

    @mutation(
        "Publish (ACTIVE, with a verified address), pause or cancel an offer; for its place's "
        "owners and managers. A paused one becomes a draft again while nobody ever reserved it. "
        "Cancelling is for good and cancels what is reserved. Errors: "
        "UNAUTHENTICATED, FORBIDDEN, EMAIL_NOT_VERIFIED, NOT_FOUND, CONFLICT.",
        authenticated=True,
    )
    async def set_offer_status(
        self, info: Info, offer_id: Id, status: NewStatus, why: Why = None
    ) -> Offer | None:
        offer = await info.context.write(
            lambda session, actor: set_offer_status(session, actor, offer_id, status, why),
            PARTNER,
            ADMIN,
            verified=status is OfferStatus.ACTIVE,
        )
        return Offer.of(offer)

    @mutation(
        "Draft an offer like another one of the place, cancelled and ended ones too, for a new "
        "window; for its owners and managers. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, "
        "BAD_USER_INPUT, CONFLICT (taken down, or the key made something else).",
        authenticated=True,
    )
    async def copy_offer(
        self, info: Info, offer_id: Id, given: Copy, key: Key = None
    ) -> Offer | None:
        offer = await info.context.write(
            lambda session, actor: copy_offer(session, actor, offer_id, given.changes(), key),
            PARTNER,
            ADMIN,
        )
        return Offer.of(offer)

    @mutation(
        "Sell portions to somebody who walks in, while the offer is published or paused, until an "
        "hour after its pickup window, unless it is withheld; for the place's partners. They leave "
        "the stock and count as `soldAtCounter` and revenue. Errors: UNAUTHENTICATED, FORBIDDEN, "
        "NOT_FOUND, BAD_USER_INPUT, SOLD_OUT, OFFER_CLOSED, CONFLICT (the key was used for another "
        "sale).",
        authenticated=True,
    )
    async def sell_at_counter(
        self, info: Info, offer_id: OfferId, quantity: Quantity, idempotency_key: SaleKey = None
    ) -> Offer | None:
        offer = await info.context.write(
            lambda session, actor: sell_at_counter(
                session, actor, offer_id, quantity, idempotency_key
            ),
            PARTNER,
            ADMIN,
        )
        return Offer.of(offer)

    @mutation(
        "Take an offer away, cancelling what is reserved of it; for its place's owners and "
        "managers. Answers its id; again changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN, "
        "NOT_FOUND.",
        authenticated=True,
    )
    async def delete_offer(self, info: Info, offer_id: Id, why: Why = None) -> UUID | None:
        return await info.context.write(
            lambda session, actor: delete_offer(session, actor, offer_id, why), PARTNER, ADMIN
        )
