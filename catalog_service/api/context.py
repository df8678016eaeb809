"""What resolvers read about the request they serve, and the edge where writes are committed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.api.loaders import Loaders
from catalog_service.core.slots import WriteSlots
from catalog_service.domain.actors import Actor
from catalog_service.domain.search import OfferSearch
from catalog_service.services.admission import admit
from catalog_service.services.log_views import ViewLog
from shared.database import Database
from shared.errors import NotFound, Unauthenticated
from shared.graphql import RequestContext, require_judged, require_user
from shared.limits import RateLimiter
from shared.tokens import Caller

PARTNER = "partner"
ADMIN = "admin"
USER = "user"


@dataclass(slots=True, kw_only=True)
class CatalogContext(RequestContext):
    """One per HTTP request: nothing read for one caller is ever seen by another."""

    database: Database
    limiter: RateLimiter
    views: ViewLog
    slots: WriteSlots
    actor: Actor = field(init=False)
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        """Settle who acts."""
        self.actor = actor_of(self.caller)
        self.loaders = Loaders(self.database, self.actor)

    def acting(self, *roles: str, verified: bool = False) -> Actor:
        """The signed-in actor.

        Raises ``Unauthenticated``, ``Forbidden`` without one of ``roles``, ``EmailNotVerified``,
        ``Unavailable``.
        """
        require_user(self.caller, *roles, verified=verified)
        return self.actor

    def may_see(self, user_id: UUID) -> bool:
        """Whether private data of this account are the caller's to see. Raises ``Unavailable``."""
        require_judged(self.caller)
        return self.actor.is_or_oversees(user_id)

    def looks_for(self, search: OfferSearch) -> OfferSearch:
        """The search, if it is known whose unpublished offers it asks for.

        Raises ``Unavailable``.
        """
        if search.asks_for_unpublished:
            require_judged(self.caller)
        return search

    def note_view(self, offer_id: UUID) -> None:
        """Note that a signed-in customer looked at the offer."""
        if self.actor.user_id is not None and not self.actor.is_admin:
            self.views.note(self.actor.user_id, offer_id)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """The one transaction of a root mutation field: committed when the block ends.

        What its selection reads afterwards is read anew.
        """
        async with self.slots.one(), self.database.transaction() as session:
            await admit(session, self.actor)
            yield session
        self.loaders = Loaders(self.database, self.actor)


Info: TypeAlias = strawberry.Info[CatalogContext, None]


def actor_of(caller: Caller) -> Actor:
    """The caller, as the catalog's rules see it."""
    return Actor(
        user_id=caller.user_id,
        is_partner=caller.has_role(PARTNER),
        is_admin=caller.has_role(ADMIN) and caller.user_id is not None,
        email_verified=caller.email_verified,
    )


def signed_in_id(actor: Actor) -> UUID:
    """The id of an actor who signed in."""
    if actor.user_id is None:
        raise Unauthenticated
    return actor.user_id


async def require_manager(info: Info, place_id: UUID) -> None:
    """Go on only for who works at the place.

    Raises ``Unauthenticated``, ``Forbidden`` for customers, ``NotFound`` at others' places.
    """
    info.context.acting(PARTNER, ADMIN)
    if not await info.context.loaders.manages(place_id):
        raise NotFound
