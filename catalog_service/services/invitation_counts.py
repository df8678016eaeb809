"""How often may be invited: every invitation is a mail to somebody who did not ask for it."""

from dataclasses import dataclass
from typing import Final

from catalog_service.domain.actors import Actor
from catalog_service.domain.places import InvitationLimits
from shared.limits import Limit, RateLimiter

HOUR: Final = 3600
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class InvitationCounts:
    """Counts invitations, by address and of accounts alike."""

    limiter: RateLimiter
    limits: InvitationLimits

    async def take(self, actor: Actor, invited: str) -> None:
        """Count one of the actor's. ``invited``: a canonical address, or an account's id.

        Raises ``RateLimited``.
        """
        hourly = Limit(self.limits.hourly, HOUR, "invitations-account")
        await self.limiter.take(hourly, str(actor.user_id))
        await self.limiter.take(Limit(self.limits.to_address, DAY, "invitations-address"), invited)
