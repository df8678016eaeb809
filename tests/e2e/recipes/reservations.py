"""Operations on reservations."""

from __future__ import annotations

from tests.e2e.recipes.cast import Cast, Operation
from tests.e2e.shop import RESERVE, new_key


async def reservation(cast: Cast) -> Operation:
    text = "query($id: UUID!) {reservation(id: $id) {id}}"
    return text, {"id": await reserved_by_the_customer(cast)}


async def reserved_by_the_customer(cast: Cast) -> str:
    offer = await cast.shop.publish()
    return str((await cast.shop.reserve(cast.token("customer"), offer))["id"])


async def reserve_offer(cast: Cast) -> Operation:
    return RESERVE, {"offer": await cast.shop.publish(), "quantity": 1, "key": new_key()}


async def change_reservation(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {changeReservation(id: $id, quantity: 2) {id}}"
    return text, {"id": await reserved_by_the_customer(cast)}


async def customer_no_shows(cast: Cast) -> Operation:
    text = "query($id: UUID!) {reservation(id: $id) {customerNoShows}}"
    return text, {"id": await reserved_by_the_customer(cast)}


async def cancel_reservation(cast: Cast) -> Operation:
    text = 'mutation($id: UUID!) {cancelReservation(id: $id, reason: "Sorry.") {id}}'
    return text, {"id": await reserved_by_the_customer(cast)}


async def confirm_pickup(cast: Cast) -> Operation:
    offer = await cast.shop.publish(starts_in=-1)
    code = (await cast.shop.reserve(cast.token("customer"), offer))["pickupCode"]
    text = "mutation($p: UUID!, $c: String!) {confirmPickup(placeId: $p, pickupCode: $c) {id}}"
    return text, {"p": cast.shop.place_id, "c": code}


async def ended_by_name(cast: Cast) -> Operation:
    held = await reserved_by_the_customer(cast)
    cancel = 'mutation($id: UUID!) {cancelReservation(id: $id, reason: "Sorry.") {id}}'
    ended = await cast.client.run(cancel, {"id": held}, cast.token("owner"))
    assert ended.errors == []
    return "query($id: UUID!) {reservation(id: $id) {endedByName}}", {"id": held}


async def customer_name(cast: Cast) -> Operation:
    text = "query($id: UUID!) {reservation(id: $id) {customerName}}"
    return text, {"id": await reserved_by_the_customer(cast)}


async def pickup_code(cast: Cast) -> Operation:
    # The place's reservations are reached through the offer by who may; the customer by their own.
    text = "query($id: UUID!) {reservation(id: $id) {pickupCode}}"
    return text, {"id": await reserved_by_the_customer(cast)}
