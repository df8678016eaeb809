"""Load accounts for development. Nothing here is reachable from the network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from auth_service.core.passwords import PasswordHasher
from auth_service.domain.user import NewUser, Role
from auth_service.models.tables import users
from auth_service.repository.users import insert_user
from auth_service.services.register import read_credentials
from shared.database import Database


@dataclass(frozen=True, slots=True)
class SeedAccount:
    """A verified account to be there; accounts may share a password."""

    id: UUID
    email: str
    password: str = field(repr=False)
    role: Role
    display_name: str | None = None


async def seed_accounts(
    database: Database, passwords: PasswordHasher, accounts: Sequence[SeedAccount]
) -> int:
    """Store ``accounts`` if there is none at all yet; how many were stored.

    Each distinct password is hashed once: a hash takes a third of a second.
    """
    read = [(account, *read_credentials(account.email, account.password)) for account in accounts]
    hashes = {
        text: await passwords.hash(text.encode()) for text in {entry[2].text for entry in read}
    }
    async with database.transaction() as session:
        if (await session.execute(select(users.c.id).limit(1))).first() is not None:
            return 0
        for account, email, password in read:
            digest = hashes[password.text]
            await insert_user(
                session,
                NewUser(
                    account.id,
                    email,
                    digest,
                    account.role,
                    is_verified=True,
                    display_name=account.display_name,
                ),
            )
    return len(read)
