"""Batching: what a list's nodes ask for in one turn of the loop is one statement.

Each load takes its own pooled connection for that statement only.
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from catalog_service.domain.activity import Activity, DayStats, Period
from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer
from catalog_service.domain.places import Partnership, Place
from catalog_service.domain.reservations import Reservation, ReservationStatus
from catalog_service.domain.search import OfferSearch
from catalog_service.repository import offers, places, reservations, stats
from catalog_service.repository.paging import Page
from shared.cursors import PageRequest
from shared.database import Connection, Database
from shared.errors import NotFound
from shared.graphql import batch_loader

Value = TypeVar("Value")
Read: TypeAlias = Callable[[Connection, Sequence[UUID]], Awaitable[Mapping[UUID, Value]]]
Statuses: TypeAlias = tuple[ReservationStatus, ...] | None


class Loaders:
    """The loaders of one request, each made when first asked for.

    A page with its arguments has a loader of its own: `a: offers(first: 1) b: offers(first: 2)` are
    two statements, however many places ask. (The fingerprint of a page names its owner, so it is no
    part of the key.)
    """

    def __init__(self, database: Database, actor: Actor) -> None:
        self._database = database
        self._actor = actor
        self._made: dict[Hashable, DataLoader[UUID, Any]] = {}

    def _loader(self, key: Hashable, read: Read[Value]) -> DataLoader[UUID, Value | None]:
        loader = self._made.get(key)
        if loader is None:

            async def load(ids: Sequence[UUID]) -> Mapping[UUID, Value]:
                async with self._database.read() as connection:
                    return await read(connection, ids)

            loader = self._made[key] = batch_loader(load)
        return loader

    async def find_place(self, place_id: UUID) -> Place | None:
        """A place."""
        return await self._loader("place", places.read_places).load(place_id)

    async def place(self, place_id: UUID) -> Place:
        """The place that something readable refers to."""
        return _present(await self.find_place(place_id))

    async def find_offer(self, offer_id: UUID) -> Offer | None:
        """An offer, if the actor may read it."""
        return await self._loader(
            "offer", lambda connection, ids: offers.read_offers(connection, ids, self._actor)
        ).load(offer_id)

    async def reserved_offer(self, offer_id: UUID) -> Offer:
        """The offer of a reservation that the actor reads."""
        loader = self._loader("reserved_offer", offers.read_reserved_offers)
        return _present(await loader.load(offer_id))

    async def find_reservation(self, reservation_id: UUID) -> Reservation | None:
        """A reservation, if the actor may read it."""
        return await self._loader(
            "reservation",
            lambda connection, ids: reservations.read_reservations(connection, ids, self._actor),
        ).load(reservation_id)

    async def find_partnership(self, partnership_id: UUID) -> Partnership | None:
        """A partnership, if the actor may read it."""
        return await self._loader(
            "partnership",
            lambda connection, ids: places.read_partnerships(connection, ids, self._actor),
        ).load(partnership_id)

    async def manages(self, place_id: UUID) -> bool:
        """Whether the actor works at the place."""
        found = await self._loader(
            "manages",
            lambda connection, ids: places.read_managed(connection, ids, self._actor),
        ).load(place_id)
        return bool(found)

    async def partnerships_of_place(self, place_id: UUID) -> list[Partnership]:
        """The active partnerships of a place."""
        loader = self._loader("partnerships_of_place", places.read_partnerships_of_places)
        return await loader.load(place_id) or []

    async def offers_of_place(
        self, place_id: UUID, search: OfferSearch, page: PageRequest
    ) -> Page[Offer]:
        """A page of what is found at a place."""
        loader = self._loader(
            ("offers_of_place", search, page.first, page.after),
            lambda connection, ids: offers.find_offers_of_places(
                connection, ids, search, page, self._actor
            ),
        )
        return await loader.load(place_id) or []

    async def reservations_of_place(
        self, place_id: UUID, statuses: Statuses, page: PageRequest
    ) -> Page[Reservation]:
        """A page of a place's reservations."""
        loader = self._loader(
            ("reservations_of_place", statuses, page.first, page.after),
            lambda connection, ids: reservations.find_reservations_of_places(
                connection, ids, statuses, page, self._actor
            ),
        )
        return await loader.load(place_id) or []

    async def reservations_of_offer(
        self, offer_id: UUID, statuses: Statuses, page: PageRequest
    ) -> Page[Reservation]:
        """A page of an offer's reservations."""
        loader = self._loader(
            ("reservations_of_offer", statuses, page.first, page.after),
            lambda connection, ids: reservations.find_reservations_of_offers(
                connection, ids, statuses, page, self._actor
            ),
        )
        return await loader.load(offer_id) or []

    async def reservations_of_user(
        self, user_id: UUID, statuses: Statuses, page: PageRequest
    ) -> Page[Reservation]:
        """A page of a customer's reservations."""
        loader = self._loader(
            ("reservations_of_user", statuses, page.first, page.after),
            lambda connection, ids: reservations.find_reservations_of_users(
                connection, ids, statuses, page
            ),
        )
        return await loader.load(user_id) or []

    async def activity_of_user(self, user_id: UUID, page: PageRequest) -> Page[Activity]:
        """A page of a customer's history."""
        loader = self._loader(
            ("activity_of_user", page.first, page.after),
            lambda connection, ids: reservations.find_activity_of_users(connection, ids, page),
        )
        return await loader.load(user_id) or []

    async def partnerships_of_user(self, user_id: UUID, page: PageRequest) -> Page[Partnership]:
        """A page of a partner's partnerships."""
        loader = self._loader(
            ("partnerships_of_user", page.first, page.after),
            lambda connection, ids: places.find_partnerships_of_users(connection, ids, page),
        )
        return await loader.load(user_id) or []

    async def stats_of_offer(self, offer_id: UUID, period: Period) -> list[DayStats]:
        """The days of an offer."""
        loader = self._loader(
            ("stats_of_offer", period),
            lambda connection, ids: stats.read_stats_of_offers(
                connection, ids, period, self._actor
            ),
        )
        return await loader.load(offer_id) or []

    async def stats_of_place(self, place_id: UUID, period: Period) -> list[DayStats]:
        """The days of a place."""
        loader = self._loader(
            ("stats_of_place", period),
            lambda connection, ids: stats.read_stats_of_places(
                connection, ids, period, self._actor
            ),
        )
        return await loader.load(place_id) or []


def _present(found: Value | None) -> Value:
    """What a foreign key promises to be there."""
    if found is None:
        raise NotFound
    return found
