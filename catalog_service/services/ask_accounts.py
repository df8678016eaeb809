"""Ask the auth service about accounts, and note what it says like its events."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import structlog

from catalog_service.core.accounts import MOST_AT_ONCE, AuthAccounts
from catalog_service.domain.actors import Role, Standing
from catalog_service.repository.standings import (
    is_erased,
    partners_never_told_of,
    read_standings,
)
from catalog_service.services.change_standing import change_standing, forget_partner
from shared.database import Database
from shared.errors import Unavailable

NOBODY_KNOWN: Final[Mapping[UUID, Standing]] = {}

log = structlog.get_logger(__name__)


async def is_verified_by_now(database: Database, accounts: AuthAccounts, user_id: UUID) -> bool:
    """Whether the account is verified, as the auth service knows it.

    Its event may still be on the way: nobody who is verified is told otherwise for that.
    """
    try:
        standing = (await accounts.standings([user_id])).get(user_id)
    except Unavailable:
        return False
    if standing is None or not standing.is_verified:
        return False
    await database.write(lambda session: change_standing(session, standing))
    return True


async def learn_of_partner(database: Database, accounts: AuthAccounts, user_id: UUID) -> None:
    """Ask about an account that is not known to be a partner, whose event may be on the way.

    Raises ``Unavailable`` when nothing is known of the account and nobody can be asked.
    """
    async with database.read() as connection:
        known = (await read_standings(connection, [user_id])).get(user_id)
        is_settled = await is_erased(connection, user_id)
    if is_settled or (known is not None and known.role is Role.PARTNER):
        return
    try:
        told = (await accounts.standings([user_id])).get(user_id)
    except Unavailable:
        if known is None:
            raise
        return
    if told is not None:
        await database.write(lambda session: change_standing(session, told))


async def ask_after_partners(database: Database, accounts: AuthAccounts) -> int:
    """Ask about partners of whom nothing was told; how many there were.

    Partnerships of accounts that do not exist end: a place shows nobody who is not there.
    """
    async with database.read() as connection:
        unknown = await partners_never_told_of(connection, MOST_AT_ONCE)
    told = await accounts.standings(unknown) if unknown else NOBODY_KNOWN
    for user_id in unknown:
        await _note(database, user_id, told.get(user_id))
    return len(unknown)


async def _note(database: Database, user_id: UUID, standing: Standing | None) -> None:
    if standing is not None:
        await database.write(lambda session: change_standing(session, standing))
        return
    await database.write(lambda session: forget_partner(session, user_id))
    log.warning("partner without an account", user_id=str(user_id))
