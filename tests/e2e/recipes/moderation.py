"""Reports, and what admins do about them."""

from __future__ import annotations

from tests.e2e.recipes.cast import Cast, Operation, Recipe
from tests.e2e.shop import Shop

MODERATION = {
    "reports": "{reports(first: 1) {edges {node {id}}}}",
    "closeReport": """mutation($id: UUID!) {
      closeReport(id: $id, resolution: "Seen.") { id } }""",
    "reportOffer": "mutation($id: UUID!) { reportOffer(offerId: $id, reason: OTHER) { id } }",
    "takeDownOffer": 'mutation($id: UUID!) { takeDownOffer(id: $id, reason: "x") { id } }',
    "restoreOffer": 'mutation($id: UUID!) { restoreOffer(id: $id, reason: "x") { id } }',
    "takeDownPlace": 'mutation($id: UUID!) { takeDownPlace(id: $id, reason: "x") { id } }',
    "restorePlace": 'mutation($id: UUID!) { restorePlace(id: $id, reason: "x") { id } }',
    "Offer.takedown": "query($id: UUID!) { offer(id: $id) { takedown { reason } } }",
    "Place.takedown": "query($id: UUID!) { place(id: $id) { takedown { reason } } }",
}


async def close_report(cast: Cast) -> Operation:
    text, variables = await report_offer(cast)
    made = await cast.client.run(text, variables, cast.token("customer"))
    return MODERATION["closeReport"], {"id": made.field("reportOffer", "id")}


async def report_offer(cast: Cast) -> Operation:
    return MODERATION["reportOffer"], {"id": await cast.shop.publish()}


def on_offer(name: str, *, down: bool) -> Recipe:
    """An operation on an offer, which was taken down before or not."""

    async def made(cast: Cast) -> Operation:
        variables = {"id": await cast.shop.publish()}
        if down:
            await cast.client.run(MODERATION["takeDownOffer"], variables, cast.token("admin"))
        return MODERATION[name], variables

    return made


def on_place(name: str, *, down: bool) -> Recipe:
    """An operation on a place, which was taken down before or not."""

    async def made(cast: Cast) -> Operation:
        place = await Shop.open(cast.client, cast.token("owner"))
        for role in ("MANAGER", "STAFF"):
            await place.link(cast.token(role.lower()), role)
        variables = {"id": place.place_id}
        if down:
            await cast.client.run(MODERATION["takeDownPlace"], variables, cast.token("admin"))
        return MODERATION[name], variables

    return made
