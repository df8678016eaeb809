"""The account behind an access token, as it is now: tokens outlive what they say by minutes."""

from uuid import UUID

from auth_service.domain.errors import InvalidCredentials
from auth_service.domain.password import Password
from auth_service.domain.user import Role, User
from auth_service.domain.viewer import Over
from auth_service.repository.users import locked_user, user_by_id
from auth_service.services.check_password import is_password_of
from auth_service.services.dependencies import Dependencies
from shared.database import Connection
from shared.errors import Forbidden, SessionOver


async def current_account(connection: Connection, user_id: UUID, token_version: int) -> User:
    """The account, if the token still speaks for it.

    Raises ``SessionOver`` if it was deleted, suspended or signed out meanwhile.
    """
    return _spoken_for(await user_by_id(connection, user_id), token_version)


def _spoken_for(account: User | None, token_version: int) -> User:
    if account is None:
        raise SessionOver(Over.DELETED)
    if account.is_suspended:  # which ended the sessions too, but says more
        raise SessionOver(Over.SUSPENDED)
    if account.token_version != token_version:
        raise SessionOver(Over.REVOKED)
    return account


async def current_admin(connection: Connection, user_id: UUID, token_version: int) -> User:
    """The account, if it is an admin now. Raises ``Unauthenticated`` or ``Forbidden``."""
    user = await current_account(connection, user_id, token_version)
    if user.role is not Role.ADMIN:
        raise Forbidden
    return user


async def hold_confirmed(connection: Connection, confirmed: User) -> User | None:
    """The account whose password was confirmed, held; None if it was deleted since.

    Hashing takes its time: an owner who chose a new password meanwhile, because somebody else knows
    the old one, has ended what that one may do. Raises ``SessionOver`` then.
    """
    held = await locked_user(connection, confirmed.id)
    return None if held is None else _spoken_for(held, confirmed.token_version)


async def confirm_password(
    deps: Dependencies, user_id: UUID, token_version: int, attempt: Password
) -> User:
    """The account, whose owner has just given its password again.

    For what its address is told of: an address that nobody verified only a few times an hour.

    Raises ``InvalidCredentials``, ``Unauthenticated``, ``RateLimited``.
    """
    await deps.attempts.own_password(user_id)
    async with deps.database.read() as connection:
        user = await current_account(connection, user_id, token_version)
    if not await is_password_of(deps.passwords, attempt, user):
        raise InvalidCredentials("The password is wrong.")
    if not user.is_verified:
        await deps.attempts.unverified(user.email)
    return user
