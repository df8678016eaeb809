"""Values for arguments of EST's operations: what the demo data holds, so that answers are full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from est.demo.people import EVERYONE
from tests.testkit.client import Client

_QUERY = """{
  offers(first: 30) {
    edges { cursor node { id title tags place { id name reservations(first: 3) { edges { node {
      id } } } } } }
  }
  places(first: 20) { edges { cursor node { id latitude longitude } } }
}"""
_RESERVATIONS = "{ me { reservations(first: 10) { edges { cursor node { id } } } } }"


async def sample_arguments(client: Client, tokens: Sequence[str]) -> dict[str, list[Any]]:
    """Read ids and the like through the gateway; the result is for ``OperationGenerator``."""
    found = await client.run(_QUERY, token=tokens[0])
    assert found.data is not None, found.errors
    offers = [edge["node"] for edge in found.data["offers"]["edges"]]
    places = [edge["node"] for edge in found.data["places"]["edges"]]
    reservations = []
    for token in tokens:
        own = await client.run(_RESERVATIONS, token=token)
        connection = (own.field("me") or {}).get("reservations") or {"edges": []}
        reservations += [edge["node"]["id"] for edge in connection["edges"]]
    people = [str(person.id) for person in EVERYONE]
    place_ids = [place["id"] for place in places]
    offer_ids = [offer["id"] for offer in offers]
    cursors = [edge["cursor"] for edge in found.data["offers"]["edges"]]
    return {
        "Query.user.id": people,
        "Query.offer.id": offer_ids,
        "Query.place.id": place_ids,
        "Query.reservation.id": reservations or offer_ids,
        "placeId": place_ids,
        "UUID": [*offer_ids[:3], *place_ids[:3], *people[:3]],
        "Query.offers.after": cursors[:5],
        "after": [None],
        "text": [word for offer in offers[:9] for word in offer["title"].split()],
        "tags": [tag for offer in offers for tag in offer["tags"]] or ["bread"],
        "latitude": [places[0]["latitude"]],
        "longitude": [places[0]["longitude"]],
        "radiusKm": [5.0, 500.0],
        "first": [0, 1, 2, 3],
        "minPrice": ["0.50", "2"],
        "maxPrice": ["4.00", "30.00"],
        "Decimal": ["3.50"],
        **_moments(),
    }


def _moments() -> dict[str, list[Any]]:
    """Days and instants around now: the demo data's windows are relative to it."""
    now = datetime.now(UTC).replace(microsecond=0)
    day, month = timedelta(days=1), timedelta(days=30)
    return {
        "from": [(now - month / 3).date().isoformat()],
        "to": [(now + day).date().isoformat()],
        "DateTime": [(now - day).isoformat(), (now + month).isoformat()],
    }
