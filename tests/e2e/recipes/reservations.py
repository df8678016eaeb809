"""Operations on reservations."""

from __future__ import annotations

from tests.e2e.recipes.cast import Cast, Operation, Recipe
from tests.e2e.shop import RESERVE, new_key

CHANGE = "mutation($id: UUID!) {changeReservation(id: $id, quantity: 2) {id}}"
CANCEL = 'mutation($id: UUID!) {cancelReservation(id: $id, reason: "Sorry.") {id}}'


async def reserved_by_the_customer(cast: Cast) -> str:
    offer = await cast.shop.publish()
    return str((await cast.shop.reserve(cast.token("customer"), offer))["id"])


def on_reservation(operation: str) -> Recipe:
    """An operation on a new reservation of the customer's."""

    async def made(cast: Cast) -> Operation:
        return operation, {"id": await reserved_by_the_customer(cast)}

    return made


def reservation_field(selection: str) -> Recipe:
    return on_reservation(f"query($id: UUID!) {{reservation(id: $id) {{{selection}}}}}")


async def reserve_offer(cast: Cast) -> Operation:
    return RESERVE, {"offer": await cast.shop.publish(), "quantity": 1, "key": new_key()}


async def confirm_pickup(cast: Cast) -> Operation:
    offer = await cast.shop.publish(starts_in=-1)
    code = (await cast.shop.reserve(cast.token("customer"), offer))["pickupCode"]
    text = "mutation($p: UUID!, $c: String!) {confirmPickup(placeId: $p, pickupCode: $c) {id}}"
    return text, {"p": cast.shop.place_id, "c": code}


async def ended_by_name(cast: Cast) -> Operation:
    held = await reserved_by_the_customer(cast)
    ended = await cast.client.run(CANCEL, {"id": held}, cast.token("owner"))
    assert ended.errors == []
    return "query($id: UUID!) {reservation(id: $id) {endedByName}}", {"id": held}
