"""Who acts, as far as the catalog's rules care."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller. ``is_partner`` is the role: which places it holds for, partnerships say."""

    user_id: UUID | None = None
    is_partner: bool = False
    is_admin: bool = False
    email_verified: bool = False

    def is_or_oversees(self, user_id: UUID) -> bool:
        """Whether private data of this account are the actor's to see."""
        return self.is_admin or (self.user_id is not None and self.user_id == user_id)


NOBODY = Actor()
