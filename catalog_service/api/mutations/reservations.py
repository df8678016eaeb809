"""Reserving, giving back, handing over."""

from contextlib import nullcontext
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.api.context import ADMIN, PARTNER, USER, Info, signed_in_id
from catalog_service.api.pages import Id
from catalog_service.api.types.reservation import Reservation
from catalog_service.domain import reservations as domain
from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import InvalidInput
from catalog_service.domain.reservations import ReservationRequest
from catalog_service.services.cancel_reservation import cancel_reservation
from catalog_service.services.change_reservation import change_reservation
from catalog_service.services.confirm_pickup import confirm_pickup, confirm_pickup_of
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
    str | None,
    strawberry.argument(description="What the customer shows; case and spaces do not matter."),
]
ReservationId = Annotated[
    UUID | None, strawberry.argument(description="The reservation, instead of its code.")
]
Reason = Annotated[
    str | None,
    strawberry.argument(description="Why; needed to cancel a customer's. 1 to 500 characters."),
]
ExpectedPrice = Annotated[
    Decimal | None,
    strawberry.argument(
        description="The price of one portion as it was seen; another one is PRICE_CHANGED."
    ),
]


@strawberry.type
class ReservationMutations:
    """Root fields about reservations."""

    @mutation(
        "Reserve portions of an offer; for customers with a verified address. Errors: "
        "UNAUTHENTICATED, FORBIDDEN, EMAIL_NOT_VERIFIED, NOT_FOUND, BAD_USER_INPUT, SOLD_OUT "
        "(`quantityAvailable`), OFFER_CLOSED, PRICE_CHANGED (`price`: that of now), LIMIT_REACHED "
        "(`limit`, `maximum`), RATE_LIMITED (too many given back), CONFLICT (the key was used for "
        "another wish).",
        authenticated=True,
    )
    async def reserve_offer(
        self,
        info: Info,
        offer_id: OfferId,
        quantity: Quantity,
        idempotency_key: Key,
        expected_price: ExpectedPrice = None,
    ) -> Reservation | None:
        user_id = signed_in_id(await info.context.reading())
        request = ReservationRequest(user_id, offer_id, quantity, idempotency_key, expected_price)
        made = await info.context.write_lean(
            lambda connection, _actor: reserve_offer(connection, request, info.context.limits),
            USER,
            ADMIN,
            verified=True,
        )
        return Reservation.of(made)

    @mutation(
        "Change how many portions your reservation holds, until its pickup window begins or five "
        "minutes after reserving. The price stays; more portions are given at that price only. "
        "Errors: UNAUTHENTICATED, NOT_FOUND, BAD_USER_INPUT, SOLD_OUT, OFFER_CLOSED, "
        "PRICE_CHANGED, LIMIT_REACHED, CONFLICT (too late, or over).",
        authenticated=True,
    )
    async def change_reservation(
        self, info: Info, reservation_id: Id, quantity: Quantity
    ) -> Reservation | None:
        changed = await info.context.write(
            lambda session, actor: change_reservation(session, actor, reservation_id, quantity)
        )
        return Reservation.of(changed)

    @mutation(
        "Give your reservation back, until its pickup window begins or five minutes after "
        "reserving. Or cancel a customer's at your place, as owner or manager, with a reason that "
        "the customer is told. Again changes nothing. Errors: UNAUTHENTICATED, NOT_FOUND, "
        "BAD_USER_INPUT (no reason), CONFLICT (too late, or over).",
        authenticated=True,
    )
    async def cancel_reservation(
        self, info: Info, reservation_id: Id, reason: Reason = None
    ) -> Reservation | None:
        cancelled = await info.context.write(
            lambda session, actor: cancel_reservation(session, actor, reservation_id, reason)
        )
        return Reservation.of(cancelled)

    @mutation(
        "Hand over what is reserved, to whoever shows its code or by the reservation itself (name "
        "one of them), from the start of the pickup window to an hour after its end; for the "
        "place's partners. Errors: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND (no such "
        "code), CONFLICT (outside the window, done: `pickedUpAt`, `pickedUpBy`, `pickedUpByName`, "
        "or ended: `status`), RATE_LIMITED (too many wrong codes).",
        authenticated=True,
    )
    async def confirm_pickup(
        self,
        info: Info,
        place_id: PlaceId,
        pickup_code: Code = None,
        reservation_id: ReservationId = None,
    ) -> Reservation | None:
        guesser = await info.context.reading(PARTNER, ADMIN)
        by_id = reservation_id if pickup_code is None else None
        code = None if by_id is not None else only_code(pickup_code, reservation_id)

        async def hand_over(session: AsyncSession, actor: Actor) -> domain.Reservation:
            if by_id is not None:
                return await confirm_pickup_of(session, actor, place_id, by_id)
            return await confirm_pickup(session, actor, place_id, code or "")

        # Only a code can be guessed.
        guesses = info.context.pickup_guesses
        async with nullcontext() if code is None else guesses.counted(guesser, place_id):
            confirmed = await info.context.write(hand_over, PARTNER, ADMIN)
        return Reservation.of(confirmed)


def only_code(code: str | None, reservation_id: UUID | None) -> str:
    """The code, where it alone is given. Raises ``InvalidInput``."""
    if code is None or reservation_id is not None:
        raise InvalidInput.at(
            "pickupCode", code="ONE_OF", message="Give either a pickup code or a reservation."
        )
    return code
