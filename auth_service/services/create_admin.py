"""Make the first admin, or any, from the operator's terminal."""

from uuid import uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.core.passwords import PasswordHasher
from auth_service.domain.audit import Act, Action
from auth_service.domain.errors import UserExists
from auth_service.domain.user import NewUser, Role, User
from auth_service.repository.audit import record
from auth_service.repository.users import insert_user
from auth_service.services.register import read_credentials
from shared.database import Database
from shared.errors import UniqueViolated

log = structlog.get_logger(__name__)


async def create_admin(
    database: Database, passwords: PasswordHasher, email_text: str, password_text: str
) -> User:
    """A verified admin. Raises ``InvalidEmail``, ``WeakPassword``, ``UserExists``."""
    email, password = read_credentials(email_text, password_text)
    password_hash = await passwords.hash(password.encoded())
    new = NewUser(uuid4(), email, password_hash, Role.ADMIN, is_verified=True)

    async def make(session: AsyncSession) -> User:
        await record(session, Act(Action.ADMIN_CREATED, None, new.id))
        return await insert_user(session, new)

    try:
        user = await database.write(make)
    except UniqueViolated:
        raise UserExists from None
    log.info("admin created", audit=True, user_id=str(user.id))
    return user
