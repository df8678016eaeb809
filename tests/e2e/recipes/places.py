"""Operations on places, partnerships and invitations."""

from __future__ import annotations

import asyncio

from tests.e2e.recipes.cast import Cast, Operation, Recipe
from tests.e2e.shop import ACCEPT, CREATE_PLACE, LINK, Shop, new_key, place_input


async def place(cast: Cast) -> Operation:
    return "query($id: UUID!) {place(id: $id) {id}}", {"id": cast.shop.place_id}


async def create_place(_cast: Cast) -> Operation:
    return CREATE_PLACE, {"input": place_input()}


async def update_place(cast: Cast) -> Operation:
    text = 'mutation($id: UUID!) {updatePlace(id: $id, input: {name: "Mill"}) {id}}'
    return text, {"id": cast.shop.place_id}


async def close_place(cast: Cast) -> Operation:
    doomed = await Shop.open(cast.client, cast.token("owner"))
    return "mutation($id: UUID!) {closePlace(id: $id) {id}}", {"id": doomed.place_id}


async def link_partner(cast: Cast) -> Operation:
    variables = {"user": cast.accounts["manager"].id, "role": "MANAGER"}
    return LINK, {"place": cast.shop.place_id, **variables}


async def accept_partnership(cast: Cast) -> Operation:
    elsewhere = await Shop.open(cast.client, cast.token("owner"))
    return ACCEPT, {"id": await elsewhere.invite(cast.token("stranger"), "STAFF")}


INVITE = """mutation($place: UUID!, $email: String!) {
  invitePartner(placeId: $place, email: $email, role: STAFF) {id}
}"""


async def invite_partner(cast: Cast) -> Operation:
    address = f"someone-{new_key()}@e2e.example"
    return INVITE, {"place": cast.shop.place_id, "email": address}


def invitation(mutation: str) -> Recipe:
    """Something done with an invitation of the stranger, which has reached the auth service."""

    async def made(cast: Cast) -> Operation:
        invited = cast.accounts["stranger"]
        other = await Shop.open(cast.client, cast.token("owner"))
        place = cast.shop.place_id if mutation == "cancelInvitation" else other.place_id
        variables = {"place": place, "email": invited.email}
        answer = await cast.client.run(INVITE, variables, cast.token("owner"))
        found = answer.field("invitePartner", "id")
        while True:
            mine = await cast.client.run("{myInvitations {id}}", token=invited.token)
            if found in [each["id"] for each in mine.field("myInvitations")]:
                return f"mutation($id: UUID!) {{{mutation}(id: $id) {{id}}}}", {"id": found}
            await asyncio.sleep(0.05)

    return made


async def update_partnership(cast: Cast) -> Operation:
    text = "mutation($id: UUID!) {updatePartnership(id: $id, role: STAFF) {id}}"
    return text, {"id": cast.deputy_partnership}


def owner_field(selection: str) -> Recipe:
    """A field of the owner's account, reached as a place's partner."""

    async def made(cast: Cast) -> Operation:
        text = f"query($id: UUID!) {{place(id: $id) {{partnerships {{partner {{{selection}}}}}}}}}"
        own_place = await Shop.open(cast.client, cast.token("owner"))
        return text, {"id": own_place.place_id}

    return made


def place_field(selection: str) -> Recipe:
    async def made(cast: Cast) -> Operation:
        text = f"query($id: UUID!) {{place(id: $id) {{{selection}}}}}"
        return text, {"id": cast.shop.place_id}

    return made
