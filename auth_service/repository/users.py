"""Accounts in the database."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, insert, select, update

from auth_service.domain.email import Email
from auth_service.domain.notifications import Notification
from auth_service.domain.user import Language, NewUser, Role, User
from auth_service.models.tables import users
from shared.database import Connection

NEXT_VERSION = users.c.token_version + 1
_SIGNED_OUT = {"token_version": NEXT_VERSION, "least_token_version": NEXT_VERSION}
"""No token made until now counts any more."""


def to_user(row: Row[Any]) -> User:
    """The account in a row of its table."""
    return User(
        id=row.id,
        email=Email(row.email, row.email_canonical),
        password_hash=row.password_hash,
        role=Role(row.role),
        is_verified=row.is_verified,
        display_name=row.display_name,
        language=Language(row.language),
        notifications=frozenset(map(Notification, row.notifications)),
        token_version=row.token_version,
        least_token_version=row.least_token_version,
        standing_version=row.standing_version,
        suspended_at=row.suspended_at,
        suspension_reason=row.suspension_reason,
        is_approved=row.is_approved,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


async def insert_user(connection: Connection, user: NewUser) -> User:
    """Store a new account. Raises ``UniqueViolated`` if its address has one."""
    statement = (
        insert(users)
        .values(
            id=user.id,
            email=user.email.typed,
            email_canonical=user.email.canonical,
            password_hash=user.password_hash,
            role=user.role.value,
            is_verified=user.is_verified,
            display_name=user.display_name,
            language=user.language.value,
            is_approved=user.is_approved,
        )
        .returning(users)
    )
    return to_user((await connection.execute(statement)).one())


async def user_by_id(connection: Connection, user_id: UUID) -> User | None:
    """The account, if it exists."""
    return await _one(connection, select(users).where(users.c.id == user_id))


async def user_by_email(connection: Connection, email: Email) -> User | None:
    """The account of an address in any of its spellings."""
    return await user_by_canonical(connection, email.canonical)


async def user_by_canonical(connection: Connection, canonical: str) -> User | None:
    """The account of a canonical address."""
    return await _one(connection, select(users).where(users.c.email_canonical == canonical))


async def locked_by_canonical(connection: Connection, canonical: str) -> User | None:
    """The account of a canonical address, held: the address stays its own until then."""
    query = select(users).where(users.c.email_canonical == canonical)
    return await _one(connection, query.with_for_update())


async def locked_user(connection: Connection, user_id: UUID) -> User | None:
    """The account, held against changes until the transaction ends."""
    return await _one(connection, select(users).where(users.c.id == user_id).with_for_update())


async def _one(connection: Connection, statement: Select[Any]) -> User | None:
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else to_user(row)


async def users_by_id(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, User]:
    """Those of ``ids`` that exist, in one statement."""
    # one array parameter, so that the statement is the same for any number of ids
    statement = select(users).where(users.c.id == func.any(list(ids)))
    return {row.id: to_user(row) for row in await connection.execute(statement)}


async def mark_verified(connection: Connection, user_id: UUID) -> User | None:
    """Note that the account's address is its owner's."""
    return await _update(connection, user_id, is_verified=True)


async def replace_password(
    connection: Connection, user_id: UUID, password_hash: str, *, verifies: bool = False
) -> User | None:
    """Set a new password and end all sessions; ``verifies``: the address is proven by it too."""
    values: dict[str, Any] = {"password_hash": password_hash, **_SIGNED_OUT}
    if verifies:
        values["is_verified"] = True
    return await _update(connection, user_id, **values)


async def renew_password_hash(connection: Connection, user_id: UUID, old: str, new: str) -> None:
    """Store another hash of the same password, unless it was changed meanwhile."""
    statement = update(users).where(users.c.id == user_id, users.c.password_hash == old)
    await connection.execute(statement.values(password_hash=new))


async def store_profile(
    connection: Connection, user_id: UUID, changes: Mapping[str, Any]
) -> User | None:
    """Store what its owner changes: name, language, chosen mails."""
    return await _update(connection, user_id, **changes)


async def drop_notification(connection: Connection, user_id: UUID, kind: Notification) -> None:
    """Take a kind of mail from those that the account wants."""
    left = func.array_remove(users.c.notifications, kind.value)
    await connection.execute(update(users).where(users.c.id == user_id).values(notifications=left))


async def replace_email(connection: Connection, user_id: UUID, email: Email) -> User | None:
    """Set a new address, which its owner has proven. Raises ``UniqueViolated`` if it has one."""
    return await _update(
        connection,
        user_id,
        email=email.typed,
        email_canonical=email.canonical,
        is_verified=True,
    )


async def end_sessions(connection: Connection, user_id: UUID) -> User | None:
    """Make all tokens of the account worthless."""
    return await _update(connection, user_id, **_SIGNED_OUT)


async def store_role(connection: Connection, user: User) -> User | None:
    """Store the account's role and token version as ``user`` has them."""
    return await _update(
        connection,
        user.id,
        role=user.role.value,
        token_version=user.token_version,
        is_approved=True,  # who an admin makes a partner is approved
    )


async def store_suspension(
    connection: Connection, user_id: UUID, reason: str | None
) -> User | None:
    """Suspend the account for a reason, which ends all sessions; None: restore it."""
    since = None if reason is None else func.clock_timestamp()
    return await _update(
        connection,
        user_id,
        suspended_at=since,
        suspension_reason=reason,
        **_SIGNED_OUT,
    )


async def store_approval(
    connection: Connection, user_id: UUID, role: Role, *, is_approved: bool = True
) -> User | None:
    """Note what the account is for, and whether nobody has to look at it (any more)."""
    return await _update(connection, user_id, role=role.value, is_approved=is_approved)


async def _update(connection: Connection, user_id: UUID, **values: Any) -> User | None:
    statement = update(users).where(users.c.id == user_id).values(**values).returning(users)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else to_user(row)


async def delete_user(connection: Connection, user_id: UUID) -> bool:
    """Remove the account and its mail tokens; whether it was there."""
    statement = delete(users).where(users.c.id == user_id).returning(users.c.id)
    return (await connection.execute(statement)).one_or_none() is not None


async def locked_admins(connection: Connection) -> set[UUID]:
    """All admins who are not suspended, held against changes until the transaction ends.

    Whoever takes an admin away locks them all first, in one order: two admins who remove each other
    at once come one after the other, and the second finds itself alone.
    """
    statement = (
        select(users.c.id)
        .where(users.c.role == Role.ADMIN.value, users.c.suspended_at.is_(None))
        .order_by(users.c.id)
        .with_for_update()
    )
    return set((await connection.execute(statement)).scalars())
