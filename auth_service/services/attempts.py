"""How often what may be tried. Counted per execution, before any password is hashed.

``account`` is a canonical address or an id, known or not; ``origin`` the client's address as the
gateway saw it.
"""

from uuid import UUID

from auth_service.domain.email import Email
from shared.limits import Limit, RateLimiter

MINUTE = 60
HOUR = 3600
FAMILIAR_SECONDS = 30 * 24 * HOUR

LOGIN_FROM_ORIGIN = Limit(60, MINUTE, "login-origin")
LOGIN_TO_ACCOUNT = Limit(10, MINUTE, "login-account-origin")
# Against many origins trying one account. Origins its owner signed in from, or chose a new password
# from by mail, are not counted, so that an attack never locks the owner out.
LOGIN_BY_STRANGERS = Limit(50, HOUR, "login-account-strangers")
REGISTER = Limit(60, MINUTE, "register-origin")
REGISTER_HOURLY = Limit(300, HOUR, "register-origin-hourly")
VERIFY = Limit(120, MINUTE, "verify-origin")
REFRESH_FROM_ORIGIN = Limit(600, MINUTE, "refresh-origin")
REFRESH_OF_ACCOUNT = Limit(60, MINUTE, "refresh-account")
MAIL_FROM_ORIGIN = Limit(30, HOUR, "mail-origin")
MAIL_TO_ACCOUNT = Limit(5, HOUR, "mail-account")
RESET_FROM_ORIGIN = Limit(30, MINUTE, "reset-origin")
PASSWORD_OF_ACCOUNT = Limit(10, MINUTE, "password-account")
# Who registers with an address of somebody else's, deletes the account and begins again, or changes
# its password, has them written to each time.
UNVERIFIED = Limit(5, HOUR, "unverified-account")
FAMILIAR = "login-familiar"


class Attempts:
    """The limits of accounts. Every method raises ``RateLimited`` when it is one too many."""

    def __init__(self, limiter: RateLimiter, factor: int = 1) -> None:
        self._limiter = limiter
        self._factor = factor

    async def login(self, email: Email, origin: str) -> None:
        """A login is tried."""
        account = email.canonical
        await self._take(LOGIN_FROM_ORIGIN, origin)
        await self._take(LOGIN_TO_ACCOUNT, account, origin)
        if not await self._limiter.remembers(FAMILIAR, account, origin):
            await self._take(LOGIN_BY_STRANGERS, account)

    async def login_succeeded(self, email: Email, origin: str) -> None:
        """The origin is the owner's; it is no stranger for 30 days from now."""
        account = email.canonical
        await self._limiter.remember(FAMILIAR, account, origin, seconds=FAMILIAR_SECONDS, anew=True)

    async def register(self, origin: str) -> None:
        """A registration is tried: the one place that tells whether an address is taken."""
        await self._take(REGISTER, origin)
        await self._take(REGISTER_HOURLY, origin)

    async def verify(self, origin: str) -> None:
        """A verification token is tried."""
        await self._take(VERIFY, origin)

    async def refresh(self, origin: str) -> None:
        """A refresh token is presented."""
        await self._take(REFRESH_FROM_ORIGIN, origin)

    async def refresh_account(self, user_id: UUID) -> None:
        """A good refresh token of an account is presented."""
        await self._take(REFRESH_OF_ACCOUNT, str(user_id))

    async def mail(self, purpose: str, email: Email, origin: str) -> None:
        """A mail to an address is asked for."""
        await self._take(MAIL_FROM_ORIGIN, purpose, origin)
        await self._take(MAIL_TO_ACCOUNT, purpose, email.canonical)

    async def reset(self, origin: str) -> None:
        """A reset token is tried."""
        await self._take(RESET_FROM_ORIGIN, origin)

    async def own_password(self, user_id: UUID) -> None:
        """An account's own password is asked again."""
        await self._take(PASSWORD_OF_ACCOUNT, str(user_id))

    async def unverified(self, email: Email) -> None:
        """An account does what its address is told of, which nobody has verified."""
        await self._take(UNVERIFIED, email.canonical)

    async def _take(self, limit: Limit, *keys: str) -> None:
        allowed = Limit(limit.amount * self._factor, limit.seconds, limit.name)
        await self._limiter.take(allowed, *keys)
