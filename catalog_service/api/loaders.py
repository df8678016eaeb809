"""Batching: what a list's nodes ask for in one turn of the loop is one statement.

Each load takes its own pooled connection for that statement only.
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer
from catalog_service.domain.places import Partnership, Place
from catalog_service.domain.reservations import Reservation
from catalog_service.repository import offers, places, reservations
from catalog_service.repository.paging import Page
from catalog_service.repository.standings import read_known
from shared.database import Connection, Database
from shared.errors import NotFound
from shared.graphql import Loads
from shared.graphql.loaders import LoadMany, Together
from shared.pagination.cursors import PageRequest

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Item = TypeVar("Item")
P = ParamSpec("P")
Read: TypeAlias = Callable[
    Concatenate[Connection, Sequence[Key], P], Awaitable[Mapping[Key, Value]]
]
Find: TypeAlias = Callable[
    Concatenate[Connection, Sequence[UUID], PageRequest, P], Awaitable[Mapping[UUID, Page[Item]]]
]


class Loaders:
    """The loaders of one request, each made when first asked for.

    ``load`` and ``page`` take the repository's reading function and its arguments; who asks for the
    same with the same arguments shares a loader, and so a statement:

        place.name of fifty offers                   read_places(connection, fifty ids)
        a: offers(first: 1)  b: offers(first: 2)     two statements, however many places ask
    """

    def __init__(self, database: Database, actor: Actor, loads: Loads) -> None:
        self._database = database
        self._loads = loads
        self._actor = actor
        self._made: dict[Hashable, DataLoader[Any, Any]] = {}
        self._places: Together[UUID, Place] | None = None

    async def load(
        self, read: Read[Key, P, Value], key: Key, *arguments: P.args, **named: P.kwargs
    ) -> Value | None:
        """What ``read`` finds for ``key``, read together with the other keys of this turn."""
        shared_by = (read, arguments, tuple(named.items()))
        return await self._loader(
            shared_by, lambda connection, ids: read(connection, ids, *arguments, **named)
        ).load(key)

    async def page(
        self,
        find: Find[P, Item],
        owner_id: UUID,
        page: PageRequest,
        *arguments: P.args,
        **named: P.kwargs,
    ) -> Page[Item]:
        """One page of the owner's list."""
        # The page's fingerprint names its owner, so it is no part of what owners share.
        shared_by = (find, page.first, page.after, arguments, tuple(named.items()))
        found = await self._loader(
            shared_by, lambda connection, ids: find(connection, ids, page, *arguments, **named)
        ).load(owner_id)
        return found or []

    def _loader(
        self,
        shared_by: Hashable,
        read: Callable[[Connection, Sequence[Key]], Awaitable[Mapping[Key, Value]]],
    ) -> DataLoader[Key, Value | None]:
        loader = self._made.get(shared_by)
        if loader is None:
            loader = self._made[shared_by] = self._loads.loader(_reading(self._database, read))
        return loader

    async def places(self, place_ids: Sequence[UUID]) -> Mapping[UUID, Place | None]:
        """Places for a whole list, read with those of other lists of this turn."""
        if self._places is None:
            self._places = self._loads.together(_reading(self._database, places.read_places))
        return await self._places(place_ids)

    async def find_place(self, place_id: UUID) -> Place | None:
        """A place."""
        return (await self.places([place_id])).get(place_id)

    async def place(self, place_id: UUID) -> Place:
        """The place that something readable refers to."""
        return _present(await self.find_place(place_id))

    async def find_offer(self, offer_id: UUID) -> Offer | None:
        """An offer, if the actor may read it."""
        return await self.load(offers.read_offers, offer_id, self._actor)

    async def reserved_offer(self, offer_id: UUID) -> Offer:
        """The offer of a reservation that the actor reads."""
        return _present(await self.load(offers.read_reserved_offers, offer_id))

    async def find_reservation(self, reservation_id: UUID) -> Reservation | None:
        """A reservation, if the actor may read it."""
        return await self.load(reservations.read_reservations, reservation_id, self._actor)

    async def find_partnership(self, partnership_id: UUID) -> Partnership | None:
        """A partnership, if the actor may read it."""
        return await self.load(places.read_partnerships, partnership_id, self._actor)

    async def actor_by_now(self) -> Actor:
        """The actor, as the newer of the token and what was told of the account says."""
        if self._actor.user_id is None:
            return self._actor
        known = await self.load(read_known, self._actor.user_id)
        return self._actor if known is None else known.inform(self._actor)


def _reading(
    database: Database, read: Callable[[Connection, Sequence[Key]], Awaitable[Mapping[Key, Value]]]
) -> LoadMany[Key, Value]:
    """Knows nothing of who holds the loader: a cycle would keep all that a request found, until the
    garbage collector goes over everything, for half a second under load.
    """

    async def load(keys: Sequence[Key]) -> Mapping[Key, Value]:
        async with database.read() as connection:
            return await read(connection, keys)

    return load


def _present(found: Value | None) -> Value:
    """What a foreign key promises to be there."""
    if found is None:
        raise NotFound
    return found
