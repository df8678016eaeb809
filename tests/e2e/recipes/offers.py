"""Operations on offers."""

from __future__ import annotations

from tests.e2e.recipes.cast import Cast, Operation, Recipe
from tests.e2e.shop import CREATE_OFFER, SET_STATUS, offer_input


async def active_offer(cast: Cast) -> Operation:
    return "query($id: UUID!) {offer(id: $id) {id}}", {"id": await cast.shop.publish()}


async def draft(cast: Cast) -> Operation:
    return "query($id: UUID!) {offer(id: $id) {id}}", {"id": await cast.shop.draft()}


async def create_offer(cast: Cast) -> Operation:
    return CREATE_OFFER, {"input": offer_input(cast.shop.place_id)}


async def update_offer(cast: Cast) -> Operation:
    text = 'mutation($id: UUID!) {updateOffer(id: $id, input: {title: "Rye"}) {id}}'
    return text, {"id": await cast.shop.draft()}


async def create_image_upload(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {createImageUpload(placeId: $id) {uploadUrl}}"
    return text, {"id": cast.shop.place_id}


async def copy_offer(cast: Cast) -> Operation:
    text = """mutation($id: UUID!, $input: CopyOfferInput!) {
      copyOffer(id: $id, input: $input) {id}
    }"""
    given = offer_input(cast.shop.place_id)
    window = {name: given[name] for name in ("pickupStart", "pickupEnd")}
    return text, {"id": await cast.shop.draft(), "input": window}


async def sell_at_counter(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {sellAtCounter(offerId: $id, quantity: 1) {id}}"
    return text, {"id": await cast.shop.publish()}


async def set_offer_status(cast: Cast) -> Operation:
    return SET_STATUS, {"id": await cast.shop.draft(), "s": "ACTIVE"}


async def delete_offer(cast: Cast) -> Operation:
    return "mutation($id: UUID!) {deleteOffer(id: $id)}", {"id": await cast.shop.draft()}


def offer_field(selection: str) -> Recipe:
    async def made(cast: Cast) -> Operation:
        text = f"query($id: UUID!) {{offer(id: $id) {{{selection}}}}}"
        return text, {"id": await cast.shop.publish()}

    return made
