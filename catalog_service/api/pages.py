"""Pages asked for by ``first`` and ``after``, and answered as connections.

A cursor is bound to the arguments that choose and sort its list, and to the list's owner.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Protocol, TypeAlias, TypeVar
from uuid import UUID

import strawberry

from catalog_service.domain.reservations import ReservationStatus
from catalog_service.domain.search import OfferOrder, OfferSearch, PlaceOrder
from catalog_service.repository.paging import Found, Page
from shared.pagination.connections import Connection, Count, connection
from shared.pagination.cursors import PageRequest, fingerprint

Node = TypeVar("Node")


class Identified(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> UUID:
        """The id."""


Item = TypeVar("Item", bound=Identified)

Id: TypeAlias = Annotated[UUID, strawberry.argument(name="id", description="The id.")]
Why: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        name="reason",
        description="Why: told to who holds reservations that this touches. 1 to 500 characters.",
    ),
]
Key: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        name="idempotencyKey",
        description="Made by the client, new for each thing: asking again with the same key within "
        "a week makes nothing more, and answers what it made. 1 to 200 characters.",
    ),
]
Statuses: TypeAlias = Annotated[
    list[ReservationStatus] | None, strawberry.argument(description="Only in one of these.")
]

OFFER_KEYS: Final[dict[OfferOrder, type]] = {
    OfferOrder.PICKUP_START: datetime,
    OfferOrder.PRICE: Decimal,
    OfferOrder.NEWEST: datetime,
    OfferOrder.DISTANCE: float,
    OfferOrder.DISCOUNT: Decimal,
    OfferOrder.RELEVANCE: int,
}
PLACE_KEYS: Final[dict[PlaceOrder, type]] = {
    PlaceOrder.NAME: str,
    PlaceOrder.DISTANCE: float,
    PlaceOrder.RELEVANCE: str,
}


def page_of_offers(
    search: OfferSearch, first: int, after: str | None, owner: UUID | None = None
) -> PageRequest:
    """The page of a search; ``owner``: the place whose list it is."""
    mark = fingerprint("offers", search, owner)
    types = (OFFER_KEYS[search.order], UUID)
    return PageRequest.read(first, after, types=types, fingerprint=mark)


def page_by(key: type, name: str, first: int, after: str | None, *arguments: object) -> PageRequest:
    """The page of the list ``name`` with these arguments, sorted by a ``key``."""
    mark = fingerprint(name, *arguments)
    return PageRequest.read(first, after, types=(key, UUID), fingerprint=mark)


def connected(
    found: Page[Item],
    page: PageRequest,
    node: Callable[[Item], Node],
    count: Count | None = None,
) -> Connection[Node]:
    """The connection of what was found. ``count``: how many there are in all."""

    def key(row: Found[Item]) -> tuple[Any, UUID]:
        return row.sort_key, row.item.id

    return connection(found, page, key=key, node=lambda row: node(row.item), count=count)
