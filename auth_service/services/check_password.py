"""Whether a password is an account's."""

from auth_service.core.passwords import PasswordHasher
from auth_service.domain.password import Password
from auth_service.domain.user import User


async def is_password_of(
    passwords: PasswordHasher, attempt: Password, account: User | None
) -> bool:
    """Whether it is; without an account it costs as much to find that it is not.

    Raises ``RateLimited``.
    """
    for encoded in attempt.forms():
        if account is None:
            await passwords.burn(encoded)  # no telling accounts apart by time
        elif await passwords.matches(encoded, account.password_hash):
            return True
    return False
