"""Sign in with an address and a password."""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.errors import AccountSuspended, InvalidCredentials
from auth_service.domain.password import Password
from auth_service.domain.session import Session
from auth_service.domain.user import User
from auth_service.repository.users import renew_password_hash, user_by_email
from auth_service.services.addresses import read_email
from auth_service.services.check_password import is_password_of
from auth_service.services.dependencies import Dependencies
from auth_service.services.sessions import open_session
from shared.errors import ClientError

log = structlog.get_logger(__name__)


async def login(deps: Dependencies, email_text: str, password_text: str, origin: str) -> Session:
    """A session. The address need not be verified.

    Raises ``InvalidCredentials`` (the same, in the same time, for an unknown address),
    ``AccountSuspended``, ``InvalidEmail`` and ``WeakPassword`` for what cannot be either,
    ``RateLimited``.
    """
    email = read_email(email_text)
    password = Password.attempted(password_text)
    await deps.attempts.login(email, origin)
    async with deps.database.read() as connection:
        user = await user_by_email(connection, email)
    is_right = await is_password_of(deps.passwords, password, user)
    if user is None:
        raise InvalidCredentials
    if not is_right:
        log.info("login failed", user_id=str(user.id))
        raise InvalidCredentials
    if user.is_suspended:
        raise AccountSuspended
    await deps.attempts.login_succeeded(email, origin)
    if deps.passwords.is_outdated(user.password_hash):
        await _hash_anew(deps, user, password)
    log.info("login", user_id=str(user.id))
    return open_session(deps.issuer, user)


async def _hash_anew(deps: Dependencies, user: User, password: Password) -> None:
    """Keep the password as BCRYPT_COST has it today. Who is signed in elsewhere stays so.

    Another sign-in will do as well: who has given the password is not kept out because nothing can
    be written, or too many are signing in.
    """

    async def store(session: AsyncSession) -> None:
        await renew_password_hash(session, user.id, user.password_hash, new)

    try:
        new = await deps.passwords.hash(password.encoded())
        await deps.database.write(store)
    except ClientError as error:
        log.info("password not hashed anew", user_id=str(user.id), error=type(error).__name__)
