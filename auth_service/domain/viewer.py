"""Who looks at accounts, as the account is now: tokens outlive what they say by minutes."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from auth_service.domain.user import Role, User


class Over(StrEnum):
    """Why somebody who signed in is nobody by now, as clients are told."""

    DELETED = "account_deleted"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Viewer:
    """``user_id`` None: nobody, or, if ``over`` says why, who believes to be signed in."""

    user_id: UUID | None = None
    is_admin: bool = False
    over: Over | None = None

    def sees(self, account_id: UUID) -> bool:
        """Whether private fields of the account are shown."""
        return self.is_admin or (self.user_id is not None and self.user_id == account_id)


def viewer_of(account: User | None, token_version: int) -> Viewer:
    """Who looks with a token of this version, from the row of its account.

    A token from before the sessions ended may be a stolen one, which sees nothing more.
    """
    if account is None:
        return Viewer(over=Over.DELETED)
    if account.is_suspended:
        return Viewer(over=Over.SUSPENDED)
    if token_version < account.least_token_version:
        return Viewer(over=Over.REVOKED)
    return Viewer(account.id, account.role is Role.ADMIN)
