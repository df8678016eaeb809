"""Who looks at accounts, as the account is now: tokens outlive what they say by minutes."""

from dataclasses import dataclass
from uuid import UUID

from auth_service.domain.user import Role, User


@dataclass(frozen=True, slots=True)
class Viewer:
    """``user_id`` None: nobody, or an account that is suspended or gone."""

    user_id: UUID | None = None
    is_admin: bool = False

    def sees(self, account_id: UUID) -> bool:
        """Whether private fields of the account are shown."""
        return self.is_admin or (self.user_id is not None and self.user_id == account_id)


def viewer_of(account: User | None) -> Viewer:
    """Who looks, from the row of their account."""
    if account is None or account.is_suspended:
        return Viewer()
    return Viewer(account.id, account.role is Role.ADMIN)
