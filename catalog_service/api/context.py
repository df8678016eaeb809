"""What resolvers read about the request they serve, and the edge where writes are committed."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection, Hashable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.api.loaders import Loaders, Read
from catalog_service.core.accounts import AuthAccounts
from catalog_service.core.export_links import ExportLinks
from catalog_service.core.image_links import ImageLinks
from catalog_service.core.slots import WriteSlots
from catalog_service.domain.actors import NOBODY, Actor, Role
from catalog_service.domain.places import OWNERS
from catalog_service.domain.reservations import CustomerLimits
from catalog_service.domain.search import OfferSearch
from catalog_service.repository.places import read_managed
from catalog_service.services.admission import NOT_APPROVED, admit, require_welcome
from catalog_service.services.ask_accounts import is_verified_by_now
from catalog_service.services.invitation_counts import InvitationCounts
from catalog_service.services.log_views import ViewLog
from catalog_service.services.pickup_guesses import PickupGuesses
from shared.database import Database
from shared.database.reading import Reader
from shared.errors import EmailNotVerified, Forbidden, NotFound, Unauthenticated
from shared.graphql import RequestContext, require_judged, require_user
from shared.limits import RateLimiter
from shared.tokens import Caller

PARTNER, ADMIN, USER = Role.PARTNER, Role.ADMIN, Role.USER

Result = TypeVar("Result")
Shown = TypeVar("Shown")
Key = TypeVar("Key", bound=Hashable)
Writer = TypeVar("Writer", AsyncSession, Reader)


@dataclass(slots=True, kw_only=True)
class CatalogContext(RequestContext):
    """One per HTTP request: nothing read for one caller is ever seen by another."""

    database: Database
    limiter: RateLimiter
    views: ViewLog
    views_by_nobody: ViewLog
    slots: WriteSlots
    accounts: AuthAccounts
    limits: CustomerLimits
    invitation_counts: InvitationCounts
    pickup_guesses: PickupGuesses
    exports: ExportLinks
    images: ImageLinks
    actor: Actor = field(init=False)
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        """Settle who acts."""
        self.actor = actor_of(self.caller)
        self.loaders = Loaders(self.database, self.actor, self.loads)

    async def reading(self, *roles: Role) -> Actor:
        """The signed-in actor as it is by now: what it may read, statements decide.

        Raises ``Unauthenticated``, also when suspended or signed out; ``Forbidden`` without one of
        ``roles``, or for a partner who is not approved; ``Unavailable``.
        """
        require_user(self.caller)
        informed = await self.loaders.actor_by_now()
        require_welcome(informed)
        if roles and informed.role not in roles:
            raise Forbidden
        if roles and informed.is_partner and not informed.is_approved:
            raise Forbidden(NOT_APPROVED)
        return informed

    async def may_see(self, user_id: UUID) -> bool:
        """Whether private data of this account are the caller's to see.

        Raises ``Unauthenticated`` where the caller's account or token is over: the rest of the
        operation that changed a password learns why it gets nothing. ``Unavailable``.
        """
        require_judged(self.caller)
        informed = await self.loaders.actor_by_now()
        require_welcome(informed)
        return informed.is_self(user_id) or informed.is_admin

    async def shown(self, read: Read[Key, [Actor], Shown], key: Key) -> Shown | None:
        """What only some may see, and is null for all others.

        Read as the token says, which mostly holds; what that shows nothing of, as the account is by
        now. Raises ``Unauthenticated`` where nothing is shown to an account or a token that is
        over: a null would say that there is nothing. ``Unavailable``.
        """
        found = await self.loaders.load(read, key, self.actor)
        if found is not None:
            return found
        informed = await self.known()
        if informed.role is self.actor.role:
            return None
        return await self.loaders.load(read, key, informed)

    async def known(self) -> Actor:
        """Nobody, or somebody whose account and token still count, as it is by now.

        Raises ``Unauthenticated``, ``Unavailable``.
        """
        require_judged(self.caller)
        informed = await self.loaders.actor_by_now()
        require_welcome(informed)
        return informed

    async def searcher(self, search: OfferSearch) -> Actor:
        """As whom to search: for what is published it makes no difference who looks.

        Raises ``Unauthenticated`` where the account whose unpublished offers are asked for, or its
        token, is over, ``Unavailable``.
        """
        return await self.known() if search.asks_for_unpublished else self.actor

    def note_view(self, offer_id: UUID) -> None:
        """Note that somebody looked at the offer; who is not signed in is told by an address."""
        if self.actor.user_id is None:
            self.views_by_nobody.note(viewer_at(self.client_ip), offer_id)
        elif not self.actor.is_admin:
            self.views.note(self.actor.user_id, offer_id)

    async def write(
        self,
        work: Callable[[AsyncSession, Actor], Awaitable[Result]],
        *roles: Role,
        verified: bool = False,
    ) -> Result:
        """What ``work`` makes, in the one transaction of a root mutation field.

        ``work`` is given the actor as it is by now, which holds one of ``roles`` (none: any) and,
        if asked for, a verified address. It may run again after a deadlock. What the field's
        selection reads afterwards is read anew, as that actor.

        Raises ``Unauthenticated``, ``Forbidden``, ``EmailNotVerified``, ``Unavailable``.
        """
        return await self._written(self.database.write, work, roles, verified=verified)

    async def write_lean(
        self,
        work: Callable[[Reader, Actor], Awaitable[Result]],
        *roles: Role,
        verified: bool = False,
    ) -> Result:
        """As ``write``, without a session: see ``Database.write_lean``."""
        return await self._written(self.database.write_lean, work, roles, verified=verified)

    async def _written(
        self,
        write: Callable[[Callable[[Writer], Awaitable[Result]]], Awaitable[Result]],
        work: Callable[[Writer, Actor], Awaitable[Result]],
        roles: Collection[Role],
        *,
        verified: bool,
    ) -> Result:
        user_id = require_user(self.caller).user_id

        async def admitted(connection: Writer) -> Result:
            self.actor = await admit(connection, self.actor, roles, verified=verified)
            return await work(connection, self.actor)

        async def in_turn() -> Result:
            async with self.slots.one():
                return await write(admitted)

        try:
            made = await in_turn()
        except EmailNotVerified:
            if not await is_verified_by_now(self.database, self.accounts, user_id):
                raise
            made = await in_turn()
        self.loaders = Loaders(self.database, self.actor, self.loads)
        return made


Info: TypeAlias = strawberry.Info[CatalogContext, None]


_VIEWER_KEY = secrets.token_bytes(32)


def viewer_at(address: str) -> UUID:
    """What stands for an address while this process runs: it is not stored, and tells nothing."""
    digest = hashlib.blake2b(address.encode(), key=_VIEWER_KEY, digest_size=16).digest()
    return UUID(bytes=digest)


def actor_of(caller: Caller) -> Actor:
    """The caller, as the catalog's rules see it: of several roles the one that may most."""
    if caller.user_id is None:
        return NOBODY
    return Actor(
        user_id=caller.user_id,
        role=next((role for role in (ADMIN, PARTNER, USER) if caller.has_role(role)), None),
        email_verified=caller.email_verified,
        version=caller.standing_version,
        token_version=caller.token_version,
        is_approved=caller.is_approved,
    )


def signed_in_id(actor: Actor) -> UUID:
    """The id of an actor who signed in."""
    if actor.user_id is None:
        raise Unauthenticated
    return actor.user_id


async def require_owner(info: Info, place_id: UUID) -> Actor:
    """Who owns the place, as whom to read what is its owners'.

    Raises ``Unauthenticated``, ``Forbidden`` for customers, ``NotFound`` for others.
    """
    actor = await info.context.reading(PARTNER, ADMIN)
    if not await info.context.loaders.load(read_managed, place_id, actor, OWNERS):
        raise NotFound
    return actor


async def require_manager(info: Info, place_id: UUID) -> Actor:
    """Who works at the place, as whom to read what is its partners'.

    Raises ``Unauthenticated``, ``Forbidden`` for customers, ``NotFound`` at others' places.
    """
    context = info.context
    require_user(context.caller)
    if await context.loaders.load(read_managed, place_id, context.actor):
        return context.actor
    informed = await context.reading(PARTNER, ADMIN)  # why, is asked only of who may not
    if not await context.loaders.load(read_managed, place_id, informed):
        raise NotFound
    return informed
