"""Reserving, giving back, handing over."""

from typing import Annotated
from uuid import UUID

import strawberry

from catalog_service.api.context import ADMIN, PARTNER, USER, Info, signed_in_id
from catalog_service.api.pages import Id
from catalog_service.api.types.reservation import Reservation
from catalog_service.domain.reservations import ReservationRequest
from catalog_service.services.cancel_reservation import cancel_reservation
from catalog_service.services.confirm_pickup import confirm_pickup, counted_guess
from catalog_service.services.reserve_offer import reserve_offer
from shared.graphql.fields import mutation

OfferId = Annotated[UUID, strawberry.argument(description="The offer's id.")]
PlaceId = Annotated[UUID, strawberry.argument(description="The place's id.")]
Quantity = Annotated[int, strawberry.argument(description="Portions: 1 to 1000.")]
Key = Annotated[
    str,
    strawberry.argument(
        description="Made by the client, new for each wish: asking again with the same key and "
        "the same wish gives the same reservation. 1 to 200 characters."
    ),
]
Code = Annotated[
    str, strawberry.argument(description="What the customer shows; case and spaces do not matter.")
]


@strawberry.type
class ReservationMutations:
    """Root fields about reservations."""

    @mutation(
        "Reserve portions of an offer; for customers with a verified address. Errors: "
        "UNAUTHENTICATED, FORBIDDEN, EMAIL_NOT_VERIFIED, NOT_FOUND, BAD_USER_INPUT, SOLD_OUT, "
        "OFFER_CLOSED, CONFLICT (the key was used for another wish).",
        authenticated=True,
    )
    async def reserve_offer(
        self, info: Info, offer_id: OfferId, quantity: Quantity, idempotency_key: Key
    ) -> Reservation | None:
        user_id = signed_in_id(info.context.reading())
        request = ReservationRequest(user_id, offer_id, quantity, idempotency_key)
        made = await info.context.write(
            lambda session, _actor: reserve_offer(session, request), USER, ADMIN, verified=True
        )
        return Reservation.of(made)

    @mutation(
        "Give your reservation back, until its pickup window begins; again changes nothing. "
        "Errors: UNAUTHENTICATED, NOT_FOUND, CONFLICT (too late, or over).",
        authenticated=True,
    )
    async def cancel_reservation(self, info: Info, reservation_id: Id) -> Reservation | None:
        cancelled = await info.context.write(
            lambda session, actor: cancel_reservation(session, actor, reservation_id)
        )
        return Reservation.of(cancelled)

    @mutation(
        "Hand over what is reserved to whoever shows its code, from the start of the pickup "
        "window to an hour after its end; for the place's partners. Errors: UNAUTHENTICATED, "
        "FORBIDDEN, BAD_USER_INPUT, NOT_FOUND (no such code), CONFLICT (outside the window, or "
        "done), RATE_LIMITED (too many guesses).",
        authenticated=True,
    )
    async def confirm_pickup(
        self, info: Info, place_id: PlaceId, pickup_code: Code
    ) -> Reservation | None:
        guesser = info.context.reading(PARTNER, ADMIN)
        async with counted_guess(info.context.limiter, guesser, place_id):
            confirmed = await info.context.write(
                lambda session, actor: confirm_pickup(session, actor, place_id, pickup_code),
                PARTNER,
                ADMIN,
            )
        return Reservation.of(confirmed)
