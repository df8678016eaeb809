"""What is asked: four things that front ends do all day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BROWSE = """query Browse { offers(first: 20, filter: {onlyAvailable: true}) {
  edges { node {
    id title description price { amount currency } originalPrice { amount } pickupStart pickupEnd
    quantityAvailable availability tags allergens place { name address }
  } }
  pageInfo { hasNextPage endCursor }
} }"""
OFFER = """query Offer($id: UUID!) { offer(id: $id) {
  id title description price { amount currency } originalPrice { amount } pickupStart pickupEnd
  quantityAvailable availability tags allergens imageUrls
} }"""
ME = """query Mine { me { id email role reservations(first: 10) { edges { node {
  status pickupCode quantity offer { title place { name } }
} } } } }"""
RESERVE = """mutation Reserve($id: UUID!, $key: String!) {
  reserveOffer(offerId: $id, quantity: 1, idempotencyKey: $key) { id status pickupCode }
}"""


@dataclass(frozen=True, slots=True)
class Workload:
    """A document. ``service``: the one that answers it whole, if one does."""

    query: str
    service: str | None = None
    is_mutation: bool = False
    is_about_an_offer: bool = False


WORKLOADS: Mapping[str, Workload] = {
    "browse": Workload(BROWSE, "catalog"),
    "offer": Workload(OFFER, "catalog", is_about_an_offer=True),
    "me": Workload(ME),
    "reserve": Workload(RESERVE, "catalog", is_mutation=True, is_about_an_offer=True),
}
