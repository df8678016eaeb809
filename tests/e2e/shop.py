"""What a partner and a customer do, in operations as a front end would send them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.testkit.client import Client

_NUMBERS = itertools.count(1)

CREATE_PLACE = "mutation($input: CreatePlaceInput!) {createPlace(input: $input) {id}}"
CREATE_OFFER = "mutation($input: CreateOfferInput!) {createOffer(input: $input) {id status}}"
SET_STATUS = "mutation($id: UUID!, $s: OfferStatus!) {setOfferStatus(id: $id, status: $s) {status}}"
LINK = """
mutation($place: UUID!, $user: UUID!, $role: PartnershipRole!) {
  linkPartner(placeId: $place, userId: $user, role: $role) { id }
}
"""
ACCEPT = "mutation($id: UUID!) {acceptPartnership(id: $id) {id status}}"
RESERVE = """
mutation($offer: UUID!, $quantity: Int!, $key: String!) {
  reserveOffer(offerId: $offer, quantity: $quantity, idempotencyKey: $key) {
    id status pickupCode quantity
  }
}
"""
ME = "{me {id}}"


def place_input() -> dict[str, Any]:
    return {
        "name": f"Bakery {next(_NUMBERS)}",
        "address": "1 Mill Lane, Ghent",
        "latitude": 51.05,
        "longitude": 3.72,
        "timeZone": "Europe/Brussels",
        "currency": "EUR",
    }


def offer_input(place_id: str, *, quantity: int = 10, starts_in: float = 2.0) -> dict[str, Any]:
    """An offer's input; its window begins in ``starts_in`` hours and lasts four."""
    start = datetime.now(UTC) + timedelta(hours=starts_in)
    return {
        "placeId": place_id,
        "title": f"Bread of yesterday {next(_NUMBERS)}",
        "price": "2.50",
        "originalPrice": "7.00",
        "quantityTotal": quantity,
        "pickupStart": start.isoformat(),
        "pickupEnd": (start + timedelta(hours=4)).isoformat(),
    }


def new_key() -> str:
    return f"wish-{next(_NUMBERS)}"


class Shop:
    """A place of one owner, and what happens there."""

    def __init__(self, client: Client, owner: str, place_id: str) -> None:
        self.client = client
        self.owner = owner
        self.place_id = place_id

    @classmethod
    async def open(cls, client: Client, owner: str) -> Shop:
        """Open a new place; ``owner`` is an access token."""
        made = await client.run(CREATE_PLACE, {"input": place_input()}, owner)
        return cls(client, owner, made.field("createPlace", "id"))

    async def link(self, token: str, role: str) -> str:
        """Take the account of ``token`` in, which accepts; the partnership's id."""
        partnership = await self.invite(token, role)
        (await self.client.run(ACCEPT, {"id": partnership}, token)).field("acceptPartnership")
        return partnership

    async def invite(self, token: str, role: str) -> str:
        """Invite the account of ``token``; the partnership's id."""
        user = (await self.client.run(ME, token=token)).field("me", "id")
        variables = {"place": self.place_id, "user": user, "role": role}
        made = await self.client.run(LINK, variables, self.owner)
        return str(made.field("linkPartner", "id"))

    async def draft(self, **more: Any) -> str:
        """A new draft's id."""
        variables = {"input": offer_input(self.place_id, **more)}
        made = await self.client.run(CREATE_OFFER, variables, self.owner)
        return str(made.field("createOffer", "id"))

    async def publish(self, **more: Any) -> str:
        """A new active offer's id."""
        offer = await self.draft(**more)
        published = await self.client.run(SET_STATUS, {"id": offer, "s": "ACTIVE"}, self.owner)
        assert published.field("setOfferStatus", "status") == "ACTIVE"
        return offer

    async def reserve(self, customer: str, offer: str, quantity: int = 1) -> dict[str, Any]:
        """A reservation of ``customer``, an access token."""
        variables = {"offer": offer, "quantity": quantity, "key": new_key()}
        made = await self.client.run(RESERVE, variables, customer)
        reservation: dict[str, Any] = made.field("reserveOffer")
        return reservation
