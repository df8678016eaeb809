"""Before anything is written: the accounts it is written for still exist."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.repository.accounts import hold_accounts
from shared.errors import NotFound, Unauthenticated


async def admit(session: AsyncSession, actor: Actor) -> None:
    """Hold the actor's account until the transaction ends.

    Raises ``Unauthenticated`` when it was erased: its access token may live on for minutes.
    """
    if actor.user_id is None or await hold_accounts(session, [actor.user_id]):
        raise Unauthenticated("This account was deleted.", reason="account_deleted")


async def hold_partner(session: AsyncSession, user_id: UUID) -> None:
    """Hold another account. Raises ``NotFound`` when it was erased."""
    if await hold_accounts(session, [user_id]):
        raise NotFound
