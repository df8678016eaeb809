"""Mail tokens in the database: their hashes only."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from auth_service.domain.email import Email
from auth_service.domain.errors import TokenExpired, TokenInvalid, TokenUsed
from auth_service.domain.verification import Purpose, VerificationToken
from auth_service.models.tables import verification_tokens as tokens
from shared.database import Connection

NOW = func.clock_timestamp()
KEPT_AFTER_EXPIRY = timedelta(days=7)  # so that TOKEN_EXPIRED and TOKEN_USED can still be told


async def insert_token(connection: Connection, token: VerificationToken) -> None:
    """Store a new token; its life begins by the database's clock."""
    await connection.execute(
        insert(tokens).values(
            token_hash=token.digest,
            user_id=token.user_id,
            purpose=token.purpose.value,
            expires_at=NOW + token.purpose.lifetime,
            new_email=None if token.new_email is None else token.new_email.typed,
            new_email_canonical=None if token.new_email is None else token.new_email.canonical,
        )
    )


async def consume_token(connection: Connection, digest: bytes, purpose: Purpose) -> UUID:
    """Use a token up, in one statement of which only one can win; whose it is.

    Raises ``TokenInvalid``, ``TokenUsed`` or ``TokenExpired``.
    """
    fitting = (tokens.c.token_hash == digest) & (tokens.c.purpose == purpose.value)
    statement = (
        update(tokens)
        .where(fitting, tokens.c.used.is_(False), tokens.c.expires_at > NOW)
        .values(used=True)
        .returning(tokens.c.user_id)
    )
    user_id: UUID | None = (await connection.execute(statement)).scalar_one_or_none()
    if user_id is not None:
        return user_id
    found = (await connection.execute(select(tokens.c.used).where(fitting))).one_or_none()
    if found is None:
        raise TokenInvalid
    raise TokenUsed if found.used else TokenExpired


async def begin_anew(connection: Connection, digest: bytes, purpose: Purpose) -> bool:
    """Give a token its whole life again; False for one that was used or withdrawn."""
    statement = (
        update(tokens)
        .where(tokens.c.token_hash == digest, tokens.c.used.is_(False))
        .values(expires_at=NOW + purpose.lifetime)
        .returning(tokens.c.token_hash)
    )
    return (await connection.execute(statement)).one_or_none() is not None


async def new_email_of(connection: Connection, digest: bytes) -> Email | None:
    """The address that a token for a new address confirms."""
    query = select(tokens.c.new_email, tokens.c.new_email_canonical).where(
        tokens.c.token_hash == digest
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None or row.new_email is None else Email(*row)


async def withdraw_tokens(connection: Connection, user_id: UUID, *purposes: Purpose) -> None:
    """Make all unused tokens of an account for these purposes worthless."""
    await connection.execute(
        delete(tokens).where(
            tokens.c.user_id == user_id,
            tokens.c.purpose.in_([purpose.value for purpose in purposes]),
            tokens.c.used.is_(False),
        )
    )


async def forget_old_tokens(connection: Connection) -> None:
    """Remove tokens that expired long ago."""
    await connection.execute(delete(tokens).where(tokens.c.expires_at < NOW - KEPT_AFTER_EXPIRY))
